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

CLOCK = "minutes"


def clock_of(minutes: Minutes) -> Clock | None:
    """The clock of these minutes, whether it runs or not."""
    kind = ContentType.objects.get_for_model(Minutes)
    return Clock.objects.filter(content_type=kind, object_id=minutes.pk, kind=CLOCK).first()


def deadline_of(minutes: Minutes, running: Clock | None, now: datetime) -> dict[str, Any]:
    """24 hours from the actual end for the first version; a later one has those of its own clock, where it has one.

    What its project was held up while they were written does not count: its clock says so.

    Once a breach is recorded its deadline stays: an end said to be later does not undo it.
    """
    hours = settings.MINUTES_HOURS
    begun: datetime | None = running.due_at - timedelta(hours=hours) if running is not None else None
    if minutes.edition == 1:
        ended = parse_datetime((minutes.content or {})["meeting"]["ended_at"])
        is_breached = running is not None and running.breached_at is not None
        begun = ended if begun is None else min(begun, ended) if is_breached and ended is not None else begun
    return chain.judged(begun, hours, reached_by_all(minutes), now)


def reached_by_all(minutes: Minutes) -> datetime | None:
    """When the last one was reached who is not excused; None while somebody is still waited for."""
    owed = minutes.readers.filter(excused_at__isnull=True)
    found = owed.aggregate(last=Max("reached_at"), waiting=Count("pk", filter=Q(reached_at__isnull=True)))
    last: datetime | None = found["last"]
    return None if found["waiting"] else last
