"""The sample projects as written, read into types; a field that nobody knows is an error."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from collab.samples.people import read
from collab.samples.shift import ZONE, shifted
from common import clock

NOT_BUILT = ("changes", "risks", "closure")
HALF_AN_HOUR = timedelta(minutes=30)
TEN_MINUTES = timedelta(minutes=10)
MIDNIGHT, OPENING = time(), time(9)
TWO_HOURS = timedelta(hours=2)


@dataclass(frozen=True)
class PartyLine:
    """A department that takes part, its two people and its part."""

    name: str
    head: str
    liaison: str
    duty: str
    head_title: str = ""
    liaison_title: str = ""


@dataclass(frozen=True)
class KpiLine:
    """A key result: a number with its unit, or a date; and what came of it."""

    id: str
    name: str
    dept: str
    target: Decimal | None = None
    unit: str = ""
    due: date | None = None
    actual: Decimal | None = None
    target_date: date | None = None
    actual_date: date | None = None
    direction: str = "at_least"

    @property
    def is_fed(self) -> bool:
        """Counted from the department's own tasks; nobody enters what came of it."""
        return self.name.endswith("按时交付率")


@dataclass(frozen=True)
class NodeLine:
    """A stage of the flow."""

    id: str
    name: str
    dept: str
    output: str
    due: date
    inputs: list[dict[str, Any]]
    depends_on: list[str] = field(default_factory=list)
    delivery_standard: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TaskLine:
    """A task; without `parent` the memorandum promises it in a clause."""

    id: str
    dept: str
    owner: str
    name: str
    start: date
    due: date
    node: str = ""
    parent: str = ""
    qty: int | None = None
    unit: str = ""
    deliverable: str = ""
    quality: str = ""
    submit_to: str = ""
    depends_on: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TrackingLine:
    """The figures of a task on the evening of a day, in percent; cause and measure where it is a risk item."""

    report_date: date
    task: str
    planned_pct: float
    actual_pct: float
    deviation: float
    risk_item: bool
    cause: str = ""
    measure: str = ""
    note: str = ""


@dataclass(frozen=True)
class IssueLine:
    """An issue between departments, when it was raised, and what was decided when."""

    id: str
    type: str
    title: str
    raised_by: str
    raised_at: str
    parties: list[str]
    result: str
    reported_to_lead_at: str = ""
    solution_due: str = ""
    solution_at: str = ""
    late: bool = False
    escalated: bool = False
    decided_by: str = ""
    closed_on: date | None = None

    @property
    def solved_at(self) -> datetime:
        """The moment of the file; where it says only the day, that morning, or two hours after it was raised."""
        if self.solution_at:
            return moment(self.solution_at)
        if self.closed_on is None:
            raise ValueError(f"{self.id} says nowhere when it was solved")
        return max(clock.local(self.closed_on, OPENING, ZONE), moment(self.raised_at) + TWO_HOURS)


@dataclass(frozen=True)
class Sample:
    """One sample project. What later rules will read stays as written in `project`, `memorandum`, `meetings` and `later`."""

    project: dict[str, Any]
    departments: list[PartyLine]
    kpis: list[KpiLine]
    nodes: list[NodeLine]
    tasks: list[TaskLine]
    resources: list[dict[str, Any]]
    memorandum: dict[str, Any]
    meetings: list[dict[str, Any]]
    issues: list[IssueLine]
    reports: dict[str, dict[date, Decimal]]
    tracking: list[TrackingLine]
    expected_risks: list[dict[str, Any]]
    later: dict[str, Any]

    @property
    def start(self) -> date:
        day: date = self.project["period"]["start"]
        return day

    @property
    def end(self) -> date:
        day: date = self.project["period"]["end"]
        return day

    def task(self, id: str) -> TaskLine:
        return next(line for line in self.tasks if line.id == id)

    def party(self, dept: str) -> PartyLine:
        return next(line for line in self.departments if line.name == dept)

    @property
    def promised(self) -> list[TaskLine]:
        """The tasks at the top, each promised by a clause of the memorandum."""
        return [line for line in self.tasks if not line.parent]

    def parts(self, id: str) -> list[TaskLine]:
        return [line for line in self.tasks if line.parent == id]

    def meeting(self, kind: str) -> dict[str, Any]:
        return next(row for row in self.meetings if row["type"] == kind)

    def meeting_on(self, issue: IssueLine) -> dict[str, Any] | None:
        """The coordination meeting on an issue."""
        return next((row for row in self.meetings if row.get("issue") == issue.id), None)

    def handed_to(self, line: TaskLine) -> str:
        """Who receives what a task delivers: `submit_to`, else the owner of the next node, else the lead."""
        after = [node.dept for node in self.nodes if line.node in node.depends_on]
        receivers: list[str] = [line.submit_to, *after, self.project["lead_dept"]]
        return next(name for name in receivers if name)

    def written_at(self, meeting: dict[str, Any]) -> datetime:
        """When the minutes of a meeting are written: half an hour after it; late ones just before they go out."""
        out = meeting.get("minutes", {})
        return moment(out["distributed_at"]) - TEN_MINUTES if out.get("late") else moment(meeting["end"]) + HALF_AN_HOUR

    def passed_over(self, until: datetime) -> list[str]:
        """What had happened by then and is not told, in words; the one place that says so.

        Risks and closing have no rules yet; of a change the file names no clause.
        """
        rows = [row for part in ("changes", "risks") for row in self.later.get(part, [])]
        rows = [row for row in rows if _began(row) <= until]
        names = [f"{row['id']} {row['title']}" if "id" in row else str(row["title"]) for row in rows]
        ends = {part: row["date"] for part, row in self.later.get("closure", {}).items()}
        return names + [f"{part} {day}" for part, day in ends.items() if clock.local(day, MIDNIGHT, ZONE) <= until]


def load(name: str, weeks: int = 0) -> Sample:
    """A sample project, moved by whole weeks."""
    said = shifted(read(name), weeks)
    return Sample(
        project=said["project"],
        departments=[PartyLine(**row) for row in said["departments"]],
        kpis=[KpiLine(**{**row, **_decimals(row)}) for row in said["kpis"]],
        nodes=[NodeLine(**row) for row in said["nodes"]],
        tasks=[TaskLine(**row) for row in said["tasks"]],
        resources=said["resources"],
        memorandum=said["memorandum"],
        meetings=said["meetings"],
        issues=[IssueLine(**row) for row in said["issues"]],
        reports={task: {day: Decimal(done) for day, done in row.items()} for task, row in said["reports"].items()},
        tracking=[TrackingLine(**row) for row in said["tracking"]],
        expected_risks=said["expected_risks"],
        later={part: said[part] for part in NOT_BUILT},
    )


def load_as_of(name: str) -> date:
    """The Saturday from whose evening on a sample is shown, as written."""
    day: date = read(name)["project"]["load_as_of"]
    return day


def moment(said: str) -> datetime:
    """The instant of a time as the files write it (local, without a zone)."""
    local = datetime.fromisoformat(said)
    return clock.local(local.date(), local.time(), ZONE)


def _began(row: dict[str, Any]) -> datetime:
    """When a change was asked for; a risk stood from the first day."""
    day = row.get("applied_on")
    return clock.local(day, MIDNIGHT, ZONE) if day else datetime.min.replace(tzinfo=UTC)


def _decimals(row: dict[str, Any]) -> dict[str, Decimal]:
    return {name: Decimal(str(row[name])) for name in ("target", "actual") if name in row}
