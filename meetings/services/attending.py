"""Who was there: all present by one click, then the exceptions, one person at a time (rule D3)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from common import clock, ports
from common.acts import act
from common.refusals import Conflict
from meetings.access import Act, meeting_for
from meetings.models import Attendee, Meeting
from meetings.services.laying import draft_of
from people.models import User


@act
def set_attendance(*, actor: User, meeting_uid: UUID, absent: Sequence[UUID] = (), seen_version: int | None = None) -> Meeting:
    """All were present but those named: one click, then the exceptions."""
    meeting = _open(actor, meeting_uid, seen_version)
    missing = set(absent)
    return _mark(actor, meeting, {row: row.user.uid not in missing for row in _attending(meeting)})


@act
def mark_attendee(*, actor: User, meeting_uid: UUID, user_uid: UUID, present: bool, seen_version: int | None = None) -> Meeting:
    """One person was present, or was not. Errors: Http404 for whom is not invited."""
    meeting = _open(actor, meeting_uid, seen_version)
    row = next((row for row in _attending(meeting) if row.user.uid == user_uid), None)
    if row is None:
        raise Http404
    return _mark(actor, meeting, {row: present})


def _open(actor: User, meeting_uid: UUID, seen_version: int | None) -> Meeting:
    """Two who take the attendance at once: the second is shown who is marked how, by whom."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    draft_of(meeting)
    if seen_version is not None and seen_version != meeting.attendance_version:
        words = _("Somebody took the attendance meanwhile; it stands here as it is now. Mark again whom you meant.")
        raise Conflict(words, mine={}, theirs={"version": meeting.attendance_version})
    return meeting


def _attending(meeting: Meeting) -> list[Attendee]:
    return list(meeting.attendees.filter(in_copy=False).select_related("user"))


def _mark(actor: User, meeting: Meeting, marks: dict[Attendee, bool]) -> Meeting:
    changed = []
    for row, present in marks.items():
        if row.present is not present:
            row.present = present
            changed.append(row)
    if not changed:
        return meeting
    bulk_update_with_history(changed, Attendee, ["present"], default_user=actor, default_date=clock.now())
    meeting.attendance_version += 1
    meeting.save(update_fields=["attendance_version"])
    absent = meeting.attendees.filter(in_copy=False, present=False).count()
    facts = {"absent": absent}
    ports.record(actor=actor, verb="meeting.attendance", subject=meeting, project=meeting.project, facts=facts, tell=())
    return meeting


def marked(attendees: QuerySet[Attendee]) -> QuerySet[Any]:
    """The same attendees, each with whose mark stands there (`by`; "" for nobody's)."""
    past = Attendee.history.filter(id=OuterRef("pk"), present__isnull=False).order_by("-history_id")
    return attendees.annotate(by=Coalesce(Subquery(past.values("history_user__name")[:1]), Value("")))
