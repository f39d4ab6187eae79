"""Reads of issues: with their clocks, of a project, of a task, and those whose solution somebody owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from activity.models import Clock
from common.desk import DeskGroup, DeskRow
from people.models import User
from people.queries import daily_for
from projects.models import Party, Project
from tracking.issue_access import SOLUTION
from tracking.models import Issue, IssueParty, Measure

SHOWN = 20


@dataclass
class IssueLine:
    """An issue in a list: its clock and the names of its parties."""

    issue: Issue
    clock: Clock | None
    parties: list[str]

    @property
    def late_by(self) -> timedelta | None:
        """By how much the solution came late; None when it was in time, or there is none yet."""
        return late_by(self.issue, self.clock)


def late_by(issue: Issue, clock: Clock | None) -> timedelta | None:
    """By how much a given solution came late."""
    if clock is None or issue.solved_at is None or issue.solved_at <= clock.due_at:
        return None
    return issue.solved_at - clock.due_at


def of_project(project: Project) -> QuerySet[Issue]:
    """The issues of a project, those still open first, then the newest; to be paged."""
    return dressed(Issue.objects.filter(project=project)).order_by("state", "-raised_at", "-id")


def dressed(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    """Issues with what a line of a list shows of them."""
    parties = Prefetch("concerned", IssueParty.objects.select_related("department"))
    return rows.select_related("project", "raised_by__department", "solved_by__department").prefetch_related(parties)


def lines_of(issues: Iterable[Issue]) -> list[IssueLine]:
    """Issues as lines; one query for all clocks."""
    rows = list(issues)
    known = clocks_of(rows)
    return [IssueLine(row, known.get(row.pk), [party.department.name for party in row.concerned.all()]) for row in rows]


def clocks_of(issues: Iterable[Issue]) -> dict[int, Clock]:
    """The clocks of some issues, by issue."""
    keys = [row.pk for row in issues]
    if not keys:
        return {}
    kind = ContentType.objects.get_for_model(Issue)
    return {row.object_id: row for row in Clock.objects.filter(content_type=kind, kind=SOLUTION, object_id__in=keys)}


def measures_of(issue: Issue) -> QuerySet[Measure]:
    """What the solution asks, with the tasks that came of it."""
    return issue.measures.select_related("department", "owner__department", "task__department", "task__figures")


def owed(user: User) -> QuerySet[Issue]:
    """Open issues whose solution this person owes: of a project that the own department leads, or, once the 24 hours are over,
    as senior management.
    """
    open_here = Project.objects.visible_to(user).filter(hold=Project.Hold.NONE).exclude(state=Project.State.ARCHIVED)
    speaks = Q(head=user) | Q(liaison=user) | Q(head__in=daily_for(user)) | Q(liaison__in=daily_for(user))
    running = Q(project__state=Project.State.EXECUTION)
    leads = Q(running, department=OuterRef("project__lead_dept")) | Q(~running, department=OuterRef("project__initiating_dept"))
    mine = Q(Exists(Party.objects.filter(speaks, leads, project=OuterRef("project"))))
    if user.is_executive:
        kind = ContentType.objects.get_for_model(Issue)
        late = Clock.objects.filter(content_type=kind, kind=SOLUTION, object_id=OuterRef("pk"), breached_at__isnull=False)
        mine |= Q(Exists(late))
    return Issue.objects.filter(mine, project__in=open_here, state=Issue.State.OPEN)


def to_solve(user: User) -> DeskGroup:
    """Issues that wait for a solution by this person, the oldest first, each with its clock."""
    rows = dressed(owed(user)).order_by("raised_at", "id")
    first = lines_of(rows[:SHOWN])
    return DeskGroup([_row(line) for line in first], len(first) if len(first) < SHOWN else rows.count())


def _row(line: IssueLine) -> DeskRow:
    context: dict[str, Any] = {"issue": line.issue, "parties": line.parties}
    return DeskRow(
        title=line.issue.title,
        url=line.issue.get_absolute_url(),
        project_name=line.issue.project.name,
        when=line.issue.raised_at,
        clock=line.clock,
        template="tracking/_desk_issue.html",
        context=context,
    )
