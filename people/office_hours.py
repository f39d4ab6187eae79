"""Working hours: from nine to six on workdays, in a time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from common import clock
from people.calendar import is_workday

OPENS, CLOSES = time(9), time(18)


def working_time_between(since: datetime, until: datetime, zone: str) -> timedelta:
    """How much working time lies between two moments; nothing when the second is not later."""
    day, last = since.astimezone(ZoneInfo(zone)).date(), until.astimezone(ZoneInfo(zone)).date()
    total = timedelta()
    while day <= last:
        if is_workday(day):
            begins, ends = max(since, clock.local(day, OPENS, zone)), min(until, clock.local(day, CLOSES, zone))
            total += max(ends - begins, timedelta())
        day += timedelta(1)
    return total
