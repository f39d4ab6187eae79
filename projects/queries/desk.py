"""What projects put on My desk: drafts that wait for their head, departments that have no liaison yet."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.desk import DeskGroup, DeskRow
from people.models import User
from projects.models import Party, Project

SHOWN = 20


def to_start(user: User) -> DeskGroup:
    """Drafts of the department that the person heads; only its head starts them (rule B1)."""
    rows = Project.objects.filter(initiating_dept__head=user, started_at=None, hold=Project.Hold.NONE)
    first = list(rows.select_related("created_by").order_by("created_at", "pk")[:SHOWN])
    return DeskGroup(
        [
            DeskRow(
                title=_("Start the project that %s drafted") % row.created_by.name,
                url=row.get_absolute_url(),
                project_name=row.name,
                when=row.created_at,
                template="projects/_desk_start.html",
                context={"project": row},
            )
            for row in first
        ],
        len(first) if len(first) < SHOWN else rows.count(),
    )


def to_appoint(user: User) -> DeskGroup:
    """Departments that the person speaks for and that have no liaison yet; naming one accepts the invitation."""
    closed = Q(project__state=Project.State.ARCHIVED) | ~Q(project__hold=Project.Hold.NONE)
    rows = Party.objects.filter(head=user, liaison=None, project__started_at__isnull=False).exclude(closed)
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
            )
            for row in first
        ],
        len(first) if len(first) < SHOWN else rows.count(),
    )
