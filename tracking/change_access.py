"""Who may do what with short slips and change requests: the doors and their rule table (rules A5, C9)."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.refusals import Refused
from common.rights import Reach, Role, rule
from people.models import User
from projects.access import pass_through, standing
from projects.models import Project
from tracking.models import ChangeRequest, Slip, Task


class ChangeAct(StrEnum):
    """What one may do where a promise is to change."""

    VIEW = "view"
    REQUEST = "request"
    EDIT = "edit"
    OPINE = "opine"
    DECIDE = "decide"
    ASK_SLIP = "ask_slip"
    CONFIRM_SLIP = "confirm_slip"
    WITHDRAW_SLIP = "withdraw_slip"


CHANGE_RULES: Mapping[str, Mapping[Role, Reach]] = {
    ChangeAct.VIEW: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    ChangeAct.REQUEST: rule("IH IL PH PL:✔"),
    ChangeAct.EDIT: rule("IH IL PH PL:o"),
    ChangeAct.OPINE: rule("IH IL:✔ PH PL:d"),
    ChangeAct.DECIDE: rule("IH:✔"),
    ChangeAct.ASK_SLIP: rule("IH IL PH PL:d"),
    ChangeAct.CONFIRM_SLIP: rule("IL PL:o"),
    ChangeAct.WITHDRAW_SLIP: rule("IH IL PH PL:o"),
}

CHANGE_WORDS = {
    ChangeAct.VIEW: _("See changes and short slips"),
    ChangeAct.REQUEST: _("Request a change"),
    ChangeAct.EDIT: _("Edit, hand in or withdraw the own request"),
    ChangeAct.OPINE: _("Give a department's opinion on a change"),
    ChangeAct.DECIDE: _("Decide on a change"),
    ChangeAct.ASK_SLIP: _("Ask for a short slip"),
    ChangeAct.CONFIRM_SLIP: _("Confirm a short slip (liaison of the receiving department)"),
    ChangeAct.WITHDRAW_SLIP: _("Withdraw the own short slip"),
}

READING = {ChangeAct.VIEW}


def changes_visible_to(user: User) -> QuerySet[ChangeRequest]:
    """The requests that exist for this user: those of the projects that do; a draft for its author alone."""
    rows = ChangeRequest.objects.filter(project__in=Project.objects.visible_to(user))
    return rows.exclude(state=ChangeRequest.State.DRAFT) | rows.filter(requested_by=user)


def change_for(user: User, uid: UUID, act: ChangeAct = ChangeAct.VIEW, *, lock: bool = False) -> ChangeRequest:
    """The one door to a change request: 404 unseen, 403 forbidden, Refused when the project is read only now."""
    rest = ("project__initiating_dept", "project__lead_dept", "requested_by", "department", "risk", "amendment")
    rows = ChangeRequest.objects.filter(pk__in=changes_visible_to(user).filter(uid=uid).values("pk")).select_related(*rest)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    change = rows.first()
    if change is None:
        raise Http404
    own = change.requested_by_id in standing(user, change.project).persons
    heard = affected_departments(change) | {change.department_id}
    mine = next(iter(sorted(standing(user, change.project).departments & heard)), -1) if act == ChangeAct.OPINE else None
    pass_through(
        user, change.project, CHANGE_RULES, act, department=mine, own=own, owner=change.requested_by_id, reading=act in READING
    )
    return change


def affected_departments(change: ChangeRequest) -> set[int]:
    """The departments whose opinion is asked, as they were found when it was handed in."""
    return {int(pk) for pk in change.impact.get("asked", [])}


def check_project_change(user: User, project: Project, act: ChangeAct) -> None:
    """Pass the table for a project whose door was opened already."""
    pass_through(user, project, CHANGE_RULES, act, reading=act in READING)


def check_slip_of(user: User, task: Task, act: ChangeAct) -> None:
    """Pass the table for a slip of a task at hand: it is the delivering department's to ask."""
    pass_through(user, task.project, CHANGE_RULES, act, department=task.department_id)


def receiving_department(task: Task) -> int:
    """The department that must agree to a slip: the one that receives, else the lead; none where that is the one delivering."""
    receives = task.receiver_id or task.project.lead_dept_id
    return receives if receives != task.department_id else -1


def slip_for(user: User, uid: UUID, act: ChangeAct = ChangeAct.VIEW, *, lock: bool = False) -> Slip:
    """The one door to a short slip: to confirm, its own is the receiving department's liaison; to withdraw, who asked."""
    seen = Slip.objects.filter(uid=uid, task__project__in=Project.objects.visible_to(user))
    rows = Slip.objects.filter(pk__in=seen.values("pk")).select_related("task__project", "task__department", "clause", "asked_by")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    slip = rows.first()
    if slip is None:
        raise Http404
    owner: int | None = slip.asked_by_id
    if act == ChangeAct.CONFIRM_SLIP:
        owner = liaison_of(slip.task, receiving_department(slip.task))
    own = owner in standing(user, slip.task.project).persons if act == ChangeAct.CONFIRM_SLIP else owner == user.pk
    pass_through(user, slip.task.project, CHANGE_RULES, act, own=own, owner=owner, reading=act in READING)
    return slip


def liaison_of(task: Task, department: int) -> int | None:
    """The liaison of a department in the project of a task."""
    return task.project.parties.filter(department=department).values_list("liaison", flat=True).first()


def refuse_own_slip(user: User, slip: Slip) -> None:
    """Both liaisons say yes: who asked does not also agree in the other's place (rule A4)."""
    both = {liaison_of(slip.task, slip.task.department_id), liaison_of(slip.task, receiving_department(slip.task))}
    if slip.asked_by_id == user.pk and both != {user.pk}:
        raise Refused(_("You asked for this yourself; standing in for somebody, you cannot also agree to it."), code="both_sides")


def is_receiving_liaison(user: User, task: Task) -> bool:
    """Whether this person is the liaison who agrees for the department that receives, or stands in for that liaison."""
    return liaison_of(task, receiving_department(task)) in standing(user, task.project).persons


def may_change(user: User, project: Project, act: ChangeAct, *, department: int | None = None, own: bool = False) -> bool:
    """Whether a control for this act is shown."""
    return not project.is_frozen and standing(user, project).may(CHANGE_RULES, act, department=department, own=own)


def sees_change(user: User, change: ChangeRequest) -> bool:
    """Whether a request still exists for this user."""
    return changes_visible_to(user).filter(pk=change.pk).exists()


def sees_slip(user: User, slip: Slip) -> bool:
    """Whether the project of a slip still exists for this user."""
    return Project.objects.visible_to(user).filter(tasks__slips=slip.pk).exists()
