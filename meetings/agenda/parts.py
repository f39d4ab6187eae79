"""A department's own part of a weekly agenda: last week, this week, what is to coordinate, what is undone (rule D2)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from meetings.agenda import actions
from meetings.agenda.scene import Scene
from meetings.agenda.words import Word, word_of
from meetings.models import AgendaPart, Meeting
from people.models import Department, User
from tracking.models import Slip, Task
from tracking.queries.desk import leaves

SHOWN = 12  # lines of a department; what is more is counted
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """A piece of work as a part shows it; figures in hundredths of a percent."""

    title: str
    uid: str
    word: Word
    planned: int
    actual: int
    deviation: int
    due_on: date | None


@dataclass
class Part:
    """A department's part; what its liaison wrote (`row`) stands in the place of what the data say."""

    department: Department
    liaison: User | None = None
    progress: list[Line] = field(default_factory=list)
    plan: list[Line] = field(default_factory=list)
    more_progress: int = 0
    more_plan: int = 0
    undone: list[actions.Undone] = field(default_factory=list)
    row: AgendaPart | None = None

    @property
    def matters(self) -> str:
        return self.row.matters if self.row else ""


class _Work(NamedTuple):
    department: int
    title: str
    uid: Any
    state: str
    due_on: date | None
    finished_at: datetime | None
    planned: int | None
    actual: int | None
    slipped: bool
    total: int


def parts_of(meeting: Meeting) -> list[Part]:
    """The departments' parts in the order in which they take part, as they are now; six queries however many tasks."""
    scene = Scene.of(meeting)
    parts = {row.department_id: Part(row.department, row.liaison) for row in scene.parties}
    for row in meeting.parts.select_related("written_by"):
        if row.department_id in parts:
            parts[row.department_id].row = row
    for row in _last_week(scene):
        if part := parts.get(row.department):
            part.progress.append(_line(scene, row))
            part.more_progress = max(0, row.total - SHOWN)
    for row in _this_week(scene):
        if part := parts.get(row.department):
            part.plan.append(_line(scene, row))
            part.more_plan = max(0, row.total - SHOWN)
    for action in actions.undone(scene):
        if part := parts.get(action.department_id or 0):
            part.undone.append(action)
    return list(parts.values())


def _line(scene: Scene, row: _Work) -> Line:
    planned, actual = row.planned or 0, row.actual or 0
    word = word_of(
        state=row.state,
        due_on=row.due_on,
        finished_on=scene.day_of(row.finished_at) if row.finished_at else None,
        moved=row.slipped,
        deviation=planned - actual,
        threshold=scene.project.threshold,
        today=scene.today,
    )
    return Line(row.title, str(row.uid), word, planned, actual, planned - actual, row.due_on)


def _last_week(scene: Scene) -> list[_Work]:
    """Work on which something was reported since the last meeting (none before: in the last seven days)."""
    since = scene.since or scene.now - WEEK
    return _rows(scene, Q(reported_at__gte=since), since, F("finished_at").asc(nulls_last=True))


def _this_week(scene: Scene) -> list[_Work]:
    """Undone work that runs or is due in the seven days from the meeting on, and what is late."""
    first = max(scene.today, scene.day_of(scene.meeting.starts_at))
    last = first + WEEK - timedelta(days=1)
    open_work = Q(state__in=[Task.State.NOT_STARTED, Task.State.IN_PROGRESS])
    begun = Q(starts_on__lte=last) | Q(starts_on__isnull=True, due_on__lte=last)
    return _rows(scene, open_work & begun, scene.since or scene.now - WEEK, F("due_on").asc(nulls_last=True))


def _rows(scene: Scene, which: Q, since: datetime, order: Any) -> list[_Work]:
    """The first lines of each department, and how many there are; one query."""
    slipped = Slip.objects.filter(task=OuterRef("pk"), state=Slip.State.AGREED, ended_at__gte=since)
    rows = leaves(Task.objects.filter(which, project=scene.project).exclude(state=Task.State.CANCELLED))
    place = Window(RowNumber(), partition_by=F("department"), order_by=[order, F("pk").asc()])
    rows = rows.annotate(slipped=Exists(slipped), place=place, total=Window(Count("pk"), partition_by=F("department"))).filter(
        place__lte=SHOWN
    )
    columns = ("department_id", "title", "uid", "state", "due_on", "finished_at", "figures__planned", "figures__actual")
    found = rows.order_by("department_id", "place").values_list(*columns, "slipped", "total")
    return [_Work(*row) for row in found]
