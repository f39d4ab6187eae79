"""What stands on the screen of the room: one department per page, then the matters, in the order of the agenda (rule D2)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from meetings.agenda import Part, SinceLast, Word, agenda_of, left_over, parts_of, since_last
from meetings.agenda.scene import Scene
from meetings.agenda.words import word_of
from meetings.models import AgendaItem, Meeting
from meetings.models.meeting import Kind
from people.models import Department
from tracking.models import Task

MATTERS_ON_A_PAGE = 4  # so that they are read from the back of the room
TASK = "tracking.task:"

Shows, Source = AgendaItem.Shows, AgendaItem.Source


@dataclass
class Page:
    """One page: how the promises stand, a department's part, a standing item with the project's data, or matters."""

    kind: str
    title: str
    number: int = 0
    part: Part | None = None
    since: SinceLast | None = None
    items: list[AgendaItem] = field(default_factory=list)

    @property
    def shows(self) -> set[str]:
        """The kinds of the project's data on it."""
        return {item.shows for item in self.items if item.shows}


@dataclass
class Shown:
    """A matter as the screen shows it: what the agenda says, and the figures as they are now."""

    item: AgendaItem
    facts: dict[str, Any]
    department: str
    word: Word | None = None


@dataclass(frozen=True)
class Timer:
    """The slot of a meeting against the server's time: "before", "running", "near" (the last third), "over" or "ended"."""

    state: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    near_at: datetime


def pages_of(meeting: Meeting, *, actions: bool = True) -> list[Page]:
    """All pages, in order; departments as they take part, never ranked. Without `actions` for who reads no minutes."""
    pages: list[Page] = []
    if meeting.kind in (Kind.WEEKLY, Kind.MONTHLY_REVIEW):
        pages.append(Page("since", "", since=since_last(meeting)))
    parts = {part.department.pk: part for part in parts_of(meeting, actions=actions)} if meeting.kind == Kind.WEEKLY else {}
    matters: list[AgendaItem] = []
    for item in agenda_of(meeting, actions=actions):
        part = parts.pop(item.department_id or 0, None) if item.shows == Shows.PART else None
        if part is not None:
            pages.append(Page("part", part.department.name, part=part, items=[item]))
        elif item.shows and item.shows != Shows.PART:
            pages.append(Page("standing", item.title, items=[item]))
        else:
            matters.append(item)
    for start in range(0, len(matters), MATTERS_ON_A_PAGE):
        pages.append(Page("matters", "", items=matters[start : start + MATTERS_ON_A_PAGE]))
    pages = pages or [Page("matters", "")]
    for number, page in enumerate(pages, 1):
        page.number = number
    return pages


def matters_on(meeting: Meeting, page: Page) -> list[Shown]:
    """The matters of a page; of those about a task the figures are today's, not those of the moment of writing.

    A fixed number of queries.
    """
    if page.kind != "matters":
        return []
    names = dict(Department.objects.filter(pk__in=[item.department_id for item in page.items]).values_list("pk", "name"))
    uids = [UUID(item.subject.removeprefix(TASK)) for item in page.items if item.subject.startswith(TASK)]
    tasks = {str(task.uid): task for task in Task.objects.filter(uid__in=uids).select_related("figures")}
    return [_shown(meeting, item, names, tasks.get(item.subject.removeprefix(TASK))) for item in page.items]


def _shown(meeting: Meeting, item: AgendaItem, names: dict[int, str], task: Task | None) -> Shown:
    department = names.get(item.department_id or 0) or str(item.facts.get("department") or "")
    if task is None:
        return Shown(item, item.facts, department)
    figures = getattr(task, "figures", None)
    planned, actual = (figures.planned or 0, figures.actual or 0) if figures else (0, 0)
    project = meeting.project
    scene = Scene.of(meeting)  # the same task reads the same on its department's page
    word = word_of(
        state=task.state, due_on=task.due_on, finished_on=scene.day_of(task.finished_at) if task.finished_at else None,
        moved=task.pk in scene.moved, deviation=planned - actual, threshold=project.threshold, today=scene.today,
    )  # fmt: skip
    facts = item.facts | {"planned": planned, "actual": actual, "deviation": planned - actual, "due_on": task.due_on}
    return Shown(item, facts, department, word)


def left_count(meeting: Meeting, *, actions: bool = True) -> int:
    """How many matters did not fit into the time."""
    return len(left_over(meeting, actions=actions))


def timer_of(meeting: Meeting, now: datetime) -> Timer:
    """How the time of the meeting stands."""
    near_at = meeting.ends_at - (meeting.ends_at - meeting.starts_at) / 3
    if meeting.state != Meeting.State.PLANNED:
        state, until = "ended", now
    elif now < meeting.starts_at:
        state, until = "before", meeting.starts_at
    else:
        state, until = "over" if now >= meeting.ends_at else "near" if now >= near_at else "running", meeting.ends_at
    return Timer(state, int(abs((until - now).total_seconds()) // 60), meeting.starts_at, meeting.ends_at, near_at)
