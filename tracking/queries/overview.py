"""How a project stands in figures: the top line of its board."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from activity.models import Clock
from people.models import WorkDay
from projects.models import Project
from tracking import deviation, figures
from tracking.deviation import Figures, Item
from tracking.models import Risk, Task, TaskFigures
from tracking.queries.desk import leaves

STALE_AFTER = 2  # workdays without a report


@dataclass(frozen=True)
class Overview:
    """Deviation of the whole, tasks late, at risk, not updated, and running clocks."""

    figures: Figures | None
    day: date
    late: int
    at_risk: int
    silent: int
    clocks: int
    tasks: int
    done: int


def overview(project: Project) -> Overview:
    """The top line of a project's board; a fixed number of queries."""
    rows = leaves(Task.objects.filter(project=project)).exclude(state=Task.State.CANCELLED)
    counts = rows.aggregate(
        tasks=Count("pk"),
        done=Count("pk", filter=Q(state=Task.State.DONE)),
        late=Count("pk", filter=late(project)),
        silent=Count("pk", filter=silent(project)),
    )
    return Overview(
        figures=project_figures(project),
        day=scanned_evening(project),
        at_risk=Risk.objects.filter(project=project, state__in=[Risk.State.OPEN, Risk.State.OCCURRED]).count(),
        clocks=Clock.objects.filter(project_id=project.pk, stopped_at__isnull=True).count(),
        **counts,
    )


def late(project: Project) -> Q:
    """Open tasks whose due date has passed (延期 is derived, never stored)."""
    return ~Q(state__in=[Task.State.DONE, Task.State.CANCELLED]) & Q(due_on__lt=project.today)


def silent(project: Project) -> Q:
    """Running tasks on which nothing was said for more than two workdays."""
    last_heard = workdays_ago(project.today, STALE_AFTER + 1)
    unheard = Q(reported_at__date__lte=last_heard) | Q(reported_at__isnull=True, starts_on__lte=last_heard)
    return unheard & Q(state__in=[Task.State.NOT_STARTED, Task.State.IN_PROGRESS])


def workdays_ago(today: date, number: int) -> date:
    """The latest day since which so many workdays have passed."""
    running = WorkDay.objects.filter(day=today).values_list("running", flat=True).first() or 0
    found = WorkDay.objects.filter(running__lte=running - number).order_by("-day").values_list("day", flat=True).first()
    return found or figures.FIRST_DAY


def scanned_evening(project: Project) -> date:
    """The evening of which the planned figures on pages are."""
    last = project.scans.order_by("-day").values_list("day", flat=True).first()
    evening = figures.last_evening(project)
    return min(last, evening) if last else evening


def project_figures(project: Project) -> Figures | None:
    """The whole project rolled up over its top tasks by the same rule as any other level; None without tasks."""
    tops = list(Task.objects.filter(project=project, parent=None).exclude(state=Task.State.CANCELLED).order_by())
    shown = {
        key: Figures(planned, actual)
        for key, planned, actual in TaskFigures.objects.filter(task__project=project, task__parent=None).values_list(
            "task_id", "planned", "actual"
        )
    }
    tops = [top for top in tops if top.pk in shown]
    if not tops:
        return None
    items = [Item(top.pk, None, top.starts_on, top.due_on, top.target, top.unit, top.weight) for top in tops]
    count = figures.counting(project, [day for top in tops for day in (top.starts_on, top.due_on)])
    return deviation.mean(items, [shown[top.pk] for top in tops], count)
