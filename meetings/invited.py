"""Whom one may invite to a project's meetings, and name in their actions."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import Department, User
from projects.models import Participant, Project


def people_to_invite(project: Project) -> QuerySet[User]:
    """Whom one may invite: heads, liaisons, assignees, and senior management where the project is open."""
    named = Participant.objects.filter(project=project, user=OuterRef("pk"), kind=Participant.Kind.ASSIGNEE)
    speaks = Q(pk__in=project.parties.values("head")) | Q(pk__in=project.parties.values("liaison"))
    invited = speaks | Q(Exists(named))
    if not project.confidential:
        invited |= Q(is_executive=True)
    return User.objects.filter(invited, is_active=True).select_related("department").order_by("department_id", "sort_key")


def departments_of(project: Project) -> QuerySet[Department]:
    """The departments that take part."""
    return Department.objects.filter(parties__project=project).order_by("parties__order")
