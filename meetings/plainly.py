"""Rows as plain text, for a mail or a chat."""


def numbered(heading: str, rows: list[str]) -> list[str]:
    """A heading with its numbered rows; nothing at all where there are none."""
    if not rows:
        return []
    if not heading:
        return ["", *rows]
    return ["", heading, *[f"{number}. {row}" for number, row in enumerate(rows, 1)]]
