"""The figures of tasks as they are kept: locks, whole trees computed by the one definition, rows written where they differ."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from common import clock
from common.again import Again, signs
from common.turns import Turn, take_turn
from people.models import WorkDay
from projects.models import Project
from tracking import deviation
from tracking.deviation import CountDays, Figures, Item
from tracking.models import PlannedStep, Task, TaskFigures

EVENING = time(18)
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2035, 12, 31)  # the days that the work calendar knows


def evening_of(project: Project, day: date) -> datetime:
    """The moment at which a day's figures are taken: 18:00 in the project's time zone."""
    return clock.local(day, EVENING, project.time_zone)


def last_evening(project: Project) -> date:
    """The last evening that has passed: today from 18:00 on, else yesterday."""
    today = project.today
    return today if clock.now() >= evening_of(project, today) else today - timedelta(1)


def beside_others(project_id: int) -> None:
    """Whoever writes tasks or their figures says so first: many at once, but none while an evening is scanned."""
    take_turn(Turn.FIGURES, project_id, beside_others=True)


def alone(project: Project) -> None:
    """Wait for the writes on a project's tasks that are under way and keep others out: no task need be locked by itself."""
    take_turn(Turn.FIGURES, project.pk)


def lock_branch(task: Task) -> list[Task]:
    """Lock a task and all above it in the one order (deepest level first, within a level by id); the task itself comes first.

    Two writers in one tree meet at its top, so that the tree's figures and deviation risks are one writer's at a time.
    """
    beside_others(task.project_id)
    return upward_from(task.pk, {row.pk: row for row in locked(branch_keys(task))})


class Elsewhere(Exception):
    """Somebody put a task elsewhere between the door and the lock: the act begins anew, with no lock held."""


def upward_from(key: int, rows: dict[int, Task]) -> list[Task]:
    """A task and all above it, among rows under lock. Errors: Elsewhere when its line leads out of them."""
    branch, above = [], key
    while above is not None:
        if above not in rows:
            raise Elsewhere
        branch.append(rows[above])
        above = rows[above].parent_id  # type: ignore[assignment]
    return branch


def locked(keys: Collection[int]) -> list[Task]:
    """Tasks under lock, in the one order."""
    wanted = sorted(keys)
    if len(wanted) not in _LOCKS:
        _LOCKS[len(wanted)] = Again(lambda *some: in_lock_order(Task.objects.filter(pk__in=some)), *signs(len(wanted)))
    return _LOCKS[len(wanted)](*wanted)


_LOCKS: dict[int, Again[Task]] = {}  # by how many are locked at once: as many as a branch is deep


def branch_keys(task: Task) -> set[int]:
    """The keys of a task and of all above it; the tops of most trees are known without asking."""
    keys, row, above = {task.pk}, task, task.parent_id
    while above is not None:
        keys.add(above)
        if above == task.root_id:
            break
        known = row.parent if Task.parent.is_cached(row) else None
        row = known or Task.objects.only("parent", "root").get(pk=above)
        above = row.parent_id
    return keys


def keys_below(task: Task) -> set[int]:
    """The keys of all parts of a task, and of theirs."""
    parts_of: dict[int | None, list[int]] = {}
    for key, parent in Task.objects.filter(root=task.tree).order_by().values_list("pk", "parent_id"):
        parts_of.setdefault(parent, []).append(key)
    found: set[int] = set()
    waiting = [task.pk]
    while waiting:
        parts = parts_of.get(waiting.pop(), [])
        found.update(parts)
        waiting += parts
    return found


def in_lock_order(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """These tasks under lock, taken in the one order that everybody keeps."""
    return tasks.select_for_update(no_key=True).order_by("-level", "id")


def counting(project: Project, dates: Iterable[date | None]) -> CountDays:
    """W(a, b) of a project for days among these: a subtraction in the work calendar (one query), or plain days."""
    if project.progress_basis == Project.Basis.CALENDAR_DAYS:
        return deviation.calendar_days
    wanted = [day for day in dates if day is not None]
    rows = WorkDay.objects.filter(day__range=(min(wanted), max(wanted))) if wanted else WorkDay.objects.none()
    running = dict(rows.values_list("day", "running"))

    def workdays(after: date, until: date) -> int:
        return running[until] - running[after]

    return workdays


def tree_items(project: Project, tops: Collection[int] | None = None) -> list[Item]:
    """The tasks of whole trees (named by their tops; all of the project without) as the definition sees them."""
    rows = Task.objects.filter(project=project)
    if tops is not None:
        rows = rows.filter(Q(pk__in=tops) | Q(root__in=tops))
    columns = ("id", "parent_id", "starts_on", "due_on", "target", "unit", "weight", "done", "state")
    steps: dict[int, list[tuple[date, int]]] = {}
    for key, day, share in PlannedStep.objects.filter(task__in=rows).order_by("day").values_list("task_id", "day", "planned"):
        steps.setdefault(key, []).append((day, share))
    found = rows.order_by().values_list(*columns)
    return [
        Item(key, parent, starts, due, target, unit, weight, done, state == Task.State.CANCELLED, tuple(steps.get(key, ())))
        for key, parent, starts, due, target, unit, weight, done, state in found
    ]


def computing(project: Project, items: list[Item], days: Iterable[date]) -> Callable[[date], dict[int, Figures]]:
    """A function that gives all figures of these trees on any of these evenings."""
    wanted: list[date | None] = [*days]
    for item in items:
        wanted += [item.starts_on, item.due_on, *(day for day, _share in item.steps)]
    count = counting(project, wanted)
    return lambda day: deviation.figures(items, day, count)


def refresh(project: Project, tops: Collection[int], *, days: Iterable[date] = ()) -> Callable[[date], dict[int, Figures]]:
    """Write anew what is shown of these trees (planned of the last evening, actual now); gives figures of further days."""
    evening = last_evening(project)
    items = tree_items(project, tops)
    at = computing(project, items, [evening, *days])
    write(evening, at(evening))
    return at


def write(day: date, found: dict[int, Figures]) -> None:
    """Keep these figures; rows that say so already are left alone."""
    rows_kept = TaskFigures.objects.filter(task__in=list(found)).values_list("task_id", "day", "planned", "actual")
    kept = {key: (at, Figures(planned, actual)) for key, at, planned, actual in rows_kept}
    rows = [
        TaskFigures(task_id=key, day=day, planned=now.planned, actual=now.actual, deviation=now.deviation)
        for key, now in sorted(found.items())
        if kept.get(key) != (day, now)
    ]
    TaskFigures.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["task"], update_fields=["day", "planned", "actual", "deviation"]
    )
