"""One row of My desk: what waits for me, and how to finish it in place."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass
class DeskRow:
    """`template` is a fragment that finishes the row in place (rendered with `context` and `row`); "" links to `url` alone.

    `whose`: project, department and person to whom it falls, by which My desk of a stand-in says for whom it is (`for_whom`).
    """

    title: str
    url: str
    project_name: str = ""
    when: date | datetime | None = None
    clock: Any = None
    promise: Any = None  # the clause behind it
    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    whose: tuple[int, int | None, int | None] | None = None
    for_whom: str = ""


@dataclass
class DeskGroup:
    """The first rows of a group and how many there are in truth."""

    rows: list[DeskRow]
    total: int
    link: tuple[str, Any] | None = None  # where the whole group is done at once: address and words
