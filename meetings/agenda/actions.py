"""What earlier meetings asked for and is not done yet (rule D2)."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from meetings.agenda.scene import Scene
from meetings.models import Action, Meeting, Minutes
from tracking.models import Task

OVER = (Task.State.DONE, Task.State.CANCELLED)
MOST = 200


class Undone(NamedTuple):
    """An action that is not done; `task` once it became one."""

    lineage: Any
    text: str
    department_id: int | None
    department_name: str | None
    owner_name: str | None
    due_on: date | None
    task: Any
    meeting: Any

    @property
    def url(self) -> str:
        return reverse("task", args=[self.task]) if self.task else reverse("minutes", args=[self.meeting])


def undone(scene: Scene) -> list[Undone]:
    """Those whose task is open; of those that never became a task, the ones of the last meeting of the series; one query."""
    if "undone" not in scene.__dict__:
        scene.__dict__["undone"] = [Undone(*row) for row in _rows(scene)]
    found: list[Undone] = scene.__dict__["undone"]
    return found


def _rows(scene: Scene) -> QuerySet[Any, Any]:
    out = Minutes.objects.filter(meeting=OuterRef("minutes__meeting")).exclude(state=Minutes.State.DRAFT)
    rows = Action.objects.filter(
        ~Q(minutes__meeting__state=Meeting.State.NOT_HELD),
        minutes__meeting__project=scene.project,
        minutes__meeting__starts_at__lt=scene.meeting.starts_at,
        minutes=Subquery(out.order_by("-edition").values("pk")[:1]),
    )
    last = scene.last.pk if scene.last else None
    running = Q(task__isnull=False) & ~Q(task__state__in=OVER)
    rows = rows.filter(running | Q(task__isnull=True, minutes__meeting=last))
    columns = (
        "lineage",
        "text",
        "department_id",
        "department__name",
        "owner__name",
        "due_on",
        "task__uid",
        "minutes__meeting__uid",
    )
    return rows.order_by("due_on", "pk").values_list(*columns)[:MOST]
