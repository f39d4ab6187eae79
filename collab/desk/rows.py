"""What waits for a person, gathered from all floors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
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
    for source in _waiting(user):
        answer = source.rows(user)
        for group, part in (answer if isinstance(answer, Mapping) else {source.group: answer}).items():
            found[group] += part.rows
            totals[group] += part.total
            if part.link and part.total > 1:
                links[group] = part.link
    shown = {code: rows[:SHOWN] for code, rows in found.items()}
    if stands_in:
        say_for_whom(user, [row for rows in shown.values() for row in rows])
    made = [Gathered(kind, shown[kind.code], totals[kind.code], links.get(kind.code)) for kind in KINDS]
    return [group for group in made if group.total]


def _waiting(user: User) -> list[ports.DeskSource]:
    """The sources in which something waits, and those that do not say beforehand; one query for all."""
    asked = [source for source in ports.desks if source.waits is not None]
    there: set[ports.DeskSource] = set()
    if asked:
        flags = User.objects.filter(pk=user.pk).order_by().values_list(*[Exists(one.waits(user)) for one in asked if one.waits])
        there = {source for source, found in zip(asked, flags.get(), strict=True) if found}
    return [source for source in ports.desks if source.waits is None or source in there]
