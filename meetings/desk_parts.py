"""What stands on My desk before a weekly meeting: the own department's part of its agenda, to be looked at (rule D2)."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from common import clock
from common.desk import DeskGroup, DeskRow
from meetings.agenda.ahead import is_near, latest_near
from meetings.models import AgendaPart, Attendee, Meeting
from meetings.models.meeting import Kind
from people.models import User
from people.queries import daily_for
from projects.models import Party, Project

FIRST = 20
LOOKED_AT = 200


def unseen_parts(user: User) -> QuerySet[Attendee]:
    """Weekly meetings that are near, for whose department I speak, or somebody does in whose place I work today (its liaison,
    else its head), while nobody has amended its part and I have not looked at it.
    """
    now = clock.now()
    speaks = Q(liaison=OuterRef("user")) | Q(liaison=None, head=OuterRef("user"))
    parties = Party.objects.filter(speaks, project=OuterRef("meeting__project"), department=OuterRef("department"))
    amended = AgendaPart.objects.filter(meeting=OuterRef("meeting"), department=OuterRef("department"))
    rows = Attendee.objects.filter(
        Exists(Project.objects.visible_to(user).filter(pk=OuterRef("meeting__project_id"))),
        Exists(parties),
        ~Exists(amended),
        Q(user=user) | Q(user__in=daily_for(user)),
        in_copy=False,
        part_seen_at=None,
        meeting__kind=Kind.WEEKLY,
        meeting__state=Meeting.State.PLANNED,
        meeting__agenda_at=None,
        meeting__starts_at__gt=now,
        meeting__starts_at__lte=latest_near(now),
        meeting__project__hold=Project.Hold.NONE,
    )
    return rows.exclude(meeting__project__state=Project.State.ARCHIVED)


def to_look_at(user: User) -> DeskGroup:
    """One row per meeting and department; it leads to the part."""
    rows = unseen_parts(user).select_related("meeting__project", "department").order_by("meeting__starts_at", "pk")
    near = [row for row in rows[:LOOKED_AT] if is_near(row.meeting)]
    return DeskGroup([_row(row) for row in near[:FIRST]], len(near))


def _row(row: Attendee) -> DeskRow:
    assert row.department is not None  # it speaks for one
    address = reverse("agenda_part", args=[row.meeting.uid, row.department.uid])
    return DeskRow(
        title=row.meeting.title,
        url=address,
        project_name=row.meeting.project.name,
        when=row.meeting.starts_at,
        template="meetings/_desk_part.html",
        context={"address": address},
        whose=(row.meeting.project_id, row.department_id, row.user_id),
    )
