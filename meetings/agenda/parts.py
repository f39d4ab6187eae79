"""A department's own part of a weekly agenda: last week, this week, what is to coordinate, what is undone (rule D2)."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from common.canonical import plain
from meetings.agenda import actions
from meetings.agenda.scene import Scene
from meetings.agenda.week import SHOWN, Work, weeks_of
from meetings.agenda.words import Word, word_of
from meetings.models import AgendaItem, AgendaPart, Meeting
from people.models import Department, User


@dataclass(frozen=True)
class Line:
    """A piece of work as a part shows it; figures in hundredths of a percent, `note` as it was last reported."""

    title: str
    uid: str
    word: Word
    planned: int
    actual: int
    deviation: int
    due_on: date | None
    note: str = ""


@dataclass
class Part:
    """A department's part; what its liaison wrote stands in the place of what the data say. `row` keeps what was written."""

    department: Department
    liaison: User | None = None
    progress: list[Line] = field(default_factory=list)
    plan: list[Line] = field(default_factory=list)
    more_progress: int = 0
    more_plan: int = 0
    undone: list[actions.Undone] = field(default_factory=list)
    progress_text: str = ""
    plan_text: str = ""
    matters: str = ""
    row: AgendaPart | None = None

    def take(self, row: AgendaPart) -> None:
        """What was written by hand."""
        self.row, self.progress_text, self.plan_text, self.matters = row, row.progress, row.plan, row.matters

    @property
    def is_silent(self) -> bool:
        return not (self.progress or self.plan or self.undone or self.progress_text or self.plan_text or self.matters)


def parts_of(meeting: Meeting, *, actions: bool = True) -> list[Part]:
    """The departments' parts in their order: live until the meeting is over, from then on as its agenda was written down.

    Without `actions` for who does not read the minutes that they come from.
    """
    parts = _parts_of(meeting)
    return parts if actions else [replace(part, undone=[]) for part in parts]


def _parts_of(meeting: Meeting) -> list[Part]:
    scene = Scene.of(meeting)
    if meeting.agenda_at is not None and not (meeting.state == Meeting.State.PLANNED and meeting.ends_at > scene.now):
        return thawed_parts(meeting.agenda.filter(source=AgendaItem.Source.PART).select_related("department"))
    return live_parts(scene)


def live_parts(scene: Scene) -> list[Part]:
    """As the figures are now; three queries however many tasks, once for a page."""
    known: list[Part] | None = scene.__dict__.get("_parts")
    if known is not None:
        return known
    parts = {row.department_id: Part(row.department, row.liaison) for row in scene.parties}
    for row in scene.meeting.parts.select_related("written_by"):
        if row.department_id in parts:
            parts[row.department_id].take(row)
    for work in weeks_of(scene):
        if part := parts.get(work.department):
            _add(scene, part, work)
    for action in actions.undone(scene):
        if part := parts.get(action.department_id or 0):
            part.undone.append(action)
    found = scene.__dict__["_parts"] = list(parts.values())
    return found


def _add(scene: Scene, part: Part, work: Work) -> None:
    """A line for last week, for this week, or for both."""
    line = _line(scene, work)
    if work.place_heard <= SHOWN:
        part.progress.append(line)
        part.more_progress = max(0, work.heard_in_all - SHOWN)
    if work.place_runs <= SHOWN:
        part.plan.append(line)
        part.more_plan = max(0, work.runs_in_all - SHOWN)


def _line(scene: Scene, row: Work) -> Line:
    planned, actual = row.planned or 0, row.actual or 0
    word = word_of(
        state=row.state,
        due_on=row.due_on,
        finished_on=scene.day_of(row.finished_at) if row.finished_at else None,
        moved=row.pk in scene.moved,
        deviation=planned - actual,
        threshold=scene.project.threshold,
        today=scene.today,
    )
    return Line(row.title, str(row.uid), word, planned, actual, planned - actual, row.due_on, row.note or "")


FROZEN = ("more_progress", "more_plan", "progress_text", "plan_text", "matters")


def frozen_part(part: Part) -> dict[str, Any]:
    """As an agenda item keeps it."""
    said: dict[str, Any] = {name: getattr(part, name) for name in FROZEN}
    said |= {name: [asdict(line) for line in getattr(part, name)] for name in ("progress", "plan")}
    said["undone"] = [row._asdict() for row in part.undone]
    frozen: dict[str, Any] = plain(said)
    return frozen


def thawed_parts(items: Any) -> list[Part]:
    """The parts as they were when the meeting began."""
    return [_thawed_part(item.department, item.facts) for item in items if item.department is not None]


def _thawed_part(department: Department, said: dict[str, Any]) -> Part:
    return Part(
        department,
        progress=[_thawed(row) for row in said.get("progress", [])],
        plan=[_thawed(row) for row in said.get("plan", [])],
        undone=[actions.Undone(**{**row, "due_on": _day(row["due_on"])}) for row in said.get("undone", [])],
        **{name: said[name] for name in FROZEN if name in said},
    )


def _thawed(row: dict[str, Any]) -> Line:
    return Line(**{**row, "word": Word(row["word"]), "due_on": _day(row["due_on"])})


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
