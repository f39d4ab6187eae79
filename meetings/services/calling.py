"""Calling a meeting, ending it, and saying that it was not held."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from activity.services import stop_clock
from common import clock, ports
from common.acts import act
from common.moves import move
from common.refusals import Conflict, Refused, Unseen
from meetings.access import Act, meeting_for, project_to_call_in
from meetings.models import AgendaItem, Meeting
from meetings.models.meeting import Kind
from meetings.services import roles
from meetings.services.agendas import lay_agenda
from meetings.services.laying import (
    CLOCK,
    distributes_at,
    draft_of,
    due_after,
    lay_meeting,
    next_sequence,
    refuse_bad_window,
    run_clock,
)
from people.models import Department, User
from projects.access import sees_project
from projects.models import Project
from tracking.models import Issue

LATE_TO_SAY_SO = timedelta(hours=2)


@act
def call_meeting(
    *,
    actor: User,
    project_uid: UUID,
    kind: str,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    chair: User | None = None,
    recorder: User | None = None,
    attendees: Sequence[User] | None = None,
    copies: Sequence[User] = (),
    place: str = "",
    issue: Issue | None = None,
) -> Meeting:
    """Call a meeting; a kick-off is chaired by the initiating head, has four standing items, and all heads and liaisons come."""
    project = project_to_call_in(actor, project_uid, lock=True)
    _refuse_second_kickoff(project, kind)
    _refuse_past(starts_at, ends_at)
    chair = chair or roles.usual_chair(project, kind) or actor
    recorder = recorder or chair
    invited = roles.usual_attendees(project, kind)
    if attendees is not None:
        speaks_for = {user.pk: department for user, department in invited}
        named = [(user, speaks_for.get(user.pk, user.department)) for user in attendees]
        invited = roles.once([*invited, *named] if kind == Kind.KICKOFF else named)
    invited = roles.once([*invited, (chair, chair.department), (recorder, recorder.department)])
    if len(invited) < 2:
        raise Refused(_("Nobody comes but the chair. Tick who is invited."), field="attendees")
    in_copy = [(user, user.department) for user in copies]
    _refuse_who_cannot_see(project, [user for user, _department in [*invited, *in_copy]])
    meeting = Meeting(
        project=project, kind=kind, title=title, starts_at=starts_at, ends_at=ends_at,
        chair=chair, recorder=recorder, place=place, issue=issue,
    )  # fmt: skip
    lay_meeting(meeting, invited, in_copy)
    facts = {**_when(meeting), "count": len(invited)}
    told = [user for user, _department in [*invited, *in_copy]] if starts_at > clock.now() else []
    ports.record(actor=actor, verb="meeting.called", subject=meeting, project=project, facts=facts, tell=told)
    return meeting


def _refuse_second_kickoff(project: Project, kind: str) -> None:
    """A project kicks off once."""
    if kind == Kind.KICKOFF and project.meetings.filter(kind=kind).exclude(state=Meeting.State.NOT_HELD).exists():
        raise Refused(_("The kick-off meeting is called already."), field="kind")


def _refuse_past(starts_at: datetime, ends_at: datetime) -> None:
    """One is called to what is to come; a meeting that was just held is written down as long as its minutes can be in time."""
    refuse_bad_window(starts_at, ends_at)
    if ends_at + timedelta(hours=settings.MINUTES_HOURS) <= clock.now():
        raise Refused(_("This time is long past: the minutes would be late already. Choose one that is to come."), field="day")


def _refuse_who_cannot_see(project: Project, people: list[User]) -> None:
    """Nobody is invited to what does not exist for them."""
    blind = [user.name for user in people if not sees_project(user, project.pk)]
    if blind:
        names = _(", ").join(blind)
        raise Refused(_("%s cannot see this project; name them in it first.") % names, field="attendees")


@act
def move_meeting(
    *, actor: User, meeting_uid: UUID, seen_version: int | None, starts_at: datetime, ends_at: datetime, place: str = ""
) -> Meeting:
    """Put one planned meeting at another time; the rest of its series stays."""
    meeting = movable_meeting(actor, meeting_uid, seen_version, starts_at, ends_at, place)
    meeting.starts_at, meeting.ends_at, meeting.place, meeting.moved_by_hand = starts_at, ends_at, place, True
    meeting.sequence = next_sequence(meeting)
    meeting.bump("starts_at", "ends_at", "place", "moved_by_hand", "sequence")
    ports.record(
        actor=actor,
        verb="meeting.moved",
        subject=meeting,
        project=meeting.project,
        facts=_when(meeting),
        tell=[row.user for row in roles.readers_of(meeting)],
    )
    return meeting


def movable_meeting(
    actor: User, uid: UUID, seen_version: int | None, starts_at: datetime, ends_at: datetime, place: str
) -> Meeting:
    """A meeting as it was seen, still to come, and a time for it that is still to come; locked."""
    meeting = meeting_for(actor, uid, Act.CALL, lock=True)
    if seen_version is None:
        raise Unseen
    if meeting.version != seen_version:
        raise Conflict(
            _("Somebody moved this meeting meanwhile."),
            mine={"starts_at": starts_at, "ends_at": ends_at, "place": place},
            theirs={"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "place": meeting.place},
        )
    if meeting.state != Meeting.State.PLANNED or meeting.starts_at <= clock.now():
        raise Refused(_("Only a meeting that is still to come can be moved."), code="past")
    refuse_bad_window(starts_at, ends_at)
    if starts_at <= clock.now():
        raise Refused(_("A meeting is moved to a time that is still to come."), field="starts_at")
    return meeting


def _when(meeting: Meeting) -> dict[str, object]:
    return {"starts_at": ports.describe(meeting.starts_at), "zone": meeting.project.time_zone}


@act
def end_meeting(*, actor: User, meeting_uid: UUID, ended_at: datetime | None = None) -> Meeting:
    """Set the actual end by one button: from it the minutes have 24 hours. Long after the planned end the time must be said."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    minutes = draft_of(meeting)
    now = clock.now()
    if ended_at is None and now > meeting.ends_at + LATE_TO_SAY_SO:
        raise Refused(_("The planned end is long past: say when the meeting ended."), field="ended_at")
    ended_at = ended_at or now
    _refuse_bad_end(meeting, ended_at, now)
    lay_agenda(meeting)
    move(meeting, Meeting.State.HELD, ended_at=ended_at)
    meeting.bump("state", "ended_at")
    run_clock(minutes, ended_at)
    facts = {"ended_at": ports.describe(ended_at)}
    told = [user for user in roles.keepers_of(meeting) if user != actor]
    ports.record(actor=actor, verb="meeting.ended", subject=meeting, project=meeting.project, facts=facts, tell=told)
    return meeting


def _refuse_bad_end(meeting: Meeting, ended_at: datetime, now: datetime) -> None:
    """It ended after it began, within a day, and not in the future.

    Until its end is said the 24 hours count from the planned one; a later end is said before the system would distribute, so that
    nobody gains another day at the last minute, or after the breach.
    """
    if ended_at <= meeting.starts_at:
        raise Refused(_("The meeting would end before it begins."), field="ended_at")
    if ended_at > now:
        raise Refused(_("The meeting cannot have ended in the future."), field="ended_at")
    if ended_at - meeting.starts_at > timedelta(hours=24):
        raise Refused(_("A meeting ends within a day of its beginning."), field="ended_at")
    if ended_at > meeting.ends_at and now >= distributes_at(due_after(meeting.ends_at, meeting.project)):
        raise Refused(
            _("The time for the minutes, counted from the planned end, is all but over: a later end cannot be said any more."),
            field="ended_at",
        )


@act
def mark_not_held(*, actor: User | None, meeting_uid: UUID, reason: str) -> Meeting:
    """Say, with the reason, that a meeting was not or will not be held: the clock of its minutes stops."""
    if actor is None:
        meeting = Meeting.objects.select_for_update(of=("self",)).select_related("project").get(uid=meeting_uid)
    else:
        meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    if not reason.strip():
        raise Refused(_("Say why the meeting was not held."), field="reason")
    minutes = draft_of(meeting)
    now = clock.now()
    is_ahead = meeting.starts_at > now
    move(meeting, Meeting.State.NOT_HELD, reason=reason.strip(), called_off_at=now)
    meeting.moved_by_hand = meeting.moved_by_hand or actor is not None
    meeting.sequence = next_sequence(meeting)
    meeting.bump("state", "reason", "called_off_at", "moved_by_hand", "sequence")
    stop_clock(subject=minutes, kind=CLOCK)
    ports.record(
        actor=actor,
        verb="meeting.cancelled" if is_ahead else "meeting.not_held",
        subject=meeting,
        project=meeting.project,
        facts={"reason": meeting.reason, **_when(meeting)},
        tell=[row.user for row in roles.readers_of(meeting)] if is_ahead else [],
    )
    return meeting


@act
def call_anew(*, actor: User, meeting_uid: UUID, seen_version: int | None) -> Meeting:
    """A cancelled meeting whose time is still to come takes place after all, as it was planned; everybody is told."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    if seen_version is None:
        raise Unseen
    if meeting.version != seen_version:
        raise Conflict(_("Somebody changed this meeting meanwhile."), mine={}, theirs={"state": meeting.get_state_display()})
    if meeting.state != Meeting.State.NOT_HELD or meeting.starts_at <= clock.now():
        raise Refused(_("Only a cancelled meeting whose time is still to come can be called anew."), code="past")
    if meeting.off_with:
        raise Refused(_("It is off together with its series; let that go on, or call another meeting."), code="off_with")
    if meeting.kind == Kind.KICKOFF:
        _refuse_second_kickoff(meeting.project, meeting.kind)
    move(meeting, Meeting.State.PLANNED, reason="", called_off_at=None)
    meeting.sequence = next_sequence(meeting)
    meeting.bump("state", "reason", "called_off_at", "sequence")
    told = [row.user for row in roles.readers_of(meeting)]
    ports.record(
        actor=actor, verb="meeting.called_anew", subject=meeting, project=meeting.project, facts=_when(meeting), tell=told
    )
    return meeting


@act
def add_item(*, actor: User, meeting_uid: UUID, title: str, department: Department | None = None) -> AgendaItem:
    """Put a topic on the agenda, until the minutes are distributed; a cooperating department for itself."""
    meeting = meeting_for(actor, meeting_uid, Act.AMEND_AGENDA, department=department.pk if department else 0, lock=True)
    draft_of(meeting)
    if not title.strip():
        raise Refused(_("A topic has a title."), field="title")
    last = meeting.agenda.order_by("-order").first()
    item = AgendaItem(meeting=meeting, title=title.strip(), department=department, order=last.order + 1 if last else 0)
    item.save()
    facts = {"item": item.title}
    ports.record(actor=actor, verb="meeting.item_added", subject=meeting, project=meeting.project, facts=facts, tell=())
    return item
