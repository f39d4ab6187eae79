"""On which days a series meets (rule D1): pure, the work calendar is handed in.

A meeting on a day off moves to the next workday. A week (Monday to Sunday) or month without any workday has none; a week that
is off but for a make-up day meets on that day. Local wall times become instants as late as possible, as RFC 5545 has it: an
hour that the clocks skip is read with the offset before the gap, one that they show twice is the first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common import clock
from common.dates import add_months

IsWorkday = Callable[[date], bool]


@dataclass(frozen=True)
class Occurrence:
    """`rule_day` is the day the rule gives and the name of the occurrence; `day` is when one meets."""

    rule_day: date
    day: date


def weekly(weekday: int, first: date, last: date, is_workday: IsWorkday) -> Iterator[Occurrence]:
    """Each `weekday` (Monday = 0) in [first, last]."""
    rule_day = first + timedelta((weekday - first.weekday()) % 7)
    while rule_day <= last:
        monday = rule_day - timedelta(rule_day.weekday())
        if any(is_workday(monday + timedelta(n)) for n in range(7)):
            yield Occurrence(rule_day, _next_workday(rule_day, is_workday))
        rule_day += timedelta(7)


def last_workday(first: date, last: date, is_workday: IsWorkday) -> Iterator[Occurrence]:
    """The last workday of each month, where it lies in [first, last]."""
    month = first.replace(day=1)
    while month <= last:
        day = _last_workday(month, is_workday)
        if day is not None and first <= day <= last:
            yield Occurrence(day, day)
        month = add_months(month, 1)


def month_day(number: int, first: date, last: date, is_workday: IsWorkday) -> Iterator[Occurrence]:
    """That day of each month in [first, last], the last one of a shorter month. A day off moves to the next workday, but not
    out of its month: the review of a month is held in it, on its last workday then.
    """
    month = first.replace(day=1)
    while month <= last:
        following = add_months(month, 1)
        rule_day = min(month + timedelta(number - 1), following - timedelta(1))
        until = _last_workday(month, is_workday)
        if until is not None and first <= rule_day <= last:
            yield Occurrence(rule_day, _next_workday(rule_day, is_workday) if rule_day <= until else until)
        month = following


def window(day: date, at: time, minutes: int, zone: str) -> tuple[datetime, datetime]:
    """The instants of begin and end of a meeting at a local wall time; its length is elapsed time."""
    begins = clock.local(day, at, zone)
    return begins, begins + timedelta(minutes=minutes)


def _next_workday(day: date, is_workday: IsWorkday) -> date:
    while not is_workday(day):
        day += timedelta(1)
    return day


def _last_workday(month: date, is_workday: IsWorkday) -> date | None:
    """The last workday of the month that begins on this day; None where it has none."""
    day = add_months(month, 1) - timedelta(1)
    while day >= month:
        if is_workday(day):
            return day
        day -= timedelta(1)
    return None
