"""How a meeting is laid: the row, its people, its agenda, the empty minutes, and their clock once it has ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import override
from simple_history.utils import bulk_create_with_history

from activity.models import Clock
from activity.services import start_clock, stop_clock
from common import acts, clock
from common.refusals import Refused
from meetings import agenda
from meetings.models import AgendaItem, Attendee, Meeting, Minutes, Series
from people.models import Department, User
from projects.models import Project
from projects.queries.holds import held_up

CLOCK = "minutes"
FARTHEST = timedelta(days=5 * 366)  # what is typed beyond it is a slip, and no calendar tells its zone
REMINDERS = {"remind_8h": timedelta(hours=8), "remind_2h": timedelta(hours=2)}

Invited = Sequence[tuple[User, Department | None]]


def lay_meeting(meeting: Meeting, invited: Invited, copies: Invited = ()) -> Minutes:
    """Save a new meeting with its attendees, prefilled agenda and empty minutes; its clock runs if it is over already."""
    refuse_bad_window(meeting.starts_at, meeting.ends_at)
    meeting.save()
    rows = [
        Attendee(meeting=meeting, user=user, department=department, order=order)
        for order, (user, department) in enumerate(invited)
    ]
    known = {row.user_id for row in rows}
    rows += [
        Attendee(meeting=meeting, user=user, department=department, order=order, in_copy=True)
        for order, (user, department) in enumerate(copies)
        if user.pk not in known
    ]
    keep(Attendee, rows)
    keep(AgendaItem, agenda.lay(meeting))
    minutes = Minutes.objects.create(meeting=meeting)
    if meeting.ends_at <= clock.now():
        run_clock(minutes, meeting.ends_at)
    return minutes


def keep(model: type[Any], rows: list[Any]) -> list[Any]:
    """Write new rows in one statement, each with its history, in the name of who acts."""
    if not rows:
        return []
    return bulk_create_with_history(rows, model, default_user=acts.current_actor(), default_date=clock.now())


def raise_sequence(*rows: Meeting | Series) -> None:
    """What was announced changed in time, place, people or state: the next iCalendar message on it has a higher SEQUENCE.

    Inside the act, beside its write; a meeting of a series goes above what its series has said so far.
    """
    for row in rows:
        row.sequence = next_sequence(row)
        row.save(update_fields=["sequence"])


def next_sequence(row: Meeting | Series) -> int:
    """The SEQUENCE of its next message, for who writes it in one statement with the rest.

    (PostgreSQL asks for the project again at the commit when a row is written twice, and whoever plans holds the project.)
    """
    told = row.series.sequence if isinstance(row, Meeting) and row.series is not None else 0
    return max(row.sequence, told) + 1


def run_clock(minutes: Minutes, ended_at: datetime) -> None:
    """Start (or start anew, when the end is another one) the 24 hours of these minutes (rule D4); a breach stays recorded.

    While their project is held up nobody can write them: that time does not count, and until it goes on the clock stands still.
    """
    project = minutes.meeting.project
    due = due_after(ended_at, project)
    kind = ContentType.objects.get_for_model(Minutes)
    known = Clock.objects.filter(content_type=kind, object_id=minutes.pk, kind=CLOCK).first()
    if known is not None and ((known.due_at == due and known.is_running) or known.breached_at is not None):
        return
    now = clock.now()
    reminders = {step: due - before for step, before in REMINDERS.items()}
    steps = {step: at for step, at in reminders.items() if known is None or at > now}  # one is not reminded twice
    steps["distribute"] = distributes_at(due)
    row = start_clock(subject=minutes, kind=CLOCK, due_at=due, steps=steps, project=minutes.meeting.project)
    with override(settings.LANGUAGE_CODE):
        row.title = (_("Minutes of %s") % minutes.meeting.title)[:300]
    row.save(update_fields=["title"])
    if project.hold != Project.Hold.NONE:
        stop_clock(subject=minutes, kind=CLOCK)


def due_after(ended_at: datetime, project: Project) -> datetime:
    """When minutes have to have reached everybody; what their project was held up since the end does not count."""
    held = sum((until - since for since, until in held_up(project, ended_at)), timedelta())
    return ended_at + timedelta(hours=settings.MINUTES_HOURS) + held


def distributes_at(due: datetime) -> datetime:
    """When the system distributes what is written."""
    return due - timedelta(minutes=settings.MINUTES_MARGIN_MINUTES)


def refuse_bad_window(starts_at: datetime, ends_at: datetime) -> None:
    """A meeting ends after it begins, and within a day; it is called for years to come, not for centuries."""
    if starts_at > clock.now() + FARTHEST:
        raise Refused(_("A meeting is called at most five years ahead."), field="starts_at")
    if ends_at <= starts_at:
        raise Refused(_("The meeting would end before it begins."), field="ends_at")
    if ends_at - starts_at > timedelta(hours=24):
        raise Refused(_("A meeting ends within a day of its beginning."), field="ends_at")


def draft_of(meeting: Meeting) -> Minutes:
    """The minutes as far as they can still be written."""
    minutes = meeting.minutes_versions.select_for_update(of=("self",)).order_by("-edition").first()
    if minutes is None or minutes.state != Minutes.State.DRAFT:
        raise Refused(_("These minutes are distributed; nothing in them can be changed."), code="distributed")
    if meeting.state == Meeting.State.NOT_HELD:
        raise Refused(_("This meeting was not held; it has no minutes."), code="not_held")
    minutes.meeting = meeting
    return minutes
