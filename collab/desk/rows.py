"""What waits for a person, gathered from all floors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.desk.behalf import say_for_whom
from common import ports
from common.desk import DeskRow
from people.models import User

SHOWN = 20


@dataclass(frozen=True)
class Kind:
    """A group of My desk: its words and its sign."""

    code: str
    heading: str | Promise
    sign: str


KINDS = (
    Kind("sign", _("To sign"), "writing-sign"),
    Kind("confirm", _("To confirm"), "checks"),
    Kind("report", _("To report"), "progress-check"),
    Kind("answer", _("To answer"), "message-question"),
    Kind("clocks", _("My clocks"), "clock"),
    Kind("waiting", _("Waiting for others"), "hourglass"),
)


@dataclass(frozen=True)
class Gathered:
    """One group with its first rows and how many there are in truth."""

    kind: Kind
    rows: list[DeskRow]
    total: int
    link: tuple[str, Any] | None = None

    @property
    def more(self) -> int:
        """How many rows stand behind the ones shown."""
        return self.total - len(self.rows)


def gather(user: User, *, stands_in: bool = True) -> list[Gathered]:
    """The groups that have something, in the order in which it should be done; `stands_in`: perhaps in others' places too."""
    found: dict[str, list[DeskRow]] = {kind.code: [] for kind in KINDS}
    totals = dict.fromkeys(found, 0)
    links: dict[str, tuple[str, Any]] = {}
    for named, ask in ports.desks:
        answer = ask(user)
        for group, part in (answer if isinstance(answer, Mapping) else {named: answer}).items():
            found[group] += part.rows
            totals[group] += part.total
            if part.link and part.total > 1:
                links[group] = part.link
    shown = {code: rows[:SHOWN] for code, rows in found.items()}
    if stands_in:
        say_for_whom(user, [row for rows in shown.values() for row in rows])
    made = [Gathered(kind, shown[kind.code], totals[kind.code], links.get(kind.code)) for kind in KINDS]
    return [group for group in made if group.total]
