"""What the 24-hour clock does at its moments (rule D4): reminds, distributes, records the breach."""

from activity.models import Clock
from common import clock, ports
from meetings.models import Meeting, Minutes
from meetings.services import roles
from meetings.services.publishing import distribute_by_system, record_breach
from meetings.services.reaching import catch_up


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
