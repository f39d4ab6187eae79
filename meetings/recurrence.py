"""On which days a series meets (rule D1): pure, the work calendar is handed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common import clock

IsWorkday = Callable[[date], bool]


@dataclass(frozen=True)
class Occurrence:
    """`rule_day` is the day the rule gives and the name of the occurrence; `day` is when one meets."""

    rule_day: date
    day: date


def weekly(weekday: int, first: date, last: date, is_workday: IsWorkday) -> Iterator[Occurrence]:
    """Each `weekday` (Monday = 0) in [first, last]; off days move on, a week (Monday to Sunday) without a workday is skipped."""
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
        following = (month + timedelta(32)).replace(day=1)
        day = following - timedelta(1)
        while day >= month and not is_workday(day):
            day -= timedelta(1)
        if max(first, month) <= day <= last:
            yield Occurrence(day, day)
        month = following


def window(day: date, at: time, minutes: int, zone: str) -> tuple[datetime, datetime]:
    """The instants of begin and end of a meeting at a local wall time, computed as late as this."""
    begins = clock.local(day, at, zone)
    return begins, begins + timedelta(minutes=minutes)


def _next_workday(day: date, is_workday: IsWorkday) -> date:
    while not is_workday(day):
        day += timedelta(1)
    return day
