"""What forms and addresses send back as a number: the version that was seen, how many lines, from where on."""

MOST_DIGITS = 9  # more than any version or count has, and still a number for every database


def whole_number(typed: str) -> int | None:
    """The number that plain digits say; None for anything else, so that what was made up or cut off is no error."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else None
