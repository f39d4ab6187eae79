"""How a project stands in figures: the top line of its board."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery

from activity.models import Clock
from common.again import ListAgain, signs
from people import calendar
from projects.models import Project
from tracking import deviation, figures
from tracking.deviation import Figures, Item
from tracking.models import EveningScan, Risk, Task

(_PROJECT,) = signs(1)
_TODAY, _HEARD = date(1, 1, 2), date(1, 1, 3)  # stand for days while a query is built
STALE_AFTER = 2  # workdays without a report


@dataclass(frozen=True)
class Overview:
    """Deviation of the whole, tasks late, at risk, not updated, and running clocks; `shown` is what the filters leave."""

    figures: Figures | None
    day: date
    late: int
    at_risk: int
    silent: int
    clocks: int
    tasks: int
    done: int
    shown: Mapping[Any, int]  # by the value of the field that was asked for


def overview(
    project: Project, *, field: str = "state", asked: Q | None = None, at_risk: int | None = None, clocks: int | None = None
) -> Overview:
    """The top line of a project's board, and beside it how many tasks the filters leave by a field; two queries.

    `at_risk` and `clocks` are counted here unless the caller knows them.
    """
    if asked is None:
        groups = _counted_again(field)(project.pk, project.today, _last_heard(project))
    else:
        groups = list(_counted(project.pk, field, project.today, _last_heard(project), asked))
    tasks, done, behind, unheard = (sum(group[place] for group in groups) for place in range(1, 5))
    whole, scanned = _whole(project)
    if at_risk is None:
        at_risk = Risk.objects.filter(project=project, state__in=[Risk.State.OPEN, Risk.State.OCCURRED]).count()
    if clocks is None:
        clocks = Clock.objects.filter(project_id=project.pk, stopped_at__isnull=True).count()
    evening = figures.last_evening(project)
    return Overview(
        figures=whole, day=min(scanned, evening) if scanned else evening, late=behind, at_risk=at_risk, silent=unheard,
        clocks=clocks, tasks=tasks, done=done, shown={group[0]: group[5] for group in groups if group[5]},
    )  # fmt: skip


def _counted(project: int, field: str, today: date, last_heard: date, asked: Q | None) -> QuerySet[Task, Any]:
    """Wholes are few and found once; to look for the parts of each task takes twice as long."""
    alive = ~Q(state=Task.State.CANCELLED)
    below = Task.objects.filter(project=project, parent__isnull=False).filter(alive)
    leaves = Task.objects.filter(project=project).exclude(pk__in=below.order_by().values("parent").distinct())
    return (
        leaves.order_by()
        .values_list(field)
        .annotate(
            tasks=Count("pk", filter=alive),
            done=Count("pk", filter=Q(state=Task.State.DONE)),
            late=Count("pk", filter=_late(today)),
            silent=Count("pk", filter=_silent(last_heard)),
            shown=Count("pk", filter=alive if asked is None else asked),
        )
    )


@cache
def _counted_again(field: str) -> ListAgain:
    """The counts where nothing is filtered, built once per field."""
    return ListAgain(lambda project, today, heard: _counted(project, field, today, heard, None), _PROJECT, _TODAY, _HEARD)


def late(project: Project) -> Q:
    """Open tasks whose due date has passed (延期 is derived, never stored)."""
    return _late(project.today)


def _late(today: date) -> Q:
    return ~Q(state__in=[Task.State.DONE, Task.State.CANCELLED]) & Q(due_on__lt=today)


def silent(project: Project) -> Q:
    """Running tasks on which nothing was said for more than two workdays."""
    return _silent(_last_heard(project))


def _last_heard(project: Project) -> date:
    return workdays_ago(project.today, STALE_AFTER + 1)


def _silent(last_heard: date) -> Q:
    unheard = Q(reported_at__date__lte=last_heard) | Q(reported_at__isnull=True, starts_on__lte=last_heard)
    return unheard & Q(state__in=[Task.State.NOT_STARTED, Task.State.IN_PROGRESS])


def workdays_ago(today: date, number: int) -> date:
    """The latest day since which so many workdays have passed."""
    running = calendar.running_days()
    day, wanted = today, running.get(today, 0) - number
    while day > figures.FIRST_DAY and running.get(day, 0) > wanted:
        day -= timedelta(1)
    return day


def scanned_evening(project: Project) -> date:
    """The evening of which the planned figures on pages are."""
    last = project.scans.order_by("-day").values_list("day", flat=True).first()
    evening = figures.last_evening(project)
    return min(last, evening) if last else evening


def project_figures(project: Project) -> Figures | None:
    """The whole project rolled up over its top tasks by the same rule as any other level; None without tasks."""
    return _whole(project)[0]


TOP = ("pk", "starts_on", "due_on", "target", "unit", "weight", "figures__planned", "figures__actual", "scanned")


def _built_tops(project: int) -> QuerySet[Task, Any]:
    tops = Task.objects.filter(project=project, parent=None, figures__isnull=False).exclude(state=Task.State.CANCELLED)
    last = EveningScan.objects.filter(project=project).order_by("-day").values("day")[:1]
    return tops.order_by("pk").annotate(scanned=Subquery(last)).values_list(*TOP)


_tops = ListAgain(_built_tops, _PROJECT)


def _whole(project: Project) -> tuple[Figures | None, date | None]:
    """The figures of the whole, and the last evening that was scanned; one query."""
    rows = _tops(project.pk)
    if not rows:
        return None, None
    items = [Item(key, None, starts, due, target, unit, weight) for key, starts, due, target, unit, weight, *_rest in rows]
    below = [Figures(row[6], row[7]) for row in rows]
    return deviation.mean(items, below, _counting(project)), rows[0][8]


def _counting(project: Project) -> deviation.CountDays:
    """W(a, b) of a project, by the calendar that is kept in memory."""
    if project.progress_basis == Project.Basis.CALENDAR_DAYS:
        return deviation.calendar_days
    running = calendar.running_days()
    return lambda after, until: running[until] - running[after]
