"""The task tree of a project as a page of lines, whatever its size a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Sum

from people.models import User
from projects.models import Project
from tracking.access import Act, may_task
from tracking.models import Task

ROWS = 50


@dataclass
class Line:
    """A task of the tree: how deep it stands, what is left to distribute among its parts, what this person may do."""

    task: Task
    has_parts: bool
    left: Decimal | None
    may: set[str] = field(default_factory=set)

    @property
    def too_much(self) -> Decimal | None:
        return -self.left if self.left is not None and self.left < 0 else None


def in_tree_order(project: Project) -> dict[int, int | None]:
    """All tasks of a project, each followed by its parts: key -> key of what it is part of."""
    parent_of: dict[int, int | None] = {}
    parts: dict[int | None, list[int]] = {}
    for key, parent in Task.objects.filter(project=project).order_by("rank").values_list("pk", "parent_id"):
        parts.setdefault(parent, []).append(key)
    stack: list[tuple[int, int | None]] = [(key, None) for key in reversed(parts.get(None, []))]
    while stack:
        task, whole = stack.pop()
        parent_of[task] = whole
        stack += [(below, task) for below in reversed(parts.get(task, []))]
    return parent_of


def tree_page(user: User, project: Project, number: str | int | None, *, showing: int | None = None) -> Page:
    """The page of lines with this number, or the one on which the task `showing` stands."""
    parent_of = in_tree_order(project)
    keys = list(parent_of)
    if showing in parent_of:
        number = keys.index(showing) // ROWS + 1
    page = Paginator(keys, ROWS).get_page(number)
    wanted = list(page.object_list)
    tasks = _rows(project, wanted, parent_of)
    left = left_by_task(tasks[key] for key in wanted)
    with_parts = {parent for parent in parent_of.values() if parent is not None}
    lines: list[Line] = [
        Line(tasks[key], key in with_parts, left.get(key), _may(user, tasks[key], has_parts=key in with_parts)) for key in wanted
    ]
    page.object_list = lines  # type: ignore[assignment]
    return page


def _rows(project: Project, keys: list[int], parent_of: dict[int, int | None]) -> dict[int, Task]:
    """These tasks with all above them, linked to each other, to the project and to what their lines show."""
    above = {key for start in keys for key in _upwards(start, parent_of)}
    rows = Task.objects.filter(pk__in=above).select_related(
        "department", "assignee__department", "handed_to", "figures", "clause__memorandum"
    )
    tasks = {task.pk: task for task in rows}
    for task in tasks.values():
        task.project = project
        if task.parent_id is not None:
            task.parent, task.root = tasks[task.parent_id], tasks[task.root_id or task.parent_id]
        if task.clause is not None:
            task.clause.memorandum.project = project
    return tasks


def _upwards(key: int | None, parent_of: dict[int, int | None]) -> Iterable[int]:
    while key is not None:
        yield key
        key = parent_of[key]


def left_by_task(tasks: Iterable[Task]) -> dict[int, Decimal]:
    """What of each quantified task's amount no part has yet; tasks without parts are not among them."""
    rows = {task.pk: task for task in tasks}
    sums = (
        Task.objects.filter(parent__in=list(rows))
        .exclude(state=Task.State.CANCELLED)
        .order_by()
        .values_list("parent_id", "unit")
        .annotate(given=Sum("target"))
    )
    left: dict[int, Decimal] = {}
    for key, unit, given in sums:
        task = rows[key]
        if task.target is not None:
            left.setdefault(key, task.target)
            if unit == task.unit and given is not None:
                left[key] -= given
    return left


def _may(user: User, task: Task, *, has_parts: bool) -> set[str]:
    """The controls that stand on a line."""
    if task.state == Task.State.CANCELLED:
        return set()
    acts = {act.value for act in (Act.CREATE, Act.EDIT, Act.ASSIGN) if may_task(user, task, act)}
    if task.confirmed_at is None and may_task(user, task, Act.CONFIRM):
        acts.add(Act.CONFIRM.value)
    if not has_parts and may_task(user, task, Act.REPORT):
        acts.add(Act.REPORT.value)
    return acts
