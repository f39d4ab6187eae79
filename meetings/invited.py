"""Whom one may invite to a project's meetings, put in copy of their minutes, and name as their chair."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import Department, User
from projects.models import Participant, Project


def people_to_invite(project: Project) -> QuerySet[User]:
    """Whom one may invite, put in copy and name in actions: heads, liaisons and whoever is named in the project.

    Where it is open, members of the initiating and the lead department and senior management as well.
    """
    named = Participant.objects.filter(project=project, user=OuterRef("pk"))
    invited = _speaks_in(project) | Q(Exists(named))
    if not project.confidential and not project.is_draft:
        invited |= Q(is_executive=True) | Q(department__in=[project.initiating_dept_id, project.lead_dept_id])
    return _sorted(invited)


def people_who_chair(project: Project) -> QuerySet[User]:
    """Who may chair or take minutes: who speaks for a department."""
    return _sorted(_speaks_in(project))


def departments_of(project: Project) -> QuerySet[Department]:
    """The departments that take part."""
    return Department.objects.filter(parties__project=project).order_by("parties__order")


def _speaks_in(project: Project) -> Q:
    return Q(pk__in=project.parties.values("head")) | Q(pk__in=project.parties.values("liaison"))


def _sorted(people: Q) -> QuerySet[User]:
    return User.objects.filter(people, is_active=True).select_related("department").order_by("department_id", "sort_key")
