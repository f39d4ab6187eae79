"""The organisation's work calendar: China's, with make-up workdays, kept as a table of dates."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.utils.translation import gettext as _

from common.refusals import Refused
from people.models import WorkDay

FIRST, LAST = date(2020, 1, 1), date(2035, 12, 31)


def official_days(first: date = FIRST, last: date = LAST) -> list[WorkDay]:
    """The calendar rows (unsaved) from the official holidays and make-up workdays known to the library `holidays`."""
    known = holidays.country_holidays("CN", years=range(first.year, last.year + 1), language="zh_CN")
    rows, running, day = [], 0, first
    while day <= last:
        is_workday = known.is_working_day(day)
        running += is_workday
        rows.append(WorkDay(day=day, is_workday=is_workday, note=known.get(day, "") or "", running=running))
        day += timedelta(1)
    return rows


def within_calendar(day: date | None) -> bool:
    """Whether the calendar knows this day; no day at all is no trouble."""
    return day is None or FIRST <= day <= LAST


@lru_cache(maxsize=4096)
def _running(day: date) -> int:
    found = WorkDay.objects.filter(day=day).values_list("running", flat=True).first()
    if found is None:
        raise Refused(_("The work calendar does not reach to %s.") % day.isoformat(), code="calendar")
    return found


@lru_cache(maxsize=1)
def running_days() -> dict[date, int]:
    """The whole calendar at once, for pages that count many spans: the workdays up to and with each day."""
    return dict(WorkDay.objects.values_list("day", "running"))


def workdays_between(after: date, until: date) -> int:
    """W(a, b): the workdays in (a, b]; negative when b is before a."""
    return _running(until) - _running(after)


_remembered: dict[date, int] = {}


def running_of(days: Iterable[date]) -> Mapping[date, int]:
    """The running workday index of these days: what is not remembered yet is asked in one query."""
    if missing := set(days) - _remembered.keys():
        _remembered.update(WorkDay.objects.filter(day__in=missing).values_list("day", "running"))
    return _remembered


def is_workday(day: date) -> bool:
    """Whether people work on that day."""
    return workdays_between(day - timedelta(1), day) == 1


def next_workday(day: date) -> date:
    """That day if it is a workday, else the first workday after it."""
    while not is_workday(day):
        day += timedelta(1)
    return day


def workday_after(day: date, count: int) -> date:
    """The workday so many workdays after a day: on the evening of which W(day, it) is the count."""
    for _step in range(count):
        day = next_workday(day + timedelta(1))
    return day


def forget() -> None:
    """Drop what was remembered of the table, after its rows changed."""
    _remembered.clear()
    _running.cache_clear()
    running_days.cache_clear()
