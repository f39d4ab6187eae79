"""What every write on a task begins with: the door, the locks in the one order, and the version that the person saw."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from common.refusals import Conflict
from people.models import User
from projects.models import Project
from tracking import figures
from tracking.access import Act, check_tasks_begun, task_for
from tracking.models import Task

Seen = int | None
P = ParamSpec("P")
R = TypeVar("R")
TRIES = 8


def steadily(service: Callable[P, R]) -> Callable[P, R]:
    """An act on tasks begins anew when one was put elsewhere before its lock, or when two drew the same sort key by chance."""

    @functools.wraps(service)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        for _try in range(TRIES - 1):
            try:
                return service(*args, **kwargs)
            except figures.Elsewhere:
                continue
            except IntegrityError as error:
                if "one_task_at_a_place" not in str(error) and "tracking_task.rank" not in str(error):
                    raise
        return service(*args, **kwargs)

    return wrapped


def open_task(actor: User, task_uid: UUID, act: Act, seen_version: Seen, mine: dict[str, object]) -> tuple[Task, list[Task]]:
    """Door, locks, version; the branch begins with the task and ends with the top of its tree."""
    found = task_for(actor, task_uid, act)
    check_tasks_begun(found.project)
    branch = lock_branch_of(found)
    check_seen(branch[0], seen_version, mine)
    return branch[0], branch


def open_with_parts(
    actor: User, task_uid: UUID, act: Act, seen_version: Seen, mine: dict[str, object]
) -> tuple[Task, Task | None, list[Task]]:
    """The same with all that lies below the task, locked in the one order: the task, what it is part of, its parts."""
    found = task_for(actor, task_uid, act)
    check_tasks_begun(found.project)
    below = figures.keys_below(found)
    figures.beside_others(found.project_id)
    rows = {row.pk: row for row in figures.in_lock_order(Task.objects.filter(pk__in=figures.branch_keys(found) | below))}
    for row in rows.values():
        row.project = found.project
    task = figures.upward_from(found.pk, rows)[0]
    check_seen(task, seen_version, mine)
    return task, rows.get(task.parent_id or 0), [rows[key] for key in sorted(below) if key in rows]


def lock_branch_of(found: Task) -> list[Task]:
    """The branch of a task at hand, under lock, each row knowing its project and what it is part of."""
    branch = figures.lock_branch(found)
    for row, above in zip(branch, [*branch[1:], None], strict=True):
        row.project = found.project
        row.parent = above
        row.root = branch[-1] if above is not None else None
    know_assignee(branch[0], found)
    return branch


def lock_tree(found: Task) -> list[Task]:
    """A task at the top with all that lies below it, under lock in the one order; the top comes first."""
    figures.beside_others(found.project_id)
    rows = list(figures.in_lock_order(Task.objects.filter(Q(pk=found.pk) | Q(root=found.pk))))
    for row in rows:
        row.project = found.project
    return sorted(rows, key=lambda row: (row.level, row.pk))


def open_row(actor: User, task_uid: UUID, act: Act, seen_version: Seen, mine: dict[str, object]) -> Task:
    """Door, lock of the one row, version: for writes that no figure above follows."""
    found = task_for(actor, task_uid, act)
    check_tasks_begun(found.project)
    task = lock_row(found.project, found.pk)
    know_assignee(task, found)
    check_seen(task, seen_version, mine)
    return task


def lock_row(project: Project, key: int) -> Task:
    """One task under lock."""
    [task] = figures.locked([key])
    task.project = project
    return task


def know_assignee(row: Task, found: Task) -> None:
    """A locked row knows its assignee as the door read it, where it is still the same."""
    if row.assignee_id is not None and row.assignee_id == found.assignee_id:
        row.assignee = found.assignee


def check_seen(task: Task, seen_version: Seen, mine: dict[str, Any]) -> None:
    """Conflict when somebody saved since this person looked: both values, who, and when."""
    if seen_version is None or task.version == seen_version:
        return
    last = task.history.select_related("history_user").filter(version=task.version).order_by("history_id").first()
    theirs = {name: getattr(task, name) for name in mine if hasattr(task, name)}
    theirs |= {
        "version": task.version,
        "who": last.history_user if last else None,
        "at": last.history_date if last else None,
    }
    raise Conflict(_("Somebody else saved this while you were typing."), mine=mine, theirs=theirs)
