"""One row of My desk: what waits for me, and how to finish it in place."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass
class DeskRow:
    """`template` is a fragment that finishes the row in place (rendered with `context` and `row`); "" links to `url` alone."""

    title: str
    url: str
    project_name: str = ""
    when: date | datetime | None = None
    clock: Any = None
    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)


@dataclass
class DeskGroup:
    """The first rows of a group and how many there are in truth."""

    rows: list[DeskRow]
    total: int
    link: tuple[str, Any] | None = None  # where the whole group is done at once: address and words
