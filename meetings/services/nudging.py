"""Who has not answered minutes is asked again, with measure (rules D5, H1b)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.refusals import Refused
from meetings.access import Act
from meetings.models import Minutes, MinutesReader
from meetings.readers import outstanding
from meetings.services.editions import edition_for
from people.models import User
from people.office_hours import working_time_between
from projects.models import Party

APART = timedelta(hours=4)  # working time between two nudges
ALSO_ABOVE = 3  # from this nudge on the person's head is told too


@act
def nudge_readers(*, actor: User, minutes_uid: UUID, reader_uid: UUID | None = None) -> list[MinutesReader]:
    """Ask one reader, or all who have not answered, again (催办); returns whom.

    Of all, those asked within the last four working hours are left in peace; if that is everybody, or the one: Refused.
    From the third time on the person's head hears of it.
    """
    minutes = edition_for(actor, minutes_uid, Act.WRITE)
    if minutes.state != Minutes.State.DISTRIBUTED:
        raise Refused(_("No answer is waited for here."), code="not_open")
    waiting = list(
        outstanding(minutes).select_for_update(of=("self",)).select_related("user__department__head").exclude(user=actor)
    )
    if reader_uid is not None:
        waiting = [_the_one(minutes, waiting, reader_uid)]
    if not waiting:
        raise Refused(_("Everybody has replied."), code="nobody")
    now, zone = clock.now(), minutes.meeting.project.time_zone
    asked = [row for row in waiting if row.nudged_at is None or working_time_between(row.nudged_at, now, zone) >= APART]
    if not asked:
        who = _(", ").join(row.user.name for row in waiting)
        raise Refused(_("%s was nudged within the last four working hours.") % who, code="too_soon")
    for row in asked:
        row.nudges, row.nudged_at = row.nudges + 1, now
        row.save(update_fields=["nudges", "nudged_at"])
    heads = _heads(minutes, [row for row in asked if row.nudges >= ALSO_ABOVE])
    said = [
        (minutes, {"to": [row.user.name], "count": row.nudges}, [row.user, *heads.get(row.user_id, ())])  # each the own count
        for row in asked
    ]
    ports.record_all(actor=actor, verb="minutes.nudged", project=minutes.meeting.project, said=said)
    return asked


def _the_one(minutes: Minutes, waiting: list[MinutesReader], uid: UUID) -> MinutesReader:
    found = next((row for row in waiting if row.uid == uid), None)
    if found is None and not minutes.readers.filter(uid=uid).exists():
        raise Http404
    if found is None:
        raise Refused(_("No answer is waited for here."), code="not_open")
    return found


def _heads(minutes: Minutes, rows: Sequence[MinutesReader]) -> dict[int, list[User]]:
    """By reader the head of the department for which they attend, else of that to which they belong."""
    if not rows:
        return {}
    speaks = {row.user_id: row.department_id for row in minutes.meeting.attendees.all()}
    parties: dict[int | None, User] = {row.department_id: row.head for row in _parties(minutes)}
    heads = {}
    for row in rows:
        own = row.user.department.head if row.user.department else None
        head = parties.get(speaks.get(row.user_id)) or own
        heads[row.user_id] = [head] if head is not None else []
    return heads


def _parties(minutes: Minutes) -> QuerySet[Party]:
    return minutes.meeting.project.parties.select_related("head")
