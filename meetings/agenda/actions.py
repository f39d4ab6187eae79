"""What earlier meetings asked for and is not done yet (rule D2)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from meetings.agenda.scene import Scene
from meetings.models import Action, ActionEnd, Meeting, Minutes
from tracking.models import Task

OPEN = [state for state in Task.State.values if state not in (Task.State.DONE, Task.State.CANCELLED)]
MOST = 500
KIND = "meetings.action"


class Undone(NamedTuple):
    """An action that is not done; `task` once it became one, `since` when its minutes went out, `carried` over how often."""

    lineage: Any
    text: str
    department_id: int | None
    department_name: str | None
    owner_name: str | None
    due_on: date | None
    task: Any
    meeting: Any
    action: Any = None
    since: Any = None
    carried: int = 0

    @property
    def url(self) -> str:
        return reverse("task", args=[self.task]) if self.task else reverse("minutes", args=[self.meeting])

    @property
    def subject(self) -> str:
        """What names it among the matters of an agenda."""
        return subject_of(self.lineage)


def subject_of(lineage: Any) -> str:
    """What names an action among the matters of an agenda, in whichever version it stands."""
    return f"{KIND}:{lineage}"


def undone(scene: Scene) -> list[Undone]:
    """Those of all minutes of the project, of whichever kind of meeting, by their date; one query.

    One that became a task stands here until that is done; the others until they do, are struck in a newer version, or somebody
    says that they are done or not needed.
    """
    if "undone" not in scene.__dict__:
        found = [row._replace(carried=_carried(scene, row.since)) for row in _rows(scene)]
        scene.__dict__["undone"] = sorted(found, key=lambda row: row.due_on or date.max)
    known: list[Undone] = scene.__dict__["undone"]
    return known


def _carried(scene: Scene, since: datetime) -> int:
    """How many meetings of this series have had it on their agenda before."""
    return sum(row.agenda_at is not None and row.agenda_at > since for row in scene.earlier)


def _rows(scene: Scene) -> Iterator[Undone]:
    """Of more than can be shown those that no task keeps."""
    out = Minutes.objects.filter(meeting=OuterRef("minutes__meeting")).exclude(state=Minutes.State.DRAFT)
    same = Action.objects.filter(lineage=OuterRef("lineage"))  # while a new version is written, the task hangs on its draft
    made = same.filter(task__isnull=False).order_by("-pk")
    first = same.exclude(minutes__state=Minutes.State.DRAFT).order_by("minutes__edition")
    rows: QuerySet[Any] = Action.objects.filter(
        ~Q(minutes__meeting__state=Meeting.State.NOT_HELD),
        ~Exists(ActionEnd.objects.filter(lineage=OuterRef("lineage"))),
        minutes__meeting__project=scene.project,
        minutes__meeting__starts_at__lt=scene.meeting.starts_at,
        minutes=Subquery(out.order_by("-edition").values("pk")[:1]),
    )
    rows = rows.annotate(
        task_uid=Subquery(made.values("task__uid")[:1]),
        task_state=Subquery(made.values("task__state")[:1]),
        out_at=Subquery(first.values("minutes__distributed_at")[:1]),
    ).filter(Q(task_state__isnull=True) | Q(task_state__in=OPEN))
    columns = (
        *("lineage", "text", "department_id", "department__name", "owner__name", "due_on"),
        *("task_uid", "minutes__meeting__uid", "uid", "out_at"),
    )
    order = (F("task_state").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")
    yield from (Undone(*row) for row in rows.order_by(*order).values_list(*columns)[:MOST])


def ends_of(subjects: Iterable[str]) -> dict[str, ActionEnd]:
    """By subject what somebody has said of those that an agenda was written down with; one query, none where it has none."""
    lineages = [subject.removeprefix(f"{KIND}:") for subject in subjects if subject.startswith(f"{KIND}:")]
    found = ActionEnd.objects.filter(lineage__in=lineages).select_related("by") if lineages else ()
    return {subject_of(end.lineage): end for end in found}
