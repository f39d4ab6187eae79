"""The organisation's work calendar: China's, with make-up workdays, kept as a table of dates.

A process keeps the table in memory with the edition that it was read in. Whoever counts days asks first, in one cheap query,
which edition holds now (while one page is made: once), so that no process answers from days that were changed elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from common.refusals import Refused
from people.models import WorkCalendar, WorkDay
from people.official_days import FIRST, LAST


@dataclass(frozen=True)
class _Known:
    """The running workday index of every day, as one edition of the calendar has it."""

    edition: UUID | None
    running: Mapping[date, int]


@dataclass
class _Look:
    """While one page is made: the edition that was found to hold."""

    edition: UUID | None = None
    has_asked: bool = False


_known: _Known | None = None
_look: ContextVar[_Look | None] = ContextVar("look at the calendar", default=None)


@contextmanager
def looked_at_once(look: tuple[UUID | None] | None = None) -> Iterator[None]:
    """Within this block the calendar is asked only once which edition holds; not at all when that was learned already."""
    token = _look.set(_Look(*look, has_asked=True) if look else _Look())
    try:
        yield
    finally:
        _look.reset(token)


def edition() -> UUID | None:
    """Which edition of the calendar holds now."""
    return WorkCalendar.objects.filter(pk=1).values_list("edition", flat=True).first()


def running_days() -> Mapping[date, int]:
    """The whole calendar at once: the workdays up to and with each day."""
    global _known
    known, look = _known, _look.get()
    if known is not None and look is not None and look.has_asked and look.edition == known.edition:
        return known.running
    holds = edition()  # asked before the days are read: what is read later can only be newer
    if known is None or known.edition != holds:
        known = _known = _Known(holds, dict(WorkDay.objects.values_list("day", "running")))
    if look is not None:
        look.edition, look.has_asked = holds, True
    return known.running


def forget() -> None:
    """Drop what this process remembers of the table, after its rows changed."""
    global _known
    _known = None
    if (look := _look.get()) is not None:
        look.has_asked = False


def within_calendar(day: date | None) -> bool:
    """Whether the calendar knows this day; no day at all is no trouble."""
    return day is None or FIRST <= day <= LAST


def workdays() -> Callable[[date], bool]:
    """Whether people work on a day, by the calendar as it is now: for who asks of many days."""
    running = running_days()
    return lambda day: _running(running, day) - _running(running, day - timedelta(1)) == 1


def _running(running: Mapping[date, int], day: date) -> int:
    if day not in running:
        raise Refused(_("The work calendar does not reach to %s.") % day.isoformat(), code="calendar")
    return running[day]


def workdays_between(after: date, until: date) -> int:
    """W(a, b): the workdays in (a, b]; negative when b is before a."""
    running = running_days()
    return _running(running, until) - _running(running, after)


def is_workday(day: date) -> bool:
    """Whether people work on that day."""
    return workdays()(day)


def next_workday(day: date) -> date:
    """That day if it is a workday, else the first workday after it."""
    works = workdays()
    while not works(day):
        day += timedelta(1)
    return day


def workday_after(day: date, count: int) -> date:
    """The workday so many workdays after a day: on the evening of which W(day, it) is the count."""
    works = workdays()
    for _step in range(count):
        day += timedelta(1)
        while not works(day):
            day += timedelta(1)
    return day
