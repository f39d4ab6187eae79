"""The first line of an agenda: what came of the promises since the last meeting (rule D2)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from common.canonical import plain
from meetings.agenda.scene import Promised, Scene
from meetings.models import Meeting


@dataclass(frozen=True)
class Promise:
    """A promise as it stood then; `was_due_on` is its day before it was moved, `late_on` when it was done too late."""

    uid: str
    title: str
    department: str
    number: str
    version: int
    due_on: date | None
    was_due_on: date | None = None
    late_on: date | None = None


@dataclass(frozen=True)
class SinceLast:
    """Promises kept, broken and moved since the last meeting of the series (none before: since the beginning)."""

    since: datetime | None = None
    kept: list[Promise] = field(default_factory=list)
    broken: list[Promise] = field(default_factory=list)
    moved: list[Promise] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        return not (self.kept or self.broken or self.moved)

    def frozen(self) -> dict[str, Any]:
        """As the meeting keeps it."""
        rows = {name: [vars(row) for row in getattr(self, name)] for name in ("kept", "broken", "moved")}
        said: dict[str, Any] = plain({"since": self.since, **rows})
        return said


def since_last(meeting: Meeting) -> SinceLast:
    """Kept, broken, moved: as it was written down when the meeting began, else as it is now."""
    if meeting.since_last is not None or meeting.agenda_at is not None:
        return thawed(meeting.since_last or {})
    return computed(Scene.of(meeting))


def thawed(said: dict[str, Any]) -> SinceLast:
    """What was frozen, as it was computed."""
    rows = {name: [_thawed(row) for row in said.get(name, [])] for name in ("kept", "broken", "moved")}
    return SinceLast(since=datetime.fromisoformat(said["since"]) if said.get("since") else None, **rows)


def _thawed(row: dict[str, Any]) -> Promise:
    days = {name: date.fromisoformat(row[name]) if row.get(name) else None for name in ("due_on", "was_due_on", "late_on")}
    return Promise(**{**row, **days})


def computed(scene: Scene) -> SinceLast:
    """Kept: done by its date; broken: its date passed undone; both and moved counted from the last meeting on."""
    kept, broken, moved = [], [], []
    for row in scene.promises:
        done_on = scene.day_of(row.finished_at) if row.finished_at else None
        late_on = done_on if done_on and row.due_on and done_on > row.due_on else None
        if row.finished_at and late_on is None and (scene.since is None or row.finished_at > scene.since):
            kept.append(_said(row))
        if row.due_on and scene.since_on <= row.due_on < scene.today and (done_on is None or late_on):
            broken.append(_said(row, late_on))
        if row.was_moved:
            moved.append(_said(row))
    return SinceLast(since=scene.since, kept=kept, broken=broken, moved=moved)


def _said(row: Promised, late_on: date | None = None) -> Promise:
    return Promise(str(row.uid), row.title, row.department, row.number, row.version, row.due_on, row.was_due_on, late_on)
