"""The one source of a card's markup: two hundred cards in a few milliseconds, and one card anew by the same lines."""

from functools import cached_property
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from common import saying
from people.models import User
from projects.access import standing
from projects.models import Project
from tracking.access import RULES, Act
from tracking.cells import OVER, SIGNS, Cells, Promise, sprite
from tracking.models import Task
from tracking.queries.board import Shape
from tracking.queries.board_cards import CardRow, promises_of

MARK = "00000000-0000-0000-0000-000000000000"  # stands in an address where a task's uid will


ROOM = 4_000  # drawn cards that a process remembers, some 2 kB each
_drawn: dict[tuple[object, ...], str] = {}


class May(NamedTuple):
    """What a person may do with a card."""

    report: bool
    reassign: bool


class Cards:
    """Draws cards for one reader: words, signs and addresses are looked up once, rights once per department."""

    def __init__(self, user: User, project: Project, shape: Shape) -> None:
        self.project, self.shape, self.user = project, shape, user
        self.cells = Cells(project.threshold, project.today, sprite=True)
        sign = self.cells.sign
        self._like = (get_language(), shape, project.threshold, project.today)
        self._stands = standing(user, project)
        self._may: dict[tuple[int, bool], May] = {}
        self._promises: dict[int | None, str] = {}
        self._task, self._move = (reverse(name, args=[MARK]).split(MARK) for name in ("task", "move_task"))
        self._signs = {
            "report": f"{sign('progress-check')}{escape(_('Report'))}",
            "menu": sign("dots-vertical"),
            "late": f"{sign('clock-exclamation')}{escape(_('Delayed'))} ",
            "due": f"{escape(pgettext('task', 'due'))} ",
            "talk": sign("message"),
            "wait": f'<span class="mark-wait">{escape(_("To be confirmed"))}</span>',
        }
        self._actions = escape(_("Move, report and more: %s"))

    @property
    def signs(self) -> SafeString:
        """The signs that cards name; a page with cards carries them once."""
        return sprite((*SIGNS, "progress-check", "dots-vertical", "message"))

    def all(self, rows: list[CardRow]) -> SafeString:
        """These cards, one after the other."""
        return mark_safe("".join(map(self.one, rows)))

    @cached_property
    def _clauses(self) -> dict[int, Promise]:
        return promises_of(self.project)

    def may(self, row: CardRow) -> May:
        """What the reader may do with a card; the doors decide when it is done."""
        near = (row.department_id, row.assignee_id in self._stands.persons)
        if near not in self._may:
            if self.project.is_frozen:
                self._may[near] = May(False, False)
            else:
                report = self._stands.may(RULES, Act.REPORT, department=near[0], own=near[1])
                self._may[near] = May(report, self._stands.may(RULES, Act.EDIT, department=near[0]))
        return self._may[near]

    def one(self, row: CardRow) -> str:
        """A card: drawn once for all that it shows, however often and by whomever it is looked at."""
        shown = (*self._like, row, self.may(row), self._promise(row), self._promised_day(row))
        drawn = _drawn.get(shown)
        if drawn is None:
            if len(_drawn) >= ROOM:
                _drawn.clear()
            drawn = _drawn[shown] = self._draw(row)
        return drawn

    def _promised_day(self, row: CardRow) -> object:
        return self._clauses[row.pk].due_on if row.pk in self._clauses else None

    def _draw(self, row: CardRow) -> str:
        """The markup; its root carries what dragging and live changes need to know."""
        uid, may = str(row.uid), self.may(row)
        kind = " is-done" if row.state == Task.State.DONE else ""
        kind += "" if may.report or may.reassign else " is-fixed"
        lane = f' data-lane="{self.shape.lane_of(row)}"' if self.shape.lanes else ""
        return (
            f'<article class="task-card{kind}" id="card-{uid}" data-uid="{uid}" data-live="tracking.task:{uid}"'
            f' data-column="{self.shape.column_of(row)}"{lane} data-state="{row.state}" data-rank="{row.rank}"'
            f' data-version="{row.version}" aria-labelledby="name-{uid}">{self._name(row, uid)}'
            f"{'' if row.state == Task.State.DONE else self.cells.bar(row.planned, row.actual)}"
            f"{self._facts(row)}{self._foot(row, uid, may)}"
            f'<div class="report-place" id="report-{uid}"></div></article>'
        )

    def _name(self, row: CardRow, uid: str) -> str:
        whole = f'<span class="card-whole">{escape(row.whole)} ›</span>' if row.whole else ""
        url = uid.join(self._task)
        return f'<div class="card-name">{whole}<a id="name-{uid}" href="{url}" draggable="false">{escape(row.title)}</a></div>'

    def _facts(self, row: CardRow) -> str:
        """Department and assignee, the amount, the due date."""
        who = escape(row.department) + (f" · {escape(row.assignee)}" if row.assignee else "")
        said = [f"<span>{who}</span>"]
        if self.shape.by != "status":
            said.append(self.cells.state(row.state))
        if row.target is not None:
            amount = f"{saying.quantity_words(row.done)} / {saying.quantity_words(row.target, row.unit)}"
            said.append(f"<span>{escape(amount)}</span>")
        if row.due_on is not None:
            late = self.cells.is_late(row.state, row.due_on)
            mark = self._signs["late" if late else "due"]
            kind = ' class="mark-late"' if late else ""
            said.append(f"<span{kind}>{mark}{self.cells.day(row.due_on)}</span>")
        return f'<div class="card-facts">{"".join(said)}</div>'

    def _foot(self, row: CardRow, uid: str, may: May) -> str:
        """The promise, what was said, and what can be done here."""
        said = self._promise(row)
        if row.clause_id and row.pk in self._clauses:
            said += self.cells.slipped(row.due_on, self._clauses[row.pk].due_on)
        if row.clause_id and row.confirmed_at is None and row.state not in OVER:
            said += self._signs["wait"]
        if row.comments:
            words = escape(ngettext("%(n)s comment", "%(n)s comments", row.comments) % {"n": row.comments})
            said += f'<span class="card-talk" title="{words}">{self._signs["talk"]}{row.comments}</span>'
        if may.report and row.state not in OVER:
            said += f'<a class="card-report" href="{uid.join(self._task)}#report" draggable="false">{self._signs["report"]}</a>'
        if may.report or may.reassign:
            label, sign = self._actions.replace("%s", escape(row.title)), self._signs["menu"]
            said += f'<a class="card-menu" href="{uid.join(self._move)}" aria-label="{label}" draggable="false">{sign}</a>'
        return f'<div class="card-foot">{said}</div>' if said else ""

    def _promise(self, row: CardRow) -> str:
        """The promise tag; many cards hang on one clause."""
        key = row.root_id if row.root_id in self._clauses else row.pk
        if key not in self._promises:
            self._promises[key] = self.cells.promise(self._clauses.get(key))
        return self._promises[key]
