"""The key result that departments' own tasks feed: the on-time rate (按时交付率, rule B2)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from projects.models import Kpi, Project
from tracking.models import Task


class Delivered(NamedTuple):
    """Of a department's tasks that are done or due, how many were done by their due date."""

    on_time: int
    counted: int

    @property
    def rate(self) -> Decimal | None:
        """In percent with two places, half up; None while nothing was due."""
        if not self.counted:
            return None
        return (Decimal(100) * self.on_time / self.counted).quantize(Decimal("0.01"), ROUND_HALF_UP)


def feed_on_time(project: Project) -> None:
    """Write the on-time rates of a project as its tasks have it now; a figure of the system's, no person's version."""
    for kpi in project.kpis.filter(kind=Kpi.Kind.ON_TIME, department__isnull=False).order_by("pk"):
        rate = delivered(project, kpi.department_id).rate
        if rate != kpi.actual:
            kpi.actual = rate
            kpi.save(update_fields=["actual"])


def delivered(project: Project, department_id: int | None) -> Delivered:
    """Tasks without parts that are done, or due before today; cancelled ones do not count."""
    zone = ZoneInfo(project.time_zone)
    parts = Task.objects.filter(parent=OuterRef("pk"))
    rows = Task.objects.filter(project=project, department=department_id, due_on__isnull=False)
    rows = rows.exclude(state=Task.State.CANCELLED).exclude(Exists(parts))
    on_time = counted = 0
    for due_on, finished_at in rows.values_list("due_on", "finished_at"):
        if due_on is None or (finished_at is None and due_on >= project.today):
            continue
        counted += 1
        on_time += finished_at is not None and finished_at.astimezone(zone).date() <= due_on
    return Delivered(on_time, counted)
