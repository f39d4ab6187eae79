"""The 24 hours of a distribution: from the actual end, and how the last one reached stands to them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q
from django.utils.dateparse import parse_datetime

from activity.models import Clock
from meetings.certificate import chain
from meetings.models import Minutes
from projects.queries.holds import held_up

CLOCK = "minutes"


def clock_of(minutes: Minutes) -> Clock | None:
    """The clock of these minutes, whether it runs or not."""
    kind = ContentType.objects.get_for_model(Minutes)
    return Clock.objects.filter(content_type=kind, object_id=minutes.pk, kind=CLOCK).first()


def deadline_of(minutes: Minutes, running: Clock | None, now: datetime) -> dict[str, Any]:
    """24 hours from the actual end for the first version; a later one has those of its own clock, where it has one.

    What its project was held up while they were written does not count. Once a breach is recorded its deadline stays: an end said
    to be later does not undo it.
    """
    hours = settings.MINUTES_HOURS
    begun: datetime | None = running.due_at - timedelta(hours=hours) if running is not None else None
    ended = _ended(minutes)
    if ended is not None:
        counted = ended + sum((until - since for since, until in held_up_of(minutes, running)), timedelta())
        is_breached = running is not None and running.breached_at is not None
        begun = min(begun, counted) if is_breached and begun is not None else counted
    return chain.judged(begun, hours, reached_by_all(minutes), now)


def held_up_of(minutes: Minutes, running: Clock | None) -> list[tuple[datetime, datetime]]:
    """When its project was held up while the first version was written; asked only where its clock was put off."""
    ended, sent = _ended(minutes), minutes.distributed_at
    if ended is None or sent is None or running is None or running.due_at <= ended + timedelta(hours=settings.MINUTES_HOURS):
        return []
    over = min(sent, running.breached_at or sent)  # a recorded breach stays: what came after it was counted
    return [(since, min(until, over)) for since, until in held_up(minutes.meeting.project, ended) if since < over]


def _ended(minutes: Minutes) -> datetime | None:
    """The actual end, from which the first version counts."""
    return parse_datetime((minutes.content or {})["meeting"]["ended_at"]) if minutes.edition == 1 else None


def reached_by_all(minutes: Minutes) -> datetime | None:
    """When the last one was reached who is not excused; None while somebody is still waited for."""
    owed = minutes.readers.filter(excused_at__isnull=True)
    found = owed.aggregate(last=Max("reached_at"), waiting=Count("pk", filter=Q(reached_at__isnull=True)))
    last: datetime | None = found["last"]
    return None if found["waiting"] else last
