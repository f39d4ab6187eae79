"""What is known of those whom minutes were distributed to: who answered how, who is still asked, until when (rule D5)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from common import clock
from meetings.models import Minutes, MinutesReader, ResolutionObjection
from meetings.models.meeting import Kind
from people import calendar

CONFIRM_WORKDAYS = 2
CLOSE_OF_WORK = time(18)
BY_SILENCE = (Kind.PRE_KICKOFF, Kind.WEEKLY, Kind.COORDINATION, Kind.OTHER)  # silence archives these; the others their keepers


def outstanding(minutes: Minutes) -> QuerySet[MinutesReader]:
    """Who has not answered these minutes yet."""
    return unanswered().filter(minutes=minutes)


def unanswered() -> QuerySet[MinutesReader]:
    """Who has not answered yet: neither confirmed nor objects; those in copy and those who had left are not asked."""
    objects = ResolutionObjection.objects.filter(
        resolution__minutes=OuterRef("minutes"), objector=OuterRef("user"), state=ResolutionObjection.State.OPEN
    )
    return MinutesReader.objects.filter(~Exists(objects), in_copy=False, confirmed_at__isnull=True, excused_at__isnull=True)


def earliest_answer_by(distributed_at: datetime, zone: str) -> datetime:
    """Nobody is taken as silent before the close of work of the next workday."""
    return _close_of_work(distributed_at, zone, 1)


def usual_answer_by(distributed_at: datetime, zone: str) -> datetime:
    """Until when one is asked for an answer: the close of work of the second workday after the distribution."""
    return _close_of_work(distributed_at, zone, CONFIRM_WORKDAYS)


def _close_of_work(distributed_at: datetime, zone: str, workdays: int) -> datetime:
    day = distributed_at.astimezone(ZoneInfo(zone)).date()
    for _n in range(workdays):
        day = calendar.next_workday(day + timedelta(1))
    return clock.local(day, CLOSE_OF_WORK, zone)


def answer_by(minutes: Minutes) -> datetime | None:
    """Until when one may object to these minutes; of those that went out before it was kept, what is usual."""
    if minutes.answer_by is not None or minutes.distributed_at is None:
        return minutes.answer_by
    return usual_answer_by(minutes.distributed_at, minutes.meeting.project.time_zone)


def state_of(reader: MinutesReader, minutes: Minutes, *, objects: bool = False) -> str:
    """What is known of a reader; an objection is an answer, silence a state of its own, neither is a confirmation."""
    if objects:
        return "objected"
    if reader.confirmed_at is not None:
        return "signed" if reader.confirmed_by_signing else "confirmed"
    if reader.excused_at is not None:
        return "excused"
    until = answer_by(minutes)
    over = minutes.state == Minutes.State.ARCHIVED or (until is not None and clock.now() > until)
    if over and not reader.in_copy:
        return "silent"
    return "seen" if reader.seen_at is not None else "unseen"


def objectors(minutes: Minutes) -> set[int]:
    """Who objects to a resolution of this version."""
    rows = ResolutionObjection.objects.filter(resolution__minutes=minutes, state=ResolutionObjection.State.OPEN)
    return set(rows.values_list("objector", flat=True))
