"""When the own part of a weekly agenda is to be looked at: from the workday before the meeting on (rule D2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from common import clock
from meetings.models import Meeting
from meetings.models.meeting import Kind
from people import calendar

LONGEST = timedelta(days=3)  # where the work calendar ends: a weekend


def is_near(meeting: Meeting) -> bool:
    """Whether a weekly meeting begins today or no later than on the next workday, and has not begun."""
    now, zone = clock.now(), ZoneInfo(meeting.project.time_zone)
    if meeting.kind != Kind.WEEKLY or meeting.state != Meeting.State.PLANNED or meeting.agenda_at or meeting.starts_at <= now:
        return False
    return meeting.starts_at.astimezone(zone).date() <= _next_workday(now.astimezone(zone))


def latest_near(now: datetime) -> datetime:
    """No meeting that begins later is near, whatever its time zone."""
    day = _next_workday(now.astimezone(UTC) + timedelta(1))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(2)


def _next_workday(local: datetime) -> date:
    tomorrow = local.date() + timedelta(1)
    if not calendar.within_calendar(tomorrow + timedelta(14)):
        return tomorrow + LONGEST
    return calendar.next_workday(tomorrow)
