"""The signs that cards, table rows and lines share, drawn straight from values: a hundred rows in a few milliseconds.

What `common.templatetags.signs` draws through templates is drawn here alike; a test holds the two together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import saying
from common.templatetags.signs import icon
from tracking.models import Task

SIGN_OF_STATE = {
    Task.State.NOT_STARTED: "circle-dashed",
    Task.State.IN_PROGRESS: "progress",
    Task.State.AWAITING_ACCEPTANCE: "hourglass",
    Task.State.DONE: "circle-check",
    Task.State.CANCELLED: "ban",
}
SIGNS = ("alert-triangle", "file-certificate", "clock-exclamation", "help-circle", "calendar-plus", *SIGN_OF_STATE.values())
STROKE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
NEAR = 7  # days within which a date may have a name of its own
OVER = (Task.State.DONE, Task.State.CANCELLED)


@dataclass(frozen=True)
class Promise:
    """What the promise tag says of a clause."""

    url: str
    text: str
    edition: int
    number: str
    due_on: date | None = None  # the day that the clause says


class Cells:
    """Draws cells in the reader's language; one for all rows of an answer, so that each word is looked up once."""

    def __init__(self, threshold: int, today: date, *, sprite: bool = False) -> None:
        """With `sprite` each sign is drawn once, by `Cells.sprite`, and only named in the rows."""
        self.threshold = threshold
        self.today = today
        self._sprite = sprite
        self._days: dict[date, str] = {}
        self._states: dict[str, str] = {}
        self._words = {
            "planned": escape(pgettext("progress", "planned")),
            "actual": escape(pgettext("progress", "actual")),
            "deviation": escape(pgettext("progress", "deviation")),
            "over": self.sign("alert-triangle", _("over the threshold")),
            "promise": _("Memorandum v%(version)s · %(number)s"),
            "promise_sign": self.sign("file-certificate"),
            "late": f'<span class="mark-late">{self.sign("clock-exclamation")}{escape(_("Delayed"))}</span>',
            "slipped": f'<span class="mark-slip">{self.sign("calendar-plus")}{escape(pgettext("promise", "Slipped"))}</span>',
            "waiting": f'<span class="mark-wait">{self.sign("help-circle")}{escape(_("To be confirmed"))}</span>',
        }

    def sign(self, name: str, label: str = "") -> str:
        """An icon; with a label it speaks, without one it is decoration."""
        if not self._sprite:
            return str(icon(name, label))
        spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
        return f'<svg class="icon" {spoken}><use href="#sign-{name}"/></svg>'

    def bar(self, planned: int | None, actual: int | None) -> str:
        """The deviation bar, compact."""
        if planned is None and actual is None:
            return ""
        planned, actual = planned or 0, actual or 0
        apart = planned - actual
        flagged, behind = apart > self.threshold, 0 < apart <= self.threshold
        kind = " is-flagged" if flagged else " is-behind" if behind else ""
        words = self._words
        return (
            f'<div class="deviation{kind} is-compact"><div class="deviation-track" aria-hidden="true">'
            f'<span class="deviation-actual" style="width:{_width(actual)}%"></span>'
            f'<span class="deviation-planned" style="left:{_width(planned)}%"></span></div>'
            f'<div class="deviation-figures">{words["over"] if flagged else ""}'
            f"<span>{words['planned']} {saying.percent_words(planned)}</span> · "
            f"<span>{words['actual']} {saying.percent_words(actual)}</span> · "
            f'<span class="deviation-figure">{words["deviation"]} {saying.points_words(apart)}</span></div></div>'
        )

    def day(self, day: date | None) -> str:
        """A date as people say it, exact on hover."""
        if day is None:
            return ""
        if day not in self._days:
            exact, near = escape(saying.exact_words(day)), abs((day - self.today).days) <= NEAR
            said = escape(saying.day_words(day, self.today) if near else saying.date_words(day, with_year=self._other_year(day)))
            self._days[day] = f'<time datetime="{day.isoformat()}" title="{exact}">{said}</time>'
        return self._days[day]

    def _other_year(self, day: date) -> bool:
        return day.year != self.today.year

    def state(self, state: str) -> str:
        """The status, as sign and words."""
        if state not in self._states:
            sign, words = self.sign(SIGN_OF_STATE[Task.State(state)]), escape(str(Task.State(state).label))
            self._states[state] = f'<span class="task-state is-{state}">{sign}{words}</span>'
        return self._states[state]

    def is_late(self, state: str, due: date | None) -> bool:
        """Whether an open task's due date has passed."""
        return due is not None and due < self.today and state not in OVER

    def slipped(self, due: date | None, promised: date | None) -> str:
        """The mark of a day that a short slip moved and no amendment has written down yet (顺延)."""
        return self._words["slipped"] if due is not None and promised is not None and due > promised else ""

    def marks(self, row: Any, promised: date | None = None) -> str:
        """What must be seen of a row beside its status: delayed, slipped, to be confirmed."""
        late = self._words["late"] if self.is_late(row.state, row.due_on) else ""
        late += self.slipped(row.due_on, promised)
        unconfirmed = row.clause_id and row.confirmed_at is None and row.state not in OVER
        return late + (self._words["waiting"] if unconfirmed else "")

    def promise(self, promise: Promise | None) -> str:
        """Which clause of which memorandum is behind a row; one click opens it."""
        if promise is None:
            return ""
        said = escape(self._words["promise"] % {"version": promise.edition, "number": promise.number})
        sign = self._words["promise_sign"]
        return f'<a class="promise" href="{escape(promise.url)}" title="{escape(promise.text)}">{sign}{said}</a>'


def sprite(names: Iterable[str]) -> SafeString:
    """The signs that rows name, drawn once and out of sight."""
    symbols = []
    for name in names:
        drawn = str(icon(name))
        inner = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
        symbols.append(f'<symbol id="sign-{name}" viewBox="0 0 24 24" {STROKE}>{inner}</symbol>')
    return mark_safe(f'<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">{"".join(symbols)}</svg>')


def _width(hundredths: int) -> str:
    return f"{min(max(hundredths, 0), 10000) / 100:.2f}"
