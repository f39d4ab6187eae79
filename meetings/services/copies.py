"""Who gets the minutes in copy (抄送): named until they go out."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.refusals import Refused
from meetings.access import Act, meeting_for
from meetings.models import Attendee, Meeting
from meetings.services.laying import draft_of
from meetings.services.seats import note_let_off
from people.models import User
from projects.access import sees_project


@act
def add_copy(*, actor: User, meeting_uid: UUID, person: User) -> Attendee:
    """Put a person in copy of minutes that are not out yet; whoever attends gets them anyway. Twice is once."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    draft_of(meeting)
    known = meeting.attendees.filter(user=person).first()
    if known is not None and not known.in_copy:
        raise Refused(_("%s attends the meeting and gets the minutes anyway.") % person.name, field="person")
    if known is not None:
        return known
    if not person.is_active or not sees_project(person, meeting.project_id):
        raise Refused(_("%s cannot see this project; name them in it first.") % person.name, field="person")
    row = Attendee(meeting=meeting, user=person, department=person.department, in_copy=True, order=meeting.attendees.count())
    row.by_hand = True
    row.save()
    meeting.not_copied.remove(person)
    _record("minutes.copy_added", actor, meeting, person)
    return row


@act
def remove_copy(*, actor: User, meeting_uid: UUID, person_uid: UUID) -> Meeting:
    """Take a person out of the copy list while the minutes are not out yet."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    draft_of(meeting)
    row = meeting.attendees.filter(user__uid=person_uid, in_copy=True).select_related("user").first()
    if row is None:
        raise Http404
    row.delete()
    note_let_off(meeting, row.user)
    _record("minutes.copy_removed", actor, meeting, row.user)
    return meeting


def _record(verb: str, actor: User, meeting: Meeting, person: User) -> None:
    facts = {"who": person.name}
    ports.record(actor=actor, verb=verb, subject=meeting, project=meeting.project, facts=facts, tell=())
