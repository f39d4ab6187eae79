"""The people of one meeting after it was called (rules D1, D3): who comes in, who is taken off, who chairs, who writes."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.refusals import Conflict, Refused, Unseen
from meetings.access import Act, meeting_for
from meetings.invited import people_to_invite
from meetings.models import Attendee, Meeting, Minutes
from meetings.models.meeting import Kind
from meetings.services import roles
from meetings.services.laying import draft_of, next_sequence
from meetings.services.seats import belongs, note_let_off, people_facts
from people.models import User
from projects.access import sees_project


@act
def add_person(*, actor: User, meeting_uid: UUID, person: User) -> Attendee:
    """Invite one more person, for the department that the person speaks for or as a guest; once it has begun, one who is there.

    Until the minutes are distributed. Who is invited gets what all got; who came uninvited is present.
    """
    meeting = _open(actor, meeting_uid)[0]
    known = meeting.attendees.filter(user=person).first()
    if known is not None and not known.in_copy:
        raise Refused(_("%s is on the list already.") % person.name, field="person", code="known")
    if not people_to_invite(meeting.project).filter(pk=person.pk).exists() or not sees_project(person, meeting.project_id):
        raise Refused(_("%s cannot be invited: name them in the project first.") % person.name, field="person", code="unseen")
    begun = _has_begun(meeting)
    row = _seat(meeting, person, known, present=begun or None)
    meeting.save(update_fields=_raise(meeting))
    _record("meeting.person_came" if begun else "meeting.person_invited", actor, meeting, [person], [])
    return row


@act
def take_off(*, actor: User, meeting_uid: UUID, person_uid: UUID) -> Meeting:
    """Take a person off the list of a meeting to come; it goes out of that person's calendar.

    Once it has begun the list stays, for to whom the minutes are owed must not shrink: who did not come is marked absent. Only
    who was noted since then as having come goes off again, until the first minutes are out. A usual person of a series stays
    so at its other meetings. Errors: Http404 for who is not on the list.
    """
    meeting, minutes = _open(actor, meeting_uid)
    row = meeting.attendees.filter(user__uid=person_uid, in_copy=False).select_related("user").first()
    if row is None:
        raise Http404
    _refuse_who_stays(meeting, minutes, row)
    row.delete()
    note_let_off(meeting, row.user)
    meeting.save(update_fields=_raise(meeting))
    _record("meeting.person_let_off", actor, meeting, [], [row.user])
    return meeting


@act
def name_keepers(*, actor: User, meeting_uid: UUID, chair: User, recorder: User, seen_version: int | None) -> Meeting:
    """Name who chairs this meeting and who takes its minutes, among who speaks for a department; they are invited with that."""
    meeting = _open(actor, meeting_uid)[0]
    if seen_version is None:
        raise Unseen
    if meeting.version != seen_version:
        said = _("Somebody changed this meeting meanwhile.")
        mine, theirs = {"chair": chair, "recorder": recorder}, {"chair": meeting.chair, "recorder": meeting.recorder}
        raise Conflict(said, mine=mine, theirs=theirs)
    before = roles.keepers_of(meeting)
    for field, person, now in (("chair", chair, meeting.chair), ("recorder", recorder, meeting.recorder)):
        if person != now and not roles.speaks(meeting.project, person):
            said = _("%s speaks for no department of this project; only who does can chair or write the minutes.")
            raise Refused(said % person.name, field=field)
    if (chair, recorder) == (meeting.chair, meeting.recorder):
        return meeting
    meeting.chair, meeting.recorder = chair, recorder
    _note_by_hand(meeting)
    joined = [person for person in roles.keepers_of(meeting) if _missing(meeting, person)]
    for person in joined:
        _seat(meeting, person, meeting.attendees.filter(user=person).first())
    meeting.bump("chair", "recorder", "chair_named", "recorder_named", *_raise(meeting))
    facts = {"chair": chair.name, "recorder": recorder.name}
    told = [person for person in dict.fromkeys([*before, *roles.keepers_of(meeting)]) if person != actor or person in joined]
    _record("meeting.keepers_named", actor, meeting, joined, [], facts, told)
    return meeting


def _open(actor: User, meeting_uid: UUID) -> tuple[Meeting, Minutes]:
    """A meeting whose list is not closed: its minutes are not out; locked."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    return meeting, draft_of(meeting)


def _has_begun(meeting: Meeting) -> bool:
    return meeting.state != Meeting.State.PLANNED or meeting.starts_at <= clock.now()


def _seat(meeting: Meeting, person: User, known: Attendee | None, *, present: bool | None = None) -> Attendee:
    """On the list, put there by a person; who was in copy attends now. Who belongs to its series is no guest of this one."""
    row = known or Attendee(meeting=meeting, user=person, order=meeting.attendees.count())
    row.department = roles.department_of(meeting.project, person)
    row.in_copy, row.by_hand, row.present = False, present is not None or not belongs(meeting, person), present
    row.save()
    meeting.let_off.remove(person)
    meeting.not_copied.remove(person)
    return row


def _missing(meeting: Meeting, person: User) -> bool:
    return not meeting.attendees.filter(user=person, in_copy=False).exists()


def _raise(meeting: Meeting) -> list[str]:
    """The fields to save, in the same statement as the rest: calendars and open lists see that the people changed."""
    meeting.sequence = next_sequence(meeting)
    if not _has_begun(meeting):
        return ["sequence"]
    meeting.attendance_version += 1
    return ["sequence", "attendance_version"]


def _came_uninvited(meeting: Meeting, row: Attendee) -> bool:
    """Whether a person was put on the list only after the meeting had begun."""
    first = row.history.earliest("history_date", "history_id")
    return row.by_hand and first.history_date > meeting.starts_at


def _refuse_who_stays(meeting: Meeting, minutes: Minutes, row: Attendee) -> None:
    """Not to be taken off: chair and minute taker, whom all others came to, who got the minutes before, who was invited."""
    if row.user_id == meeting.chair_id:
        raise Refused(_("%s chairs the meeting; name another chair first.") % row.user.name, field="chair", code="chair")
    if row.user_id == meeting.recorder_id:
        said = _("%s takes the minutes; name another minute taker first.")
        raise Refused(said % row.user.name, field="recorder", code="recorder")
    if minutes.edition > 1:
        raise Refused(_("%s got these minutes before, and gets their new version, too.") % row.user.name, code="distributed")
    if _has_begun(meeting) and not _came_uninvited(meeting, row):
        said = _("The meeting has begun: %s stays on the list and gets the minutes. Who did not come is marked absent.")
        raise Refused(said % row.user.name, code="begun")
    if meeting.kind == Kind.KICKOFF and roles.speaks(meeting.project, row.user):
        raise Refused(_("All heads and liaisons come to the kick-off."), code="kickoff")
    if meeting.attendees.filter(in_copy=False).count() <= 2:
        raise Refused(_("Nobody would come but the chair. Invite somebody else first, or cancel the meeting."), code="last")


def _note_by_hand(meeting: Meeting) -> None:
    """Of a series: whether chair and minute taker are others than usual; then they stay, whoever is usual later."""
    if meeting.series is None:
        return
    usual = roles.usual_seats(meeting.project, meeting.kind, meeting.series, None)
    writes = None if usual is None else meeting.chair if usual.recorder == usual.chair else usual.recorder
    meeting.chair_named = usual is None or meeting.chair != usual.chair
    meeting.recorder_named = meeting.recorder != writes


def _record(
    verb: str,
    actor: User,
    meeting: Meeting,
    joined: list[User],
    left: list[User],
    more: Mapping[str, object] | None = None,
    told: list[User] | None = None,
) -> None:
    """One event; while the meeting is to come, who comes in and who is let off are told, with their calendars."""
    facts = people_facts(joined, left) | {"who": _(", ").join(user.name for user in [*joined, *left])}
    facts |= {"starts_at": ports.describe(meeting.starts_at), "zone": meeting.project.time_zone, **(more or {})}
    tell = told if told is not None else [] if _has_begun(meeting) else [*joined, *left]
    ports.record(actor=actor, verb=verb, subject=meeting, project=meeting.project, facts=facts, tell=tell)
