"""A deliverable that is handed to another department is done only when that department accepts it (rule E3)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common import clock
from common.acts import act
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import standing
from tracking.access import RULES, Act, near
from tracking.models import Review, Task
from tracking.services.follow import WITNESSES, follow_parts, put, submitted
from tracking.services.opening import open_task, steadily
from tracking.services.progress import Said, append, others, receivers
from tracking.upward import beside, states_of_parts


@steadily
@act
def submit_task(*, actor: User, task_uid: UUID, seen_version: int | None, note: str = "") -> Task:
    """Hand the deliverable over: the whole is reported, the receiving department is asked to accept it."""
    task, branch = open_task(actor, task_uid, Act.SUBMIT, seen_version, {"state": Task.State.AWAITING_ACCEPTANCE})
    check_handed_over(task)
    return hand_over(actor, branch, note=note)


@steadily
@act
def accept_task(*, actor: User, task_uid: UUID, seen_version: int | None) -> Task:
    """The receiving department's yes: now the task is done."""
    task, branch = open_task(actor, task_uid, Act.ACCEPT, seen_version, {"state": Task.State.DONE})
    _check_awaits(task)
    return accept(actor, branch)


@steadily
@act
def return_task(*, actor: User, task_uid: UUID, seen_version: int | None, reason: str) -> Task:
    """The receiving department sends the deliverable back and says why; what was reported stands, the task goes on."""
    task, branch = open_task(actor, task_uid, Act.ACCEPT, seen_version, {"state": Task.State.IN_PROGRESS})
    _check_awaits(task)
    if not reason.strip():
        raise Refused(_("Say what is missing."), field="reason", code="empty")
    put(task, Task.State.IN_PROGRESS)
    _reviewed(actor, branch, Review.Kind.RETURNED, reason.strip())
    told = others(actor, task)
    facts = {"reason": reason.strip(), "by": str(task.handed_to)}
    record(actor=actor, verb="task.returned", subject=task, project=task.project, facts=facts, tell=told)
    return task


def check_handed_over(task: Task) -> None:
    """Whether there is somebody to submit this to, and whether it can be submitted now."""
    if task.receiver_id is None:
        raise Refused(_("No other department receives this; report it as done."), field="to", code="no_receiver")
    if task.state not in (Task.State.NOT_STARTED, Task.State.IN_PROGRESS):
        raise Refused(_("It was submitted already."), field="to", code="move")


def hand_over(
    actor: User, branch: list[Task], *, note: str = "", also: list[str] | None = None, facts: dict[str, Any] | None = None
) -> Task:
    """Submit: a task without parts reports its whole by that, one with parts is submitted once they are all done."""
    task = branch[0]
    known = beside(task.project, branch)
    parts, done, _fresh = states_of_parts(task, None, known)
    if not parts:
        whole = max(task.target or Decimal(100), task.done)
        append(actor, branch, Said(whole, note, "", also or [], facts or {}), Task.State.AWAITING_ACCEPTANCE, known)
        return task
    if done < parts:
        raise Refused(_("Its parts are not all done yet."), field="to", code="parts_open")
    put(task, Task.State.AWAITING_ACCEPTANCE)
    task.bump(*WITNESSES, *(also or []))
    submitted(task, actor)
    follow_parts(branch, known, actor=actor)
    said = {"note": note.strip(), "to": str(task.handed_to), "done": "", "before": ""} | (facts or {})
    record(
        actor=actor, verb="task.submitted", subject=task, project=task.project, facts=said,
        tell=others(actor, task) + receivers(task),
    )  # fmt: skip
    return task


def accept(actor: User, branch: list[Task], *, also: list[str] | None = None, facts: dict[str, Any] | None = None) -> Task:
    """Note the acceptance; the task is done, and what stands above follows."""
    task = branch[0]
    _refuse_own_delivery(actor, task)
    put(task, Task.State.DONE)
    _reviewed(actor, branch, Review.Kind.ACCEPTED, "", also or [])
    said = {"by": str(task.handed_to), "finished": True} | (facts or {})
    record(actor=actor, verb="task.accepted", subject=task, project=task.project, facts=said, tell=others(actor, task))
    return task


def _refuse_own_delivery(actor: User, task: Task) -> None:
    """Two departments say yes: whoever handed it over does not also accept it, where one of the two is in another's place."""
    stands = standing(actor, task.project)
    if len(stands.persons) == 1:
        return
    accepts = stands.in_place_of(RULES, Act.ACCEPT, department=near(task, Act.ACCEPT))
    delivers = stands.in_place_of(RULES, Act.REPORT, department=task.department_id, owner=task.assignee_id)
    handed = task.reports.order_by("-pk").values_list("reporter", flat=True).first()
    if handed == actor.pk and (accepts is not None or delivers is not None):
        text = _("You handed this over yourself; standing in for somebody, you cannot also accept it.")
        raise Refused(text, code="both_sides")


def _check_awaits(task: Task) -> None:
    if task.state != Task.State.AWAITING_ACCEPTANCE:
        raise Refused(_("It does not await acceptance now."), code="move")


def _reviewed(actor: User, branch: list[Task], kind: str, reason: str, also: list[str] | None = None) -> None:
    task = branch[0]
    task.bump(*WITNESSES, *(also or []))
    Review.objects.create(task=task, kind=kind, by=actor, reason=reason, task_version=task.version, at=clock.now())
    if branch[1:]:
        follow_parts(branch, beside(task.project, branch), actor=actor)
