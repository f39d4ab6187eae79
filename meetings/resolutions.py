"""The kick-off's resolutions beside the draft of the memorandum: each is a clause, or not needed, or open (rule C5)."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Subquery
from django.urls import reverse

from meetings.models import Meeting, Minutes, Resolution, ResolutionObjection, ResolutionUse
from meetings.models.meeting import Kind
from meetings.objections import held_up, is_held_up
from meetings.parsing import read
from people.models import Department
from projects.models import Project
from projects.queries.memorandum import Source


def kickoff_minutes(project: Project) -> QuerySet[Minutes]:
    """The versions of the minutes of a project's kick-off, unless it was not held; the newest first."""
    rows = Minutes.objects.filter(meeting__project=project, meeting__kind=Kind.KICKOFF)
    return rows.exclude(meeting__state=Meeting.State.NOT_HELD).order_by("-meeting", "-edition")


def out(project: Project) -> QuerySet[Minutes]:
    """Those that were distributed."""
    return kickoff_minutes(project).exclude(state=Minutes.State.DRAFT)


def kickoff_now(project: Project) -> Minutes | None:
    """The newest minutes of the kick-off, and as `unplaced` how many resolutions of the newest that are out have no place yet;
    one query, and one for all that ask while the memorandum's page is shown.
    """
    page = Source.shared(project)
    if page is None:
        return _kickoff_now(project)
    if "kickoff" not in page.beside:
        page.beside["kickoff"] = _kickoff_now(project)
    found: Minutes | None = page.beside["kickoff"]
    return found


def _kickoff_now(project: Project) -> Minutes | None:
    newest = out(project).values("pk")[:1]
    unplaced = Resolution.objects.filter(~is_held_up(), minutes=Subquery(newest), use__isnull=True).order_by().values("minutes")
    rows = kickoff_minutes(project).select_related("meeting", "document").defer("content")
    return rows.annotate(unplaced=Subquery(unplaced.annotate(n=Count("pk")).values("n"))).first()


@dataclass(frozen=True)
class ResolutionLine:
    """A resolution and what became of it; `address` opens the form of a clause with what it says.

    One that is `held` up by an objection is no part of the memorandum until that is settled.
    """

    row: Resolution
    use: ResolutionUse | None
    address: str
    held: list[ResolutionObjection] = field(default_factory=list)


class Resolutions:
    """Those of the newest minutes of a project's kick-off that are out."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def minutes(self) -> Minutes | None:
        """The newest minutes that were distributed; those being written are their writers' own."""
        return out(self.project).select_related("meeting").defer("content").first()

    @cached_property
    def rows(self) -> list[tuple[Resolution, ResolutionUse | None]]:
        """Each with what became of it."""
        if self.minutes is None:
            return []
        rows = list(self.minutes.resolutions.all())
        uses = ResolutionUse.objects.filter(resolution__in=rows).select_related("clause", "by")
        by_row = {use.resolution_id: use for use in uses}
        return [(row, by_row.get(row.pk)) for row in rows]

    def lines(self) -> list[ResolutionLine]:
        """As the page shows them: what is open first."""
        if self.minutes is None or not self.rows:
            return []
        meeting, departments = self.minutes.meeting, list(Department.objects.filter(parties__project=self.project))
        held = held_up(meeting)
        lines = [
            ResolutionLine(
                row,
                use,
                "" if use or row.lineage in held else self._address(meeting, row, departments),
                held.get(row.lineage, []) if use is None else [],
            )
            for row, use in self.rows
        ]
        return sorted(lines, key=lambda line: line.use is not None)

    def _address(self, meeting: Meeting, row: Resolution, departments: list[Department]) -> str:
        ended = meeting.ended_at or meeting.ends_at
        said = read(row.text, departments, ended.astimezone(ZoneInfo(self.project.time_zone)).date())
        fields = {
            "add": "1",
            "origin": row.uid,
            "text": (said.rest or row.text)[:200],
            "deliverable": said.rest[:120],
            "department": said.department.uid if said.department else "",
            "due_on": said.due_on.isoformat() if said.due_on else "",
            "quantity": f"{said.quantity:f}" if said.quantity is not None else "",
            "unit": said.unit,
        }
        page = reverse("memorandum", args=[self.project.uid])
        return f"{page}?{urlencode({name: value for name, value in fields.items() if value})}"
