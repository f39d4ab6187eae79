"""What details a task's plan: planned steps (rule F1) and what must be done before it begins (rule E1)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from common import clock
from common.acts import act
from common.ports import record
from common.refusals import Refused
from common.rows import delete_with_history
from common.saying import figure
from people.models import User
from projects.models import Project
from tracking.access import Act, task_for
from tracking.deviation import FULL
from tracking.models import PlannedStep, Task, TaskDependency
from tracking.services.follow import follow
from tracking.services.opening import open_row, open_task, steadily
from tracking.upward import beside

MOST_STEPS = 30
MOST_NEEDS = 50


@steadily
@act
def save_steps(*, actor: User, task_uid: UUID, seen_version: int | None, steps: Iterable[tuple[date, Decimal]]) -> Task:
    """The points of the plan, such as 40 % by 20 July: between the start and the due date, never falling.

    They detail how one gets from the start to the due date, so that what a clause promises may have them as well.
    """
    said = sorted((day, Decimal(percent)) for day, percent in steps)
    task, branch = open_task(actor, task_uid, Act.EDIT, seen_version, {"steps": said})
    said = [step for step in said if step not in ((task.starts_on, 0), (task.due_on, 100))]  # that is so without saying
    _check_steps(task, said)
    before = _words(task.steps.values_list("day", "planned"))
    delete_with_history(list(task.steps.all()))
    rows = [PlannedStep(task=task, day=day, planned=int(percent * 100)) for day, percent in said]
    if rows:
        bulk_create_with_history(rows, PlannedStep, default_date=clock.now())
    task.bump()
    follow(task.project, branch, beside(task.project, branch))
    facts = {"count": len(rows), "before": before, "after": _words((row.day, row.planned) for row in rows)}
    record(actor=actor, verb="task.steps_saved", subject=task, project=task.project, facts=facts)
    return task


def _words(steps: Iterable[tuple[date, int]]) -> list[str]:
    return [f"{day.isoformat()} {figure(Decimal(planned) / 100)}%" for day, planned in steps]


def _check_steps(task: Task, said: list[tuple[date, Decimal]]) -> None:
    if task.children.exclude(state=Task.State.CANCELLED).exists():
        raise Refused(_("This task has parts; its plan is theirs together."), field="steps", code="has_parts")
    if said and not (task.starts_on and task.due_on):
        raise Refused(_("Give the task its start and due date first."), field="steps", code="no_dates")
    if len(said) > MOST_STEPS:
        raise Refused(_("At most %d steps.") % MOST_STEPS, field="steps", code="long")
    last: tuple[date | None, Decimal] = (task.starts_on, Decimal(0))
    for day, percent in said:
        if not percent.is_finite() or percent != round(percent, 2) or not 0 <= percent * 100 <= FULL:
            raise Refused(_("A step lies between 0 and 100 %, with at most two decimals."), field="steps", code="number")
        if not (task.starts_on < day < task.due_on):  # type: ignore[operator]
            raise Refused(
                _("%(day)s does not lie between the start and the due date.") % {"day": day.isoformat()},
                field="steps", code="window",
            )  # fmt: skip
        if day == last[0] or percent < last[1]:
            raise Refused(_("A later step is never less than an earlier one, and each day has one."), field="steps", code="order")
        last = (day, percent)


@act
def set_dependencies(*, actor: User, task_uid: UUID, seen_version: int | None, needs: Iterable[UUID]) -> Task:
    """What must be done before this begins; a cycle is refused and named."""
    uids = list(dict.fromkeys(needs))
    found = task_for(actor, task_uid, Act.EDIT)
    Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.project_id)  # two halves of a cycle wait here
    task = open_row(actor, task_uid, Act.EDIT, seen_version, {"needs": uids})
    wanted = {row.uid: row for row in Task.objects.filter(project=found.project, uid__in=uids)}
    if len(wanted) < len(uids):
        raise Http404
    if len(uids) > MOST_NEEDS:
        raise Refused(_("At most %d tasks before it.") % MOST_NEEDS, field="needs", code="long")
    _check_apart(task, list(wanted.values()))
    _check_no_cycle(task, [wanted[uid].pk for uid in uids])
    known = {row.needs_id: row for row in task.dependencies.all()}
    delete_with_history([row for key, row in known.items() if key not in {one.pk for one in wanted.values()}])
    rows = [TaskDependency(task=task, needs=wanted[uid]) for uid in uids if wanted[uid].pk not in known]
    if rows:
        bulk_create_with_history(rows, TaskDependency, default_date=clock.now())
    task.bump()
    facts = {"needs": "、".join(wanted[uid].title for uid in uids), "count": len(uids)}
    record(actor=actor, verb="task.dependencies_set", subject=task, project=task.project, facts=facts)
    return task


def _check_apart(task: Task, wanted: list[Task]) -> None:
    """A task and what it is part of begin together."""
    lines = dict(Task.objects.filter(project_id=task.project_id, level__gt=0).order_by().values_list("pk", "parent_id"))
    for row in wanted:
        for below, above in ((row.pk, task.pk), (task.pk, row.pk)):
            line: int | None = below
            while line is not None:
                if line == above:
                    raise Refused(_("“%s” is part of the same work; it cannot come before it.") % row, field="needs", code="part")
                line = lines.get(line)


def _check_no_cycle(task: Task, needs: list[int]) -> None:
    """Walk from what is needed to what that needs: whoever comes back to the task closes a cycle."""
    edges: dict[int, list[int]] = {}
    rows = TaskDependency.objects.filter(task__project_id=task.project_id).exclude(task=task)
    for key, needed in rows.order_by("pk").values_list("task_id", "needs_id"):
        edges.setdefault(key, []).append(needed)
    came_from: dict[int, int] = dict.fromkeys(needs, task.pk)
    waiting = list(needs)
    while waiting:
        key = waiting.pop()
        for needed in edges.get(key, []):
            if needed == task.pk:
                _refuse_cycle(task, key, came_from)
            if needed not in came_from:
                came_from[needed] = key
                waiting.append(needed)


def _refuse_cycle(task: Task, last: int, came_from: dict[int, int]) -> None:
    line = [last]
    while line[-1] != task.pk:
        line.append(came_from[line[-1]])
    names = Task.objects.in_bulk(line)
    said = " → ".join(names[key].title for key in [*reversed(line), task.pk])
    raise Refused(_("That closes a cycle: %s") % said, field="needs", code="cycle")
