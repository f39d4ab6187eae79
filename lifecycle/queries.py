"""What a project lacks to leave its phase, and how it stands, gathered from every floor that knows."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from activity.models import Clock
from common import clock, ports
from common.again import ListAgain, signs
from documents.models import Document, Slot
from meetings.models import Meeting, Minutes
from projects.models import Project
from tracking.models import Risk, Task

STATES = {
    Project.Hold.SUSPENDED: ports.Health("calm", _("Suspended")),
    Project.Hold.CANCELLED: ports.Health("calm", _("Cancelled")),
    Project.State.ARCHIVED: ports.Health("calm", _("Archived")),
}
DRAFT = ports.Health("calm", _("Draft"))
OVERDUE = ports.Health("bad", _("A deadline has passed"))
AT_RISK = ports.Health("bad", _("At risk"))
LATE = ports.Health("near", _("Tasks are late"))
GOOD = ports.Health("good", _("On track"))
OPEN_TASKS = (Task.State.NOT_STARTED, Task.State.IN_PROGRESS, Task.State.AWAITING_ACCEPTANCE)
BAD_RISKS = (Risk.State.OPEN, Risk.State.OCCURRED)


def missing_now(project: Project) -> list[ports.Missing]:
    """The open items of the gate at the end of the present phase; what cannot be passed over comes first."""
    return missing_at(project, project.state)


def missing_at(project: Project, phase: str) -> list[ports.Missing]:
    """The open items of the gate at the end of a phase."""
    items = [item for ask in ports.gates.get(phase, []) for item in ask(project)]
    return sorted(items, key=lambda item: not item.hard)


def healths(projects: Iterable[Project]) -> Mapping[int, ports.Health]:
    """How each project stands: three queries for all of them."""
    rows = list(projects)
    ids = [row.pk for row in rows]
    running = Clock.objects.filter(project_id__in=ids, stopped_at__isnull=True, due_at__lt=clock.now())
    overdue = set(running.values_list("project_id", flat=True))
    at_risk = set(Risk.objects.filter(project__in=ids, state__in=BAD_RISKS).values_list("project_id", flat=True))
    tasks = Task.objects.filter(project__in=ids, state__in=OPEN_TASKS, due_on__isnull=False).order_by()
    first_due = dict(tasks.values_list("project_id").annotate(first=Min("due_on")))
    late = {row.pk for row in rows if row.pk in first_due and first_due[row.pk] < row.today}
    return {row.pk: _health(row, overdue, at_risk, late) for row in rows}


def _health(project: Project, overdue: set[int | None], at_risk: set[int], late: set[int]) -> ports.Health:
    if project.is_draft:
        return DRAFT
    if project.hold != Project.Hold.NONE:
        return STATES[Project.Hold(project.hold)]
    if project.state == Project.State.ARCHIVED:
        return STATES[Project.State.ARCHIVED]
    for ids, health in ((at_risk, AT_RISK), (overdue, OVERDUE), (late, LATE)):
        if project.pk in ids:
            return health
    return GOOD


def outline_of(project: Project) -> ports.Outline:
    """What the frame of a project's pages shows; one query, and what its gate lacks while it is being prepared."""
    ((late, risks, minutes, clocks, overdue, signed, slots),) = _outlines(project.pk, project.today, clock.now())
    health = _health(
        project, {project.pk} if overdue else set(), {project.pk} if risks else set(), {project.pk} if late else set()
    )
    counts = {"tasks": late or 0, "risks": risks or 0, "meetings": minutes or 0} | _missing(project)
    return ports.Outline(health, counts, clocks or 0, (signed or 0, slots) if slots else None)


def _missing(project: Project) -> dict[str, int]:
    """What the gate at the end of the phase lacks, by the tab where it is mended."""
    tab = {Project.State.PREPARATION: "goal", Project.State.KICKOFF: "kickoff"}.get(Project.State(project.state))
    return {tab: len(missing_now(project))} if tab and not project.is_draft else {}


def _number(rows: QuerySet[Any], by: str) -> Subquery:
    """How many rows of a project there are, as a part of a greater query; none reads as null."""
    return Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n"), output_field=IntegerField())


def _outline(project: int, today: date, now: datetime) -> QuerySet[Project, Any]:
    running = Clock.objects.filter(project_id=OuterRef("pk"), stopped_at__isnull=True)
    tasks = Task.objects.filter(project=OuterRef("pk"), state__in=OPEN_TASKS, due_on__lt=today)
    return Project.objects.filter(pk=project).values_list(
        _number(tasks, "project"),
        _number(Risk.objects.filter(project=OuterRef("pk"), state__in=BAD_RISKS), "project"),
        _number(_open_minutes(now), "project"),
        _number(running, "project_id"),
        Exists(running.filter(due_at__lt=now)),
        _number(_slots().filter(state=Slot.State.SIGNED), "document__project_id"),
        _number(_slots(), "document__project_id"),
    )


_outlines = ListAgain(_outline, *signs(1), date(1, 1, 2), datetime(2, 1, 3, tzinfo=UTC))  # every page of a project asks it


def _slots() -> QuerySet[Slot]:
    """The places to sign of the memorandum or amendment that is open for signature."""
    papers = (Document.Kind.MEMORANDUM, Document.Kind.AMENDMENT)
    rows = Slot.objects.filter(
        document__project_id=OuterRef("pk"), document__state=Document.State.SIGNING, document__kind__in=papers
    )
    return rows.exclude(role=Slot.Role.INFORMED).exclude(state=Slot.State.VOID)


def _open_minutes(now: datetime) -> QuerySet[Meeting]:
    """Meetings that were held and whose minutes have not gone out."""
    out = Minutes.objects.filter(meeting=OuterRef("pk"), distributed_at__isnull=False)
    over = Q(ended_at__isnull=False) | Q(ends_at__lt=now)
    held = Meeting.objects.exclude(state=Meeting.State.NOT_HELD)
    return held.filter(over, ~Exists(out), project=OuterRef("pk"))
