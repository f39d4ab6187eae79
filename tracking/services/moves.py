"""The one drag: a state, a department, a node, a place in the shared order, or several at once; and taking it back (rule E3)."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from activity.models import Event
from common import clock
from common.acts import act
from common.ports import record
from common.refusals import NeedsConfirmation, Refused
from people.models import Department, User
from projects.models import Node
from projects.services.project import note_assignee
from tracking.access import Act, check_project, check_task
from tracking.models import Task
from tracking.services.checklists import checklist_of_node
from tracking.services.opening import open_row, open_task, steadily
from tracking.services.places import rank_at
from tracking.services.progress import Said, append, check_reportable, others, state_at
from tracking.services.promised import only_by_change_request
from tracking.services.reviews import accept, check_handed_over, hand_over
from tracking.upward import beside

UNDO_WITHIN = timedelta(minutes=10)
ORDER = [Task.State.NOT_STARTED, Task.State.IN_PROGRESS, Task.State.AWAITING_ACCEPTANCE, Task.State.DONE]
UNDONE = ("department_id", "assignee_id", "node_id", "rank", "confirmed_at")


@steadily
@act
def move_task(
    *,
    actor: User,
    task_uid: UUID,
    seen_version: int | None,
    to: str = "",
    department: Department | None = None,
    node: Node | None = None,
    off_node: bool = False,
    before_uid: UUID | None = None,
    after_uid: UUID | None = None,
    edge: str = "",
    reason: str = "",
    done: Decimal | None = None,
) -> Task:
    """A drag on the board. Within a column it changes the shared order; to another status it is a report, a submission or an
    acceptance; to another department or node it reassigns what no clause promises (`off_node`: to the lane without a node).

    Errors: Conflict; NeedsConfirmation "reason" backwards (field "done" where the figure is asked); Refused "promised".
    """
    mine: dict[str, object] = {"state": to} if to else {"rank": ""}
    if to:
        task, branch = open_task(actor, task_uid, Act.VIEW, seen_version, mine)
    else:
        task = open_row(actor, task_uid, Act.VIEW, seen_version, mine)
        branch = [task]
    turns = bool(to) and to != task.state
    place = {"before_uid": before_uid, "after_uid": after_uid, "edge": edge}
    also, facts = _reassign(actor, task, department, node, off_node=off_node)
    if any(place.values()):
        task.rank = rank_at(task.project, moved=task.pk, **place)  # type: ignore[arg-type]
        also.append("rank")
    if turns:
        return _turn(actor, branch, to, _Asked(reason, done, also, facts | {"moved": True}))
    if not also:
        raise Refused(_("It stands there already."), field="to", code="move")
    if not facts:
        check_task(actor, task, Act.REPORT)
    task.bump(*also)
    verb = "task.moved" if facts else "task.ordered"
    told = others(actor, task) if facts else []
    facts |= {"moved": True, "version": task.version}
    record(actor=actor, verb=verb, subject=task, project=task.project, facts=facts, tell=told)
    return task


class _Asked:
    """What a drag to another status brings along."""

    def __init__(self, reason: str, done: Decimal | None, also: list[str], facts: dict[str, Any]) -> None:
        self.reason, self.done, self.also, self.facts = reason, done, also, facts


def _turn(actor: User, branch: list[Task], to: str, asked: _Asked) -> Task:
    """To another status: what that means by where the task stands."""
    task = branch[0]
    facts = asked.facts | {"version": task.version + 1}
    if task.state == Task.State.AWAITING_ACCEPTANCE and to == Task.State.DONE:
        _check_accepts(actor, task)
        return accept(actor, branch, also=asked.also, facts=facts)
    check_task(actor, task, Act.REPORT)
    if to == Task.State.AWAITING_ACCEPTANCE:
        check_handed_over(task)
        return hand_over(actor, branch, also=asked.also, facts=facts)
    amount = _amount(task, to, asked.done)
    _check_move(task, to, amount, asked.reason)
    known = beside(task.project, branch)
    check_reportable(task, amount, known, confirm=True, reason=asked.reason)
    state = state_at(task, amount) if to == Task.State.DONE else to
    append(actor, branch, Said(amount, "", asked.reason, asked.also, facts), state, known)
    return task


def _check_accepts(actor: User, task: Task) -> None:
    """A card is drawn to done by whoever receives; to others the refusal says who that is."""
    try:
        check_task(actor, task, Act.ACCEPT)
    except PermissionDenied:
        raise Refused(
            _("%s receives this and accepts it or returns it.") % task.handed_to, field="to", code="acceptance"
        ) from None


def _amount(task: Task, to: str, done: Decimal | None) -> Decimal:
    """The total that a move reports: begun 0, done the target; back in progress what there is in truth."""
    match to:
        case Task.State.NOT_STARTED:
            return Decimal(0)
        case Task.State.IN_PROGRESS:
            return Decimal(done) if done is not None else task.done
        case Task.State.DONE:
            return max(task.target or Decimal(100), task.done)
    raise Refused(_("A task is cancelled only by a change request."), field="to", code="move")


def _check_move(task: Task, to: str, amount: Decimal, reason: str) -> None:
    if task.state in ORDER and ORDER.index(Task.State(to)) < ORDER.index(Task.State(task.state)) and not reason.strip():
        raise NeedsConfirmation(_("Backwards: please say why."), need="reason", field="reason")
    if to == Task.State.IN_PROGRESS and amount >= (task.target or 100):
        raise NeedsConfirmation(_("How much is done in truth?"), need="reason", field="done")


def _reassign(
    actor: User, task: Task, department: Department | None, node: Node | None, *, off_node: bool
) -> tuple[list[str], dict[str, Any]]:
    """Another department or node, set and unsaved: the fields that changed, and what the event says of it."""
    also: list[str] = []
    names: dict[str, str] = {}
    if department is not None and department.pk != task.department_id:
        names["department"] = department.name
        also += _to_department(actor, task, department)
    if (node is not None and node.pk != task.node_id) or (off_node and task.node_id is not None):
        names["node"] = node.name if node is not None else _("no node")
        also += _to_node(actor, task, node)
    _check_still_free(task, names)
    return also, {"to": "、".join(names.values())} if names else {}


def _check_still_free(task: Task, names: Iterable[str]) -> None:
    """Department and node of what a clause promises change only by a change request, whoever moved it before it was promised."""
    bound = [name.removesuffix("_id") for name in names if name in ("department", "node", "department_id", "node_id")]
    if bound and task.clause_id is not None:
        said = _("The memorandum promises this; its department and node change only through a change request.")
        raise only_by_change_request(task, said, bound[0])


def _to_department(actor: User, task: Task, department: Department) -> list[str]:
    """Its liaison does it until another is named; what was agreed is agreed anew."""
    check_task(actor, task, Act.EDIT)
    check_project(actor, task.project, Act.CREATE, department=department.pk)
    party = task.project.parties.filter(department=department).select_related("liaison").first()
    if party is None:
        raise Refused(_("%s does not take part in this project.") % department, field="department", code="not_party")
    task.department = department
    if task.assignee is None or task.assignee.department_id != department.pk:
        task.assignee = party.liaison
        if party.liaison is not None:
            note_assignee(task.project, party.liaison)
    task.confirmed_at = None
    return ["department", "assignee", "confirmed_at"]


def _to_node(actor: User, task: Task, node: Node | None) -> list[str]:
    check_task(actor, task, Act.EDIT)
    if node is not None and node.project_id != task.project_id:
        raise Http404
    task.node = node
    checklist_of_node(task)
    return ["node"]


@steadily
@act
def undo_move(*, actor: User, task_uid: UUID, seen_version: int | None) -> Task:
    """Take back one's own last move within ten minutes, while nothing else changed; a report it made is followed by another."""
    task, branch = open_task(actor, task_uid, Act.VIEW, seen_version, {"state": ""})
    _check_undone(actor, task)
    was = task.history.filter(version=task.version - 1).order_by("-history_date", "-history_id").first()
    if was is None:
        raise Refused(_("There is nothing to take back."), code="undo")
    also = []
    for name in UNDONE:
        if getattr(task, name) != getattr(was, name):
            setattr(task, name, getattr(was, name))
            also.append(name)
    _check_still_free(task, also)
    if "rank" in also and Task.objects.filter(project=task.project, rank=task.rank).exists():
        task.rank = rank_at(task.project, after_uid=None, before_uid=None, edge="end")
    facts = {"undone": True}
    if was.state != task.state or was.done != task.done:
        append(actor, branch, Said(was.done, "", _("undone"), also, facts), was.state, beside(task.project, branch))
        return task
    task.bump(*also)
    record(actor=actor, verb="task.move_undone", subject=task, project=task.project, facts=facts, tell=others(actor, task))
    return task


def _check_undone(actor: User, task: Task) -> None:
    """The last thing that happened to the task is this person's own move, a moment ago."""
    kind = ContentType.objects.get_for_model(Task)
    event = Event.objects.filter(content_type=kind, object_id=task.pk).order_by("-id").first()
    own = event is not None and event.actor_id == actor.pk and event.facts.get("moved")
    if event is None or not own or event.facts.get("version") != task.version:
        raise Refused(_("Something else happened to it since; move it back by hand."), code="undo")
    if event.verb == "task.accepted":
        raise Refused(_("What was accepted is not taken back; it is reopened by a report."), code="undo")
    if clock.now() - event.at > UNDO_WITHIN:
        raise Refused(_("A move can be undone for ten minutes; move it back by hand."), code="undo")
