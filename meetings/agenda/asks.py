"""What a department's part asks: the points of the project's report template, each at its field (rule C3)."""

from dataclasses import dataclass

from tracking.queries.card import points_of

KNOWN = {  # words by which a point of a template is one of the three fields of a part
    "progress": ("进展", "完成", "progress", "last week", "done"),
    "plan": ("计划", "plan", "next", "this week"),
    "matters": ("协调", "支持", "coordinat", "support", "help"),
}
ENDS = (": ", "：")


@dataclass(frozen=True)
class Asked:
    """The names of the three fields where the template has its own, and the points that are none of them."""

    names: dict[str, str]
    points: list[str]


def asked_by(template: str) -> Asked:
    """The template of a project, point by point."""
    names: dict[str, str] = {}
    others = []
    for point in points_of(template):
        known = next((name for name, words in KNOWN.items() if name not in names and _is(point, words)), None)
        if known is None:
            others.append(point)
        else:
            names[known] = point
    return Asked(names, others)


def _is(point: str, words: tuple[str, ...]) -> bool:
    return any(word in point.lower() for word in words)


def split_answers(text: str, points: list[str]) -> tuple[str, dict[str, str]]:
    """A text as it was typed, and what was answered to each point: `note_of` writes each on a line of its own."""
    answers: dict[str, str] = {}
    rest = []
    for line in text.split("\n"):
        point = next(
            (point for point in points if point not in answers and line.startswith(tuple(point + end for end in ENDS))), None
        )
        if point is None:
            rest.append(line)
        else:
            answers[point] = line[len(point) + 1 :].strip()
    return "\n".join(rest).strip(), answers
