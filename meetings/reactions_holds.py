"""While a project is held up nobody meets, and nobody can write its minutes: their 24 hours stand still; resumed, both go on."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet

from activity.models import Clock
from activity.services import stop_clock
from common import ports
from meetings.models import Meeting, Minutes
from meetings.services import call_off_with_project, reason_of_hold, take_up_with_project
from meetings.services.laying import CLOCK, run_clock


def _owed(event: Any) -> QuerySet[Minutes]:
    """Drafts whose time has begun and not run out: a breach stays as it was recorded, what is distributed goes on."""
    kind = ContentType.objects.get_for_model(Minutes)
    begun = Clock.objects.filter(content_type=kind, kind=CLOCK, object_id=OuterRef("pk"), breached_at__isnull=True)
    rows = Minutes.objects.filter(Exists(begun), meeting__project=event.project_id, state=Minutes.State.DRAFT)
    return rows.exclude(meeting__state=Meeting.State.NOT_HELD).select_related("meeting__project").order_by("pk")


def _stop(event: Any) -> None:
    for minutes in _owed(event):
        stop_clock(subject=minutes, kind=CLOCK)


def _go_on(event: Any) -> None:
    for minutes in _owed(event):
        run_clock(minutes, minutes.meeting.ended_at or minutes.meeting.ends_at)


def _call_off(event: Any) -> None:
    call_off_with_project(event.subject, event.actor, reason_of_hold(event.verb, event.facts.get("reason", "")))


def _take_up(event: Any) -> None:
    take_up_with_project(event.subject, event.actor)


for verb in ("project.suspended", "project.cancelled", "project.archived"):
    ports.react(verb, _call_off)
ports.react("project.resumed", _take_up)
ports.react("project.suspended", _stop)
ports.react("project.cancelled", _stop)
ports.react("project.resumed", _go_on)
