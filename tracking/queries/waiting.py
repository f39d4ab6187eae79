"""Which departments wait on a piece of work: who receives it, and whose work comes after it (rules D2, F4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import Value

from projects.models import NodeDependency, Project
from tracking.models import Task, TaskDependency


class Awaited(NamedTuple):
    """A task as the waiting sees it."""

    pk: int
    department: int
    receiver: int | None
    node: int | None


def departments_waiting(project: Project, tasks: Iterable[Awaited]) -> dict[int, set[int]]:
    """By task the other departments that wait on it: its receiver, those of the open tasks that need it, near or far, and
    those of the nodes that come after its own; one query however many tasks.
    """
    rows = list(tasks)
    if not rows:
        return {}
    (after_task, of_task), (after_node, of_node) = _links(project)
    found = {}
    for row in rows:
        waiting = {of_task[key] for key in _downstream(row.pk, after_task)}
        if row.node is not None:
            waiting |= {of_node[key] for key in _downstream(row.node, after_node)}
        if row.receiver is not None:
            waiting.add(row.receiver)
        found[row.pk] = waiting - {row.department}
    return found


After = tuple[dict[int, list[int]], dict[int, int]]  # what comes after each, and whose it is


def _links(project: Project) -> tuple[After, After]:
    """What comes after each open task, and after each node."""
    over = (Task.State.DONE, Task.State.CANCELLED)
    of_tasks = TaskDependency.objects.filter(task__project=project).exclude(task__state__in=over).order_by()
    of_nodes = NodeDependency.objects.filter(node__project=project).order_by()
    rows = of_tasks.values_list(Value("task"), "needs", "task", "task__department").union(
        of_nodes.values_list(Value("node"), "needs", "node", "node__department"), all=True
    )
    found: dict[str, After] = {"task": (defaultdict(list), {}), "node": (defaultdict(list), {})}
    for kind, needs, following, department in rows:
        after, of = found[kind]
        after[needs].append(following)
        of[following] = department
    return found["task"], found["node"]


def _downstream(first: int, after: Mapping[int, list[int]]) -> set[int]:
    """All that comes after, near or far."""
    found: set[int] = set()
    looking = list(after.get(first, []))
    while looking:
        key = looking.pop()
        if key not in found:
            found.add(key)
            looking += after.get(key, [])
    return found - {first}
