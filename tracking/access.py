"""Who may do what with tasks and risks: the doors and their rule table (rule A5)."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.again import Again, signs
from common.refusals import Refused
from common.rights import Reach, Role, rule
from people.models import User
from projects.access import pass_through, standing
from projects.models import Project
from tracking.models import Digest, Risk, Task


class Act(StrEnum):
    """What one may do with tasks and risks."""

    VIEW = "view"
    CREATE = "create"
    EDIT = "edit"
    CONFIRM = "confirm"
    REPORT = "report"
    SUBMIT = "submit"
    ACCEPT = "accept"
    ASSIGN = "assign"
    COMMENT = "comment"
    ATTACH = "attach"
    REMOVE_FILE = "remove_file"
    VIEW_RISK = "view_risk"
    ANSWER = "answer"
    CLOSE = "close"
    CLOSE_MAJOR = "close_major"


RULES: Mapping[str, Mapping[Role, Reach]] = {
    Act.VIEW: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    Act.CREATE: rule("IH IL:✔ PH PL:d TA:o"),
    Act.EDIT: rule("IH IL:✔ PH PL:d TA:o"),
    Act.CONFIRM: rule("IH IL PH PL:d"),
    Act.REPORT: rule("IH IL:✔ PH PL:d TA:o"),
    Act.SUBMIT: rule("IH IL:✔ PH PL:d TA:o"),
    Act.ACCEPT: rule("IH IL PH PL:d"),
    Act.ASSIGN: rule("IH IL:✔ PH PL:d"),
    Act.COMMENT: rule("IH IL:✔ PH PL:d TA:o MB NV EX:✔"),
    Act.ATTACH: rule("IH IL:✔ PH PL:d TA:o"),
    Act.REMOVE_FILE: rule("IH IL:✔"),
    Act.VIEW_RISK: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    Act.ANSWER: rule("IH IL:✔ PH PL:d TA:o"),
    Act.CLOSE: rule("IH IL:✔ PH:d"),
    Act.CLOSE_MAJOR: rule("IH:✔ PH:d"),
}

WORDS = {
    Act.VIEW: _("See tasks, board and progress"),
    Act.CREATE: _("Create and split tasks (assignee: parts of the own task)"),
    Act.EDIT: _("Edit dates and weights of what no clause promises (assignee: parts of the own task)"),
    Act.CONFIRM: _("Confirm a task made from a clause"),
    Act.REPORT: _("Report progress on a task"),
    Act.SUBMIT: _("Submit a deliverable"),
    Act.ACCEPT: _("Accept or return a deliverable (receiving department)"),
    Act.ASSIGN: _("Assign, reassign"),
    Act.COMMENT: _("Comment on a task"),
    Act.ATTACH: _("Attach files to a task (remove: the own ones)"),
    Act.REMOVE_FILE: _("Remove files that others attached"),
    Act.VIEW_RISK: _("See the risk register"),
    Act.ANSWER: _("Give a risk its cause, measure and owner"),
    Act.CLOSE: _("Close a risk"),
    Act.CLOSE_MAJOR: _("Close a major risk"),
}

READING = {Act.VIEW, Act.VIEW_RISK}


def tasks_visible_to(user: User) -> QuerySet[Task]:
    """The tasks that exist for this user: those of the projects that do."""
    return Task.objects.filter(project__in=Project.objects.visible_to(user))


def risks_visible_to(user: User) -> QuerySet[Risk]:
    """The risks that exist for this user."""
    return Risk.objects.filter(project__in=Project.objects.visible_to(user))


def owner_of(user: User, task: Task, act: str) -> int | None:
    """Whose own the task is for this act, of the user and those in whose place the user works: to create under, their task or
    a part of it; to edit, a part of it. None when it is nobody's of them.
    """
    persons = standing(user, task.project).persons
    row: Task | None = task.parent if act == Act.EDIT else task
    while row is not None:
        if row.assignee_id in persons:
            return row.assignee_id
        row = row.parent if act in (Act.CREATE, Act.EDIT) else None
    return None


def check_task(user: User, task: Task, act: Act) -> None:
    """Pass the table for a task at hand: 403 when it forbids, Refused while the project is read only."""
    owner = None if act in READING else owner_of(user, task, act)
    own = owner is not None
    pass_through(user, task.project, RULES, act, department=near(task, act), own=own, owner=owner, reading=act in READING)


def near(task: Task, act: Act) -> int:
    """The department whose row this is for an act: the one that delivers; to accept, the one that receives."""
    return (task.receiver_id or -1) if act == Act.ACCEPT else task.department_id


def may_task(user: User, task: Task, act: Act) -> bool:
    """Whether a control for this act is shown; the door itself decides when it is used."""
    if task.project.is_frozen:
        return False
    return standing(user, task.project).may(RULES, act, department=near(task, act), own=owner_of(user, task, act) is not None)


DOOR = ("project", "parent", "department", "clause", "assignee")  # what nearly every act or page asks of the task it opens
_USER, _DEPARTMENT = signs(2)
_UID = UUID(int=987_654_321)


def _behind_door(*, is_executive: bool, is_auditor: bool) -> Again[Task]:
    """The question of the door, for a kind of reader: a task by its uid, where it exists for the user."""

    def build(user: int, department: int, uid: UUID) -> QuerySet[Task]:
        reader = User(pk=user, department_id=department, is_executive=is_executive, is_auditor=is_auditor)
        return tasks_visible_to(reader).filter(uid=uid).select_related(*DOOR).order_by()

    return Again(build, _USER, _DEPARTMENT, _UID) if not (is_executive or is_auditor) else Again(_fewer(build), _USER, _UID)


def _fewer(build: Callable[[int, int, UUID], QuerySet[Task]]) -> Callable[[int, UUID], QuerySet[Task]]:
    """To whom the whole house is open, the own department does not matter."""
    return lambda user, uid: build(user, 0, uid)


_DOORS = {
    (executive, auditor): _behind_door(is_executive=executive, is_auditor=auditor)
    for executive in (False, True)
    for auditor in (False, True)
}


def task_for(user: User, uid: UUID, act: Act = Act.VIEW, *, beside: Project | None = None) -> Task:
    """The one door to a task on someone's behalf: 404 unseen, 403 forbidden, Refused when it is read only now.

    `beside`: the project of a task that was opened just now; what the user is in it is not asked again.
    Writers lock the whole branch afterwards, in the one order (`figures.lock_branch`).
    """
    executive, auditor = bool(user.is_executive), bool(user.is_auditor)
    asked = (user.pk, uid) if executive or auditor else (user.pk, user.department_id, uid)
    found = _DOORS[executive, auditor](*asked)
    if not found:
        raise Http404
    if beside is not None and beside.pk == found[0].project_id:
        found[0].project = beside
    check_task(user, found[0], act)
    return found[0]


def risk_for(user: User, uid: UUID, act: Act = Act.VIEW_RISK, *, lock: bool = False) -> Risk:
    """The one door to a risk: an assignee's own is one of their task, or one whose measure is theirs."""
    rows = risks_visible_to(user).select_related("project", "task", "task__parent", "owner")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    risk = rows.filter(uid=uid).first()
    if risk is None:
        raise Http404
    if act == Act.CLOSE and risk.is_major:
        act = Act.CLOSE_MAJOR
    owner = owner_of_risk(user, risk)
    pass_through(
        user,
        risk.project,
        RULES,
        act,
        department=risk.task.department_id if risk.task else -1,
        own=owner is not None,
        owner=owner,
        reading=act in READING,
    )
    return risk


def owner_of_risk(user: User, risk: Risk) -> int | None:
    """Whose own the risk is (its measure, or its task), of the user and those in whose place the user works; else None."""
    theirs = (risk.owner_id, risk.task.assignee_id if risk.task is not None else None)
    return next((person for person in standing(user, risk.project).persons if person in theirs), None)


def is_near(user: User | None, risk: Risk) -> bool:
    """Whether the answer is first of all this person's: of the department, its task's assignee, or its owner."""
    if user is None:
        return False
    return owner_of_risk(user, risk) is not None or (
        risk.task is not None and risk.task.department_id in standing(user, risk.project).departments
    )


def may_risk(user: User, risk: Risk, act: Act) -> bool:
    """Whether a control for this act is shown on a risk."""
    if risk.project.is_frozen:
        return False
    if act == Act.CLOSE and risk.is_major:
        act = Act.CLOSE_MAJOR
    department = risk.task.department_id if risk.task else -1
    return standing(user, risk.project).may(RULES, act, department=department, own=owner_of_risk(user, risk) is not None)


def check_project(user: User, project: Project, act: Act, *, department: int | None = None) -> None:
    """Pass the table for a project whose door was opened already (a task at the top has no parent to ask)."""
    pass_through(user, project, RULES, act, department=department, reading=act in READING)


def may_add(user: User, project: Project) -> bool:
    """Whether somebody may make tasks at the top at all; in which departments, the door decides."""
    return not project.is_frozen and has_begun(project) and standing(user, project).may(RULES, Act.CREATE)


def sees_task(user: User, task: Task) -> bool:
    """Whether a task still exists for this user: asked again before a notice is sent."""
    return tasks_visible_to(user).filter(pk=task.pk).exists()


def sees_risk(user: User, risk: Risk) -> bool:
    """Whether a risk still exists for this user."""
    return risks_visible_to(user).filter(pk=risk.pk).exists()


def sees_digest(user: User, digest: Digest) -> bool:
    """Whether the project of a digest still exists for this user."""
    return Project.objects.visible_to(user).filter(pk=digest.project_id).exists()


def has_begun(project: Project) -> bool:
    """Tasks live from the memorandum on; in an incident they may be made and reported before it (rule B7)."""
    early = project.state in (Project.State.PREPARATION, Project.State.KICKOFF)
    return not early or project.scenario == Project.Scenario.INCIDENT


def check_tasks_begun(project: Project) -> None:
    """Refused while there is no memorandum in force."""
    if not has_begun(project):
        raise Refused(_("Tasks begin when the memorandum is in force."), code="too_early")
