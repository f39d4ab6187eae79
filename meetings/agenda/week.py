"""The work of a week, department by department: what was reported on since the last meeting, what runs or falls due next."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import RowNumber

from meetings.agenda.scene import Scene
from tracking.models import Report, Task
from tracking.queries.desk import leaves

SHOWN = 12  # lines of a department; what is more is counted
WEEK = timedelta(days=7)
ELSEWHERE = 1_000_000  # beyond every place


class Work(NamedTuple):
    """A task; its place among what its department reported on, and among what runs there, and how many these are."""

    pk: int
    department: int
    title: str
    uid: Any
    state: str
    due_on: date | None
    finished_at: datetime | None
    planned: int | None
    actual: int | None
    note: str | None
    place_heard: int
    place_runs: int
    heard_in_all: int
    runs_in_all: int


def weeks_of(scene: Scene) -> list[Work]:
    """The first lines of each department, of last week and of this; one query however many tasks."""
    note = Report.objects.filter(task=OuterRef("pk")).order_by("-at", "-id").values("note")[:1]
    rows = leaves(Task.objects.filter(project=scene.project).exclude(state=Task.State.CANCELLED))
    rows = rows.annotate(heard=_mark(_heard(scene)), runs=_mark(_runs(scene))).exclude(heard=0, runs=0)
    rows = rows.annotate(
        place_heard=_place("heard", F("finished_at").asc(nulls_last=True), F("reported_at").desc(nulls_last=True)),
        place_runs=_place("runs", F("due_on").asc(nulls_last=True)),
        heard_in_all=Window(Count("pk"), partition_by=[F("department"), F("heard")]),
        runs_in_all=Window(Count("pk"), partition_by=[F("department"), F("runs")]),
        last_note=Subquery(note),
    ).filter(Q(place_heard__lte=SHOWN) | Q(place_runs__lte=SHOWN))
    columns = ("pk", "department_id", "title", "uid", "state", "due_on", "finished_at", "figures__planned", "figures__actual")
    places = ("last_note", "place_heard", "place_runs", "heard_in_all", "runs_in_all")
    found = [Work(*row) for row in rows.values_list(*columns, *places)]
    return sorted(found, key=lambda row: (row.department, row.due_on or date.max, row.pk))


def _heard(scene: Scene) -> Q:
    """Reported on since the last meeting (none before: in the last seven days)."""
    return Q(reported_at__gte=scene.since or scene.now - WEEK)


def _runs(scene: Scene) -> Q:
    """Undone work that runs or is due in the seven days from the meeting on, and what is late."""
    last = max(scene.today, scene.day_of(scene.meeting.starts_at)) + WEEK - timedelta(days=1)
    begun = Q(starts_on__lte=last) | Q(starts_on__isnull=True, due_on__lte=last)
    return Q(state=Task.State.IN_PROGRESS) | begun & Q(state=Task.State.NOT_STARTED)


def _mark(which: Q) -> Case:
    return Case(When(which, then=Value(1)), default=Value(0), output_field=IntegerField())


def _place(mark: str, *order: Any) -> Any:
    """The place among those of the department that are marked so; who is not stands beyond all."""
    place = Window(RowNumber(), partition_by=[F("department"), F(mark)], order_by=[*order, F("pk").asc()])
    return place + Case(When(**{mark: 1}, then=Value(0)), default=Value(ELSEWHERE), output_field=IntegerField())
