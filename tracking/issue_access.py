"""Who may do what with issues between departments: the door and its rule table (rules A5, D7, F5)."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from activity.queries import clock_of
from common.rights import Reach, Role, rule
from people.models import User
from projects.access import pass_through, speakers_of, standing
from projects.models import Project
from tracking.models import Issue, Measure

SOLUTION = "solution"  # the clock: 24 hours from the registration


class IssueAct(StrEnum):
    """What one may do with an issue."""

    VIEW = "view_issue"
    RAISE = "raise_issue"
    SAY = "say_side"
    ATTACH = "attach_to_issue"
    REMOVE_FILE = "remove_file_of_issue"
    SOLVE = "solve_issue"
    REOPEN = "reopen_issue"
    TO_TASK = "measure_to_task"


ISSUE_RULES: Mapping[str, Mapping[Role, Reach]] = {
    IssueAct.VIEW: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    IssueAct.RAISE: rule("IH IL PH PL TA EX:✔"),
    IssueAct.SAY: rule("IH IL PH PL TA EX:✔"),
    IssueAct.ATTACH: rule("IH IL PH PL:✔ TA:o"),
    IssueAct.REMOVE_FILE: rule("IH IL:✔"),
    IssueAct.SOLVE: rule("IH IL:✔ EX:o"),
    IssueAct.REOPEN: rule("IH IL:✔"),
    IssueAct.TO_TASK: rule("IH IL:✔ PH PL:d"),
}

ISSUE_WORDS = {
    IssueAct.VIEW: _("See issues and their solutions"),
    IssueAct.RAISE: _("Register an issue between departments"),
    IssueAct.SAY: _("State the own side of an issue"),
    IssueAct.ATTACH: _("Attach files to an issue (assignee: to the own one)"),
    IssueAct.REMOVE_FILE: _("Remove files of an issue that others attached"),
    IssueAct.SOLVE: _("Give the solution of an issue (senior management: of one whose time ran out)"),
    IssueAct.REOPEN: _("Reopen an issue whose solution does not hold"),
    IssueAct.TO_TASK: _("Make a measure of a solution a task (its department: the own ones)"),
}

READING = {IssueAct.VIEW}


def issues_visible_to(user: User) -> QuerySet[Issue]:
    """The issues that exist for this user: those of the projects that do."""
    return Issue.objects.filter(project__in=Project.objects.visible_to(user))


def issue_for(user: User, uid: UUID, act: IssueAct = IssueAct.VIEW, *, lock: bool = False) -> Issue:
    """The one door to an issue: 404 unseen, 403 forbidden, Refused while the project is read only."""
    rest = ("project__initiating_dept", "project__lead_dept", "raised_by__department", "solved_by__department", "task")
    rows = Issue.objects.filter(pk__in=issues_visible_to(user).filter(uid=uid).values("pk")).select_related(*rest)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    issue = rows.first()
    if issue is None:
        raise Http404
    check_issue(user, issue, act)
    return issue


def check_issue(user: User, issue: Issue, act: IssueAct) -> None:
    """Pass the table for an issue at hand."""
    own, owner = _own(user, issue, act)
    pass_through(user, issue.project, ISSUE_RULES, act, own=own, owner=owner, reading=act in READING)


def may_issue(user: User, issue: Issue, act: IssueAct, *, department: int | None = None) -> bool:
    """Whether a control for this act is shown on an issue, or on a measure of a department."""
    own, _owner = _own(user, issue, act)
    return not issue.project.is_frozen and standing(user, issue.project).may(ISSUE_RULES, act, department=department, own=own)


def _own(user: User, issue: Issue, act: IssueAct) -> tuple[bool, int | None]:
    """Whether it is the user's own: who raised it; to decide, an issue that was escalated by its breach."""
    if act == IssueAct.SOLVE:
        return user.is_executive and is_escalated(issue), user.pk
    return issue.raised_by_id in standing(user, issue.project).persons, issue.raised_by_id


def is_escalated(issue: Issue) -> bool:
    """Whether its 24 hours ran out: from then on senior management may decide."""
    clock = clock_of(issue, SOLUTION)
    return clock is not None and clock.breached_at is not None


def measure_for(user: User, uid: UUID, *, lock: bool = False) -> Measure:
    """A measure that is to become a task, through the door of its issue, which is locked first."""
    found = Measure.objects.filter(uid=uid).values_list("issue__uid", flat=True).first()
    if found is None:
        raise Http404
    issue = issue_for(user, found, lock=lock)
    measure = issue.measures.select_related("department", "owner__department", "task").get(uid=uid)
    measure.issue = issue
    pass_through(user, issue.project, ISSUE_RULES, IssueAct.TO_TASK, department=measure.department_id)
    return measure


def project_to_raise_in(user: User, project: Project) -> None:
    """Pass the table for raising an issue in a project whose door was opened already."""
    pass_through(user, project, ISSUE_RULES, IssueAct.RAISE)


def may_raise(user: User, project: Project) -> bool:
    """Whether raising an issue is offered."""
    return not project.is_frozen and standing(user, project).may(ISSUE_RULES, IssueAct.RAISE)


def may_lead(user: User, project: Project) -> bool:
    """Whether this person leads the project, and so calls a coordination meeting and owes solutions."""
    return not project.is_frozen and standing(user, project).may(ISSUE_RULES, IssueAct.SOLVE)


def sees_issue(user: User, issue: Issue) -> bool:
    """Whether an issue still exists for this user: asked again before a notice is sent."""
    return issues_visible_to(user).filter(pk=issue.pk).exists()


def leading_department(project: Project) -> int:
    """The department that owes the solution: the lead while the work runs, else the initiating one."""
    return project.lead_dept_id if project.state == Project.State.EXECUTION else project.initiating_dept_id


def concerned_by(issue: Issue) -> list[User]:
    """Heads and liaisons of its parties and of the lead."""
    parties = issue.concerned.values_list("department", flat=True)
    return speakers_of(issue.project, [*parties, leading_department(issue.project)])
