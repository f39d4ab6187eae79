"""Making, splitting, editing, confirming and assigning tasks (rule E1)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common import clock
from common.acts import act
from common.amounts import LARGEST
from common.ports import record
from common.refusals import Refused
from common.saying import quantity_words
from people.models import User
from projects.access import project_for
from projects.models import Participant, Project
from projects.services.project import note_assignee
from projects.services.rows import changed, check_known, check_window
from tracking import figures
from tracking.access import Act, check_project, check_task, check_tasks_begun, may_task
from tracking.models import Task
from tracking.queries.sums import left_below, left_to_distribute
from tracking.services.checklists import checklist_of_node
from tracking.services.follow import WITNESSES, follow, put, state_at, submitted
from tracking.services.opening import open_task, open_with_parts, steadily
from tracking.services.places import check_can_have_parts, check_within, rank_at
from tracking.services.promised import only_by_change_request
from tracking.upward import beside

FIELDS = {
    "title", "department", "assignee", "handed_to", "starts_on", "due_on",
    "deliverable", "standard", "weight", "target", "unit", "node",
}  # fmt: skip
PROMISED = FIELDS - {"assignee", "weight"}  # what a clause says of its task
AGREED = {"starts_on", "due_on", "target", "unit", "deliverable", "standard", "department"}  # asked about again once they change
TURNING = {"target", "handed_to", "department"}  # by which the same figure may mean another status


@steadily
@act
def create_task(
    *, actor: User, project_uid: UUID, parent_uid: UUID | None = None, after_uid: UUID | None = None, **fields: Any
) -> Task:
    """A new task at the top, or a part of another: it inherits department, unit, deliverable, standard where it says nothing.

    It stands at the end, or behind the task `after_uid`.
    """
    check_known(fields, FIELDS)
    if parent_uid is None:
        project = project_for(actor, project_uid)
        check_tasks_begun(project)
        return _made(actor, _new(actor, project, None, fields, after_uid), [])
    parent, branch = open_task(actor, parent_uid, Act.CREATE, None, {})
    if parent.project.uid != project_uid:
        raise Http404
    check_can_have_parts(parent)
    return _made(actor, _new(actor, parent.project, parent, fields, after_uid), branch)


@steadily
@act
def split_task(*, actor: User, task_uid: UUID, parts: Iterable[Mapping[str, Any]], seen_version: int | None = None) -> list[Task]:
    """Divide a task into parts; what of its quantity is not yet given to a part is shown until it adds up."""
    task, branch = open_task(actor, task_uid, Act.CREATE, seen_version, {"title": ""})
    check_can_have_parts(task)
    known = set(task.project.parties.values_list("department", flat=True))
    rows = []
    for fields in parts:
        check_known(fields, FIELDS)
        rows.append(_unsaved(actor, task.project, task, dict(fields), known))
    if not rows:
        raise Refused(_("Name at least one part."), field="title", code="empty")
    _save_all(task.project, rows)
    task.bump()
    entered = [rows[0], *branch]
    follow(task.project, entered, beside(task.project, entered), actor=actor)
    facts = {"parts": "、".join(row.title for row in rows), "count": len(rows)}
    told = [row.assignee for row in rows if row.assignee]
    record(actor=actor, verb="task.split", subject=task, project=task.project, facts=facts, tell=told)
    return rows


@steadily
@act
def edit_task(*, actor: User, task_uid: UUID, seen_version: int | None, **fields: Any) -> Task:
    """Change a task; what a clause promises of it changes only by a change request. What was agreed is confirmed anew."""
    check_known(fields, FIELDS)
    task, branch = open_task(actor, task_uid, Act.EDIT, seen_version, fields)
    before = {name: _said(getattr(task, name)) for name in fields}
    names = changed(task, fields)
    if not names:
        return task
    _check_promise(task, names)
    if "assignee" in names:
        check_task(actor, task, Act.ASSIGN)
        _name(task)
    if "department" in names:
        check_project(actor, task.project, Act.CREATE, department=task.department_id)
    _check_fields(task)
    if AGREED & set(names):
        task.confirmed_at = None
    handed_over = bool(TURNING & set(names)) and _turn(task)
    task.bump(*names, "confirmed_at", *WITNESSES)
    if handed_over:
        submitted(task, actor)
    follow(task.project, branch, beside(task.project, branch), actor=actor)
    facts = {"fields": names, "before": before, "after": {name: _said(getattr(task, name)) for name in names}}
    record(actor=actor, verb="task.edited", subject=task, project=task.project, facts=facts, tell=_assignees(task))
    return task


def _turn(task: Task) -> bool:
    """The status that the reported figure means now (unsaved); says whether the task is handed over by it."""
    state = task.state
    if task.children.exists():
        if state == Task.State.AWAITING_ACCEPTANCE and task.receiver_id is None:
            put(task, Task.State.DONE)
    elif task.reported_at:
        put(task, state_at(task, task.done))
    return task.state == Task.State.AWAITING_ACCEPTANCE != state


@steadily
@act
def confirm_task(*, actor: User, task_uid: UUID, seen_version: int | None = None) -> Task:
    """The department says yes to a task: with assignee, dates, deliverable and standard, and with parts that add up."""
    task, above, below = open_with_parts(actor, task_uid, Act.CONFIRM, seen_version, {"title": ""})
    if task.confirmed_at is not None:
        return task
    _check_complete(task)
    for whole in (task, above):
        if whole is not None:
            _check_adds_up(whole)
    task.confirmed_at = clock.now()
    task.bump("confirmed_at")
    parts = _confirm_parts(actor, task, below)
    facts = {"parts": "、".join(part.title for part in parts), "count": len(parts)}
    record(actor=actor, verb="task.confirmed", subject=task, project=task.project, facts=facts, tell=_assignees(task))
    return task


def _confirm_parts(actor: User, task: Task, below: list[Task]) -> list[Task]:
    """With a task its unconfirmed parts are confirmed, once all are complete and add up; those of other departments wait."""
    rows = [row for row in below if row.state != Task.State.CANCELLED]
    if any(lacking(row) for row in rows) or any(left_below([task, *rows]).values()):
        return []
    parts = [row for row in rows if row.confirmed_at is None and may_task(actor, row, Act.CONFIRM)]
    for row in parts:
        row.confirmed_at = task.confirmed_at
        row.version += 1
    if parts:
        bulk_update_with_history(parts, Task, ["confirmed_at", "version"], default_date=clock.now())
    return parts


@steadily
@act
def assign_task(*, actor: User, task_uid: UUID, assignee: User, seen_version: int | None = None) -> Task:
    """Name who does it; that person takes part in the project from then on."""
    task, _branch = open_task(actor, task_uid, Act.ASSIGN, seen_version, {"assignee": assignee})
    if task.assignee_id == assignee.pk:
        return task
    task.assignee = assignee
    _check_fields(task)
    _name(task)
    task.bump("assignee")
    facts = {"assignee": assignee.name}
    record(actor=actor, verb="task.assigned", subject=task, project=task.project, facts=facts, tell=[assignee])
    return task


def _new(actor: User, project: Project, parent: Task | None, fields: dict[str, Any], after_uid: UUID | None = None) -> Task:
    """A checked and saved row; the caller records it."""
    task = _unsaved(actor, project, parent, fields)
    if after_uid is not None:
        task.rank = rank_at(project, after_uid=after_uid)
    task.save()
    checklist_of_node(task)
    _name(task)
    return task


def _save_all(project: Project, rows: list[Task]) -> None:
    """Save many new rows, with their history, checklists and people named, in a fixed number of statements."""
    bulk_create_with_history(rows, Task, default_date=clock.now())
    for row in rows:
        if row.node_id is not None:
            checklist_of_node(row)
    named = {row.assignee_id for row in rows if row.assignee_id is not None}
    assigned = Participant.Kind.ASSIGNEE
    there = Participant.objects.filter(project=project, user__in=named, kind=assigned).values_list("user", flat=True)
    lacking = [Participant(project=project, user_id=user, kind=assigned) for user in sorted(named - set(there))]
    if lacking:
        Participant.objects.bulk_create(lacking, ignore_conflicts=True)


def _unsaved(actor: User, project: Project, parent: Task | None, fields: dict[str, Any], known: set[int] | None = None) -> Task:
    """A checked row that inherits from the whole what it does not say; `known` are the departments that take part."""
    said = {name: value for name, value in fields.items() if value is not None}
    if parent is not None:
        inherited = {name: getattr(parent, name) for name in ("department", "deliverable", "standard", "starts_on", "due_on")}
        if said.get("target") is not None:
            inherited["unit"] = parent.unit
        said = inherited | {name: value for name, value in said.items() if value != ""}
    said.setdefault("department", project.lead_dept)
    _check_may_create(actor, project, parent, said["department"].pk)
    task = Task(
        project=project, parent=parent, root_id=parent.tree if parent else None, level=parent.level + 1 if parent else 0,
        created_at=clock.now(), **said,
    )  # fmt: skip
    _check_fields(task, known)
    return task


def _check_may_create(actor: User, project: Project, parent: Task | None, department: int) -> None:
    """Within the own department; an assignee makes parts of the own task, in its department."""
    if parent is not None and department == parent.department_id:
        return
    check_project(actor, project, Act.CREATE, department=department)


def _made(actor: User, task: Task, above: list[Task]) -> Task:
    entered = [task, *above]
    follow(task.project, entered, beside(task.project, entered), actor=actor)
    record(actor=actor, verb="task.created", subject=task, project=task.project, facts={}, tell=_assignees(task))
    return task


def _check_fields(task: Task, known: set[int] | None = None) -> None:
    """What every task keeps: a title, a department that takes part, dates in order, quantities within reason."""
    if not task.title.strip():
        raise Refused(_("Name the task."), field="title", code="empty")
    parties = task.project.parties
    if task.department_id not in known if known is not None else not parties.filter(department=task.department_id).exists():
        raise Refused(_("%s does not take part in this project.") % task.department, field="department", code="not_party")
    check_window(task.starts_on, task.due_on, field="due_on")
    _check_calendar(task)
    if task.target is not None and not 0 < task.target < LARGEST:
        raise Refused(_("A target lies above 0 and below a billion."), field="target", code="number")
    if task.weight is not None and not 0 < task.weight <= 10_000:
        raise Refused(_("A weight is a whole number from 1 to 10,000."), field="weight", code="number")
    if task.assignee is not None and not task.assignee.is_active:
        raise Refused(_("%s no longer works here.") % task.assignee, field="assignee", code="inactive")
    if task.parent is not None:
        check_within(task, task.parent)


def _check_calendar(task: Task) -> None:
    """Dates lie within the work calendar, by which planned progress is counted."""
    for name in ("starts_on", "due_on"):
        day = getattr(task, name)
        if day is not None and not figures.FIRST_DAY <= day <= figures.LAST_DAY:
            raise Refused(_("The work calendar does not reach to %s.") % day.isoformat(), field=name, code="calendar")


def _check_promise(task: Task, names: list[str]) -> None:
    if task.clause_id is not None and PROMISED & set(names):
        first = next(name for name in names if name in PROMISED)
        raise only_by_change_request(task, _("The memorandum promises this; it changes only through a change request."), first)


def _check_complete(task: Task) -> None:
    """Confirmed only with assignee, dates, deliverable and standard: what lacks is named."""
    names = lacking(task)
    if names:
        words = "、".join(
            str(Task._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
            for name in names
        )
        raise Refused(_("To be confirmed it still needs: %s") % words, field=names[0].removesuffix("_id"), code="incomplete")


def lacking(task: Task) -> list[str]:
    """What a task must have before it can be confirmed."""
    return [name for name in ("assignee_id", "starts_on", "due_on", "deliverable", "standard") if not getattr(task, name)]


def _check_adds_up(whole: Task) -> None:
    left = left_to_distribute(whole)
    if left:
        said = {"target": quantity_words(whole.target, whole.unit), "left": quantity_words(abs(left), whole.unit)}
        text = (
            _("The parts do not add up to %(target)s: %(left)s are left to distribute.")
            if left > 0
            else _("The parts do not add up to %(target)s: they are %(left)s too many.")
        )
        raise Refused(text % said, field="target", code="sum")


def _name(task: Task) -> None:
    if task.assignee is not None:
        note_assignee(task.project, task.assignee)


def _assignees(task: Task) -> list[User]:
    return [task.assignee] if task.assignee else []


def _said(value: Any) -> Any:
    """A value as the facts of an event keep it."""
    return str(value) if value is not None and not isinstance(value, int | str) else value
