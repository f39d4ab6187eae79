"""Meetings of which each is told to its own people."""

from collections.abc import Iterable, Sequence

from common import ports
from meetings.models import Attendee, Meeting
from people.models import User
from projects.models import Project


def tell_each(verb: str, actor: User | None, project: Project, meetings: Sequence[Meeting], *, but: Iterable[User] = ()) -> None:
    """Each of these meetings is told to its people; of a series' meetings to guests alone: the others know it of the whole."""
    rows = Attendee.objects.filter(meeting__in=meetings, user__is_active=True).exclude(user__in=but)
    people: dict[int, list[User]] = {}
    for row in rows.select_related("user"):
        people.setdefault(row.meeting_id, []).append(row.user)
    said = []
    for meeting in meetings:
        facts = {"reason": meeting.reason, "starts_at": ports.describe(meeting.starts_at), "zone": project.time_zone}
        if meeting.series_id is None or meeting.pk in people:
            said.append((meeting, facts, people.get(meeting.pk, [])))
    ports.record_all(actor=actor, verb=verb, project=project, said=said)
