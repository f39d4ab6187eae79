"""Which departments wait on a piece of work: who receives it, and whose work comes after it (rules D2, F4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

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
    those of the nodes that come after its own; two queries however many tasks.
    """
    rows = list(tasks)
    if not rows:
        return {}
    after_task, of_task = _after_tasks(project)
    after_node, of_node = _after_nodes(project)
    found = {}
    for row in rows:
        waiting = {of_task[key] for key in _downstream(row.pk, after_task)}
        if row.node is not None:
            waiting |= {of_node[key] for key in _downstream(row.node, after_node)}
        if row.receiver is not None:
            waiting.add(row.receiver)
        found[row.pk] = waiting - {row.department}
    return found


def _after_tasks(project: Project) -> tuple[Mapping[int, list[int]], Mapping[int, int]]:
    over = (Task.State.DONE, Task.State.CANCELLED)
    links = TaskDependency.objects.filter(task__project=project).exclude(task__state__in=over)
    return _links(links.order_by().values_list("needs", "task", "task__department"))


def _after_nodes(project: Project) -> tuple[Mapping[int, list[int]], Mapping[int, int]]:
    links = NodeDependency.objects.filter(node__project=project)
    return _links(links.order_by().values_list("needs", "node", "node__department"))


def _links(rows: Iterable[tuple[int, int, int]]) -> tuple[Mapping[int, list[int]], Mapping[int, int]]:
    after: dict[int, list[int]] = defaultdict(list)
    of: dict[int, int] = {}
    for needs, following, department in rows:
        after[needs].append(following)
        of[following] = department
    return after, of


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
