"""What details a task: the checklist, what must be done before it and what waits for it, the planned steps."""

from typing import Any

from django.db.models import Q

from people.models import User
from tracking.access import Act, may_task
from tracking.models import Task
from tracking.steps import steps_words

MOST_FOUND = 10


def plan_of(user: User, task: Task) -> dict[str, Any]:
    """What the plan of a task shows; six queries."""
    points = list(task.checklist.select_related("done_by"))
    needs = list(task.dependencies.select_related(*_shown("needs")).order_by("needs__due_on", "pk"))
    waiting = list(task.dependents.select_related(*_shown("task")).order_by("task__due_on", "pk")[:50])
    for row in needs:
        row.needs.project = task.project
    steps = list(task.steps.all())
    for step in steps:
        step.percent = f"{step.planned / 100:.2f}"  # type: ignore[attr-defined]
    typed = steps_words([(step.day, step.planned) for step in steps], task.project.today)
    return {
        "points": points,
        "ticked": sum(point.done_at is not None for point in points),
        "needs": [row.needs for row in needs],
        "waiting": [row.task for row in waiting],
        "steps": steps,
        "has_parts": task.children.exclude(state=Task.State.CANCELLED).exists(),
        "may_edit": may_task(user, task, Act.EDIT),
        "may_tick": may_task(user, task, Act.REPORT),
        "typed_points": "\n".join(point.text for point in points),
        "typed_steps": typed,
        "steps_said": typed.splitlines(),
    }


def _shown(name: str) -> list[str]:
    """What a line shows of a task beside its title: the department, and the promise behind it."""
    clauses = ("clause__memorandum__project", "root__clause__memorandum__project")
    return [f"{name}__{what}" for what in ("department", *clauses)]


def that_fit(task: Task, text: str) -> list[Task]:
    """The tasks of the project that one may mean as a predecessor, by words of their title; the nearest due first."""
    known = task.dependencies.values("needs")
    rows = Task.objects.filter(project=task.project_id).exclude(pk=task.pk).exclude(pk__in=known)
    rows = rows.exclude(state=Task.State.CANCELLED).select_related("department", "parent")
    for word in text.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(parent__title__icontains=word))
    return list(rows.order_by("due_on", "rank")[:MOST_FOUND])
