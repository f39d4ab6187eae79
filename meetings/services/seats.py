"""Who sits in the meetings to come, after a head or liaison changed."""

from django.db.models import Q
from django.utils.translation import gettext as _

from common import clock, ports
from meetings.models import Attendee, Meeting, Series
from meetings.models.meeting import Kind
from meetings.services import roles
from meetings.services.laying import keep, next_sequence, raise_sequence
from people.models import Department, User
from projects.models import Project


def refresh_people(project: Project, *, tells: bool = True) -> None:
    """After a head or liaison changed: chair and attendees of what is to come are the right ones again.

    Meetings of a series have exactly their usual people; to the kick-off those who are missing are added. Who comes in or
    is let off is told once for the whole series, unless the act itself tells them.
    """
    list(Series.objects.select_for_update(of=("self",)).filter(project=project))  # as all lock: a series before its meetings
    coming = project.meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=clock.now()).filter(
        Q(series__isnull=False) | Q(kind=Kind.KICKOFF)
    )
    changed: dict[Series | Meeting, tuple[set[User], set[User]]] = {}
    for meeting in coming.select_for_update(of=("self",)).select_related("series"):
        before, chair = meeting.chair_id, roles.usual_chair(project, meeting.kind) or meeting.chair
        invited = roles.once([*roles.usual_attendees(project, meeting.kind), (chair, chair.department)])
        joined, left = _set_people(meeting, invited, exactly=meeting.series_id is not None)
        if meeting.series_id is not None and meeting.chair_id != chair.pk:
            meeting.recorder = chair if meeting.recorder_id == meeting.chair_id else meeting.recorder
            meeting.chair = chair
        if joined or left or meeting.chair_id != before:
            meeting.sequence = next_sequence(meeting)
            meeting.save(update_fields=["chair", "recorder", "sequence"])
        if joined or left:
            ours = changed.setdefault(meeting.series or meeting, (set(), set()))
            ours[0].update(joined)
            ours[1].update(left)
    for row, (came, went) in changed.items() if tells else ():
        _tell_of_people(project, row, came, went)


def _set_people(
    meeting: Meeting, invited: list[tuple[User, Department | None]], *, exactly: bool
) -> tuple[list[User], list[User]]:
    """Who is invited now; returns who came in and who is let off."""
    wanted = {user.pk: (order, user, department) for order, (user, department) in enumerate(invited)}
    joined, left = [user for _order, user, _department in wanted.values()], []
    for row in meeting.attendees.select_related("user"):
        known = wanted.get(row.user_id)
        if known is not None and row.in_copy:  # was in copy so far
            row.in_copy, row.order, row.department = False, known[0], known[2]
            row.save(update_fields=["in_copy", "order", "department"])
        elif known is not None:
            joined.remove(known[1])
        elif exactly and not row.in_copy:
            left.append(row.user)
            row.delete()
        wanted.pop(row.user_id, None)
    new = [Attendee(meeting=meeting, user=user, department=side, order=order) for order, user, side in wanted.values()]
    keep(Attendee, new)
    return joined, left


def _tell_of_people(project: Project, row: Series | Meeting, joined: set[User], left: set[User]) -> None:
    """Who comes in is invited, who is let off hears that; the facts name both by their random id."""
    facts: dict[str, object] = {
        "meeting": str(row),
        "joined": _(", ").join(sorted(user.name for user in joined)) or "—",
        "left": _(", ").join(sorted(user.name for user in left)) or "—",
        "joined_uids": [user.uid for user in joined],
        "left_uids": [user.uid for user in left],
    }
    subject: Project | Meeting = project
    if isinstance(row, Series):
        raise_sequence(row)
        facts["series_uid"] = row.uid
    else:
        subject = row
        facts |= {"starts_at": ports.describe(row.starts_at), "zone": project.time_zone}
    told = [*joined, *left]
    ports.record(actor=None, verb="meeting.people_changed", subject=subject, project=project, facts=facts, tell=told)
