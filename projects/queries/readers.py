"""Who sees a project, asked the other way round: of many people at once, for live pages (rule A3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from people.models import User
from projects.models import Participant, Party, Project


def who_sees(project_ids: Iterable[int], user_ids: Iterable[int]) -> Mapping[int, set[int]]:
    """By project, who of these active people may see it: the same rule as `visible_to`, in four queries for all of them."""
    projects, users = set(project_ids), set(user_ids)
    named: dict[int, set[int]] = defaultdict(set)
    for project, head, liaison in Party.objects.filter(project__in=projects).values_list("project_id", "head_id", "liaison_id"):
        named[project] |= {head, liaison or 0}
    for project, user in Participant.objects.filter(project__in=projects, user__in=users).values_list("project_id", "user_id"):
        named[project].add(user)
    people = User.objects.filter(pk__in=users, is_active=True).only("department_id", "is_executive", "is_auditor")
    known = list(people.order_by())
    rows = Project.objects.filter(pk__in=projects).select_related("initiating_dept", "lead_dept").order_by()
    return {row.pk: {user.pk for user in known if _sees(user, row, named[row.pk])} for row in rows}


def _sees(user: User, project: Project, named: set[int]) -> bool:
    if project.started_at is None:
        return user.pk in (project.created_by_id, project.initiating_dept.head_id)
    if user.is_auditor or user.pk in named or user.pk in (project.initiating_dept.head_id, project.lead_dept.head_id):
        return True
    nearby = user.department_id in (project.initiating_dept_id, project.lead_dept_id)
    return not project.confidential and (user.is_executive or nearby)
