"""What projects put on My desk: drafts that wait for their head, departments that have no liaison yet."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.desk import DeskGroup, DeskRow
from people.models import User
from people.queries import daily_for
from projects.models import Party, Project

SHOWN = 20


def to_start(user: User) -> DeskGroup:
    """Drafts of the department that the person heads; only its head starts them (rule B1)."""
    heads = Q(initiating_dept__head=user) | Q(initiating_dept__head__in=daily_for(user))
    rows = Project.objects.filter(heads, started_at=None, hold=Project.Hold.NONE)
    first = list(rows.select_related("created_by", "initiating_dept").order_by("created_at", "pk")[:SHOWN])
    return DeskGroup(
        [
            DeskRow(
                title=_("Start the project that %s drafted") % row.created_by.name,
                url=row.get_absolute_url(),
                project_name=row.name,
                when=row.created_at,
                template="projects/_desk_start.html",
                context={"project": row},
                whose=(row.pk, row.initiating_dept_id, row.initiating_dept.head_id),
            )
            for row in first
        ],
        len(first) if len(first) < SHOWN else rows.count(),
    )


def to_appoint(user: User) -> DeskGroup:
    """Departments that the person speaks for and that have no liaison yet; naming one accepts the invitation."""
    closed = Q(project__state=Project.State.ARCHIVED) | ~Q(project__hold=Project.Hold.NONE)
    heads = Q(head=user) | Q(head__in=daily_for(user))
    rows = Party.objects.filter(heads, liaison=None, project__started_at__isnull=False).exclude(closed)
    first = list(rows.select_related("project", "department").order_by("invited_at", "pk")[:SHOWN])
    return DeskGroup(
        [
            DeskRow(
                title=_("Name the liaison of %s") % row.department,
                url=reverse("project", args=[row.project.uid]) + f"?open=liaison&row={row.uid}#parties",
                project_name=row.project.name,
                when=row.invited_at,
                template="projects/_desk_appoint.html",
                context={"party": row, "project": row.project},
                whose=(row.project_id, row.department_id, row.head_id),
            )
            for row in first
        ],
        len(first) if len(first) < SHOWN else rows.count(),
    )
