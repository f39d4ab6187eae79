"""What became of each clause: the task behind it, how far it is, whether it is late (rules C8, F1)."""

from projects.models import Project
from tracking.models import Task


def tasks_by_clause(project: Project) -> list[Task]:
    """The tasks that stand for clauses in force, in the order of the paper; one query."""
    tasks = Task.objects.filter(project=project, clause__isnull=False, clause__ended_at=None)
    rows = list(tasks.select_related("clause", "department", "figures", "assignee").order_by("clause__order", "clause__pk"))
    for row in rows:
        row.project = project
    return rows
