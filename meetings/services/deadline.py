"""What the 24-hour clock does at its moments (rule D4): reminds, distributes, records the breach."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from activity.models import Clock
from common import clock, ports
from meetings.models import Action, AgendaItem, Meeting, Minutes, Resolution
from meetings.services import roles
from meetings.services.laying import CLOCK
from meetings.services.publishing import distribute_by_system, record_breach
from meetings.services.reaching import catch_up
from meetings.services.writing import is_written

PAUSE = timedelta(minutes=5)  # so long nobody has written: what stands there is no half sentence
LAST_CALL = timedelta(minutes=15)  # before the deadline: what is not sent by then is late


def on_step(running: Clock, step: str) -> None:
    """A step of the clock of minutes is due; after an outage several may be due at once, each is still done once."""
    minutes = Minutes.objects.select_related("meeting__project", "meeting__chair", "meeting__recorder").get(pk=running.object_id)
    if minutes.meeting.state == Meeting.State.NOT_HELD:
        return
    if minutes.event_id is not None:
        catch_up(minutes)
    match step:
        case "distribute":
            distribute_by_system(minutes)
        case "breach":
            minutes = distribute_by_system(minutes, tells=False) or minutes  # what was written in the last minutes
            record_breach(minutes, running)
        case _:
            _remind(minutes, running)


def _remind(minutes: Minutes, running: Clock) -> None:
    """Tell writer and chair how much time is left, while there is some and nothing is distributed."""
    left = running.due_at - clock.now()
    if minutes.state != Minutes.State.DRAFT or left.total_seconds() <= 0:
        return
    facts = {"hours": round(left.total_seconds() / 3600), "due_at": ports.describe(running.due_at)}
    ports.record(
        actor=None,
        verb="minutes.reminded",
        subject=minutes,
        project=minutes.meeting.project,
        facts=facts,
        tell=roles.keepers_of(minutes.meeting),
    )


def written_late() -> list[Minutes]:
    """Drafts whose moment to be distributed passed while they were empty, and on which something stands now.

    Whoever writes is let finish, but not beyond the last call.
    """
    now = clock.now()
    kind = ContentType.objects.get_for_model(Minutes)
    passed = Clock.objects.filter(
        content_type=kind, kind=CLOCK, stopped_at__isnull=True, breached_at__isnull=True,
        steps__kind="distribute", steps__done_at__isnull=False,
    )  # fmt: skip
    due = dict(passed.values_list("object_id", "due_at"))
    drafts = Minutes.objects.filter(pk__in=due, state=Minutes.State.DRAFT).select_related("meeting")
    return [row for row in drafts if is_written(row) and (due[row.pk] - now <= LAST_CALL or now - _last_written(row) >= PAUSE)]


def _last_written(minutes: Minutes) -> datetime:
    """When somebody last wrote on these minutes: on the summary, on a topic, a resolution or an action."""
    rows: list[Any] = [
        Minutes.history.filter(id=minutes.pk),
        AgendaItem.history.filter(meeting_id=minutes.meeting_id),
        Resolution.history.filter(minutes_id=minutes.pk),
        Action.history.filter(minutes_id=minutes.pk),
    ]
    found = [past.aggregate(last=Max("history_date"))["last"] for past in rows]
    last: datetime = max(at for at in found if at is not None)
    return last
