"""The list of projects and the recent ones: a bounded number of queries whatever the number of rows."""

from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise

from activity.models import Clock, Event
from common import ports
from documents.models import Document
from people.models import User
from projects.models import Party, Project
from projects.pages import STEPS

RECENT = 5
PHASES: dict[str, str | Promise] = {**dict(STEPS), Project.State.ARCHIVED: Project.State.ARCHIVED.label}


@dataclass(frozen=True)
class ProjectLine:
    """One project of the list: how it stands, where it is, whom to ask, what runs out next."""

    project: Project
    health: ports.Health
    phase: str | Promise
    lead: User | None
    clock: Clock | None
    paper: Document | None  # the memorandum or amendment that is open for signature, else what is in force


def listed(user: User, said: str = "", phase: str = "") -> QuerySet[Project]:
    """The projects that exist for this user, newest first, by a word in their name or code and by phase."""
    rows = Project.objects.visible_to(user).select_related("initiating_dept__head__department", "lead_dept")
    if said:
        rows = rows.filter(name__icontains=said) | rows.filter(code__icontains=said)
    if phase in Project.State.values:
        rows = rows.filter(state=phase)
    running = Clock.objects.filter(project_id=OuterRef("pk"), stopped_at__isnull=True).order_by("due_at", "pk")
    return rows.annotate(next_clock=Subquery(running.values("pk")[:1])).order_by("-id")


def lines(projects: list[Project]) -> list[ProjectLine]:
    """What the list shows of the projects of one page."""
    healths = ports.outline().healths(projects)
    clocks = Clock.objects.in_bulk([row.next_clock for row in projects if row.next_clock])  # type: ignore[attr-defined]
    parties = Party.objects.filter(project__in=projects, department=F("project__lead_dept")).select_related(
        "liaison__department", "head__department"
    )
    papers = papers_of(projects)
    leads = {party.project_id: party.liaison or party.head for party in parties}
    return [
        ProjectLine(
            project=row,
            health=healths[row.pk],
            phase=PHASES[row.state],
            lead=leads.get(row.pk) or row.initiating_dept.head,
            clock=clocks.get(row.next_clock),  # type: ignore[attr-defined]
            paper=papers.get(row.pk),
        )
        for row in projects
    ]


def papers_of(projects: list[Project]) -> dict[int, Document]:
    """Of each project what is open for signature, else the memorandum or amendment that was last signed by all; two queries."""
    kinds, states = (Document.Kind.MEMORANDUM, Document.Kind.AMENDMENT), (Document.State.COMPLETE, Document.State.SIGNING)
    rows = Document.objects.filter(project_id__in=[row.pk for row in projects], kind__in=kinds, state__in=states)
    rows = rows.defer("snapshot").prefetch_related("slots").order_by("version", "pk")
    return {row.project_id: row for row in sorted(rows, key=lambda row: row.state == Document.State.SIGNING) if row.project_id}


def recent(user: User) -> list[Project]:
    """The visible projects in which this person acted last, then the newest."""
    acted = Event.objects.filter(project_id=OuterRef("pk"), actor=user).order_by("-id")
    rows = Project.objects.visible_to(user).annotate(acted=Subquery(acted.values("pk")[:1]))
    return list(rows.order_by(F("acted").desc(nulls_last=True), "-id")[:RECENT])
