"""Reads of changes: the list of a project, one request, what waits on My desk, how far promises have moved (rule C9)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from people.calendar import running_days
from people.models import User
from people.queries import daily_for
from projects.models import Amendment, ClauseChange, Party, Project
from tracking.change_access import changes_visible_to
from tracking.models import ChangeLine, ChangeRequest, Opinion, Slip

RUNNING = (ChangeRequest.State.DRAFT, ChangeRequest.State.IN_REVIEW, ChangeRequest.State.APPROVED)
REST = ("requested_by__department", "department", "amendment", "decided_by")


def changes_of_project(project: Project, user: User) -> QuerySet[ChangeRequest]:
    """The requests of a project that exist for this user, the newest first, with the clauses that they are about."""
    rows = ChangeRequest.objects.filter(pk__in=changes_visible_to(user).filter(project=project).values("pk"))
    lines = Prefetch("lines", ChangeLine.objects.select_related("clause__memorandum__project"))
    return rows.select_related(*REST).prefetch_related(lines).order_by("-number")


def amendments_of(project: Project) -> list[Amendment]:
    """The amendments of a project, the newest first."""
    rows = Amendment.objects.filter(memorandum__project=project).select_related("document", "memorandum", "base")
    return list(rows.prefetch_related("document__slots").order_by("-pk"))


def slips_of(project: Project) -> list[Slip]:
    """The last short slips of a project: those that are asked for first."""
    rows = Slip.objects.filter(task__project=project).select_related(
        "task", "clause__memorandum__project", "asked_by", "receiver", "amendment"
    )
    return sorted(rows.order_by("-id")[:100], key=lambda row: row.state != Slip.State.ASKED)


def newest_opinions(change: ChangeRequest) -> dict[int, Opinion]:
    """By department its newest opinion."""
    found: dict[int, Opinion] = {}
    for opinion in change.opinions.select_related("author__department", "department").order_by("id"):
        found[opinion.department_id] = opinion
    return found


def _living(user: User) -> QuerySet[Project]:
    return Project.objects.visible_to(user).filter(hold=Project.Hold.NONE).exclude(state=Project.State.ARCHIVED)


def to_confirm(user: User) -> QuerySet[Slip]:
    """Slips that wait for this liaison of the receiving department; of the lead, where nobody else receives."""
    liaison = Party.objects.filter(Q(liaison=user) | Q(liaison__in=daily_for(user)), project=OuterRef("task__project"))
    receives = liaison.filter(department=OuterRef("task__handed_to")).exclude(department=OuterRef("task__department"))
    leads = liaison.filter(department=OuterRef("task__project__lead_dept")).exclude(department=OuterRef("task__department"))
    nobody = Q(task__handed_to=None) | Q(task__handed_to=F("task__department"))
    rows = Slip.objects.filter(
        Exists(receives) | (nobody & Exists(leads)), state=Slip.State.ASKED, task__project__in=_living(user)
    )
    return rows.select_related("task__project", "task__department", "clause__memorandum__project", "asked_by").order_by("id")


def in_review(user: User) -> QuerySet[Any]:
    """Requests in review in projects in which this person speaks for a department."""
    mine = _spoken_for(user)
    rows: QuerySet[Any] = ChangeRequest.objects.filter(state=ChangeRequest.State.IN_REVIEW, project__in=_living(user))
    return rows.filter(Exists(mine.filter(project=OuterRef("project"))))


def _spoken_for(user: User) -> QuerySet[Party]:
    daily = daily_for(user)
    return Party.objects.filter(Q(head=user) | Q(liaison=user) | Q(head__in=daily) | Q(liaison__in=daily))


def of_requests(user: User) -> list[Any]:
    """Requests in review that this person has a part in: the lead's head decides, the asked departments say their opinion."""
    daily = daily_for(user)
    mine = _spoken_for(user)
    heads = Party.objects.filter(Q(head=user) | Q(head__in=daily), department=OuterRef("project__lead_dept"))
    rows = (
        in_review(user)
        .annotate(decides=Exists(heads.filter(project=OuterRef("project"))))
        .select_related("project", "department")
    )
    found = list(rows.prefetch_related("opinions").order_by("opinions_by", "id")[:200])
    if not found:
        return []
    departments: dict[int, set[int]] = defaultdict(set)
    for project, department in mine.filter(project__in={row.project_id for row in found}).values_list("project", "department"):
        departments[project].add(department)
    for row in found:
        said = {opinion.department_id for opinion in row.opinions.all()}
        row.opines = bool({int(pk) for pk in row.impact.get("asked", [])} & departments[row.project_id] - said)
    return [row for row in found if row.decides or row.opines]


@dataclass
class Moved:
    """How often and how far a promise has moved since version 1."""

    slips: int = 0
    changes: int = 0
    steps: list[tuple[str, date | None, date | None]] = field(default_factory=list)  # v2 or slip, from, to
    workdays: int = 0  # from the first day to the present one

    @property
    def times(self) -> int:
        return self.slips + self.changes


def moved(clauses: Iterable[Any]) -> dict[int, Moved]:
    """By clause, how its date moved, by amendments in force and by short slips; three queries."""
    ids = [clause.pk for clause in clauses]
    in_force = ClauseChange.objects.filter(clause__in=ids, amendment__state=Amendment.State.IN_FORCE)
    lines = in_force.filter(kind=ClauseChange.Kind.CHANGED).select_related("amendment").order_by("id")
    told: list[tuple[Any, ...]] = [
        (row.clause_id, row.amendment.in_force_at, f"v{row.amendment.edition}", *_days(row)) for row in lines
    ]
    slips = Slip.objects.filter(clause__in=ids, state=Slip.State.AGREED).order_by("id")
    told += [(row.clause_id, row.ended_at, "slip", row.from_due, row.to_due) for row in slips]
    found: dict[int, Moved] = defaultdict(Moved)
    for pk, _at, how, before, after in sorted(told, key=lambda row: (row[1] is not None, row[1])):
        row = found[pk or 0]
        row.slips, row.changes = row.slips + (how == "slip"), row.changes + (how != "slip")
        if after is not None:
            row.steps.append((how, before, after))
    running = running_days()
    for row in found.values():
        if row.steps:
            first, last = row.steps[0][1], row.steps[-1][2]
            row.workdays = running[last] - running[first] if first is not None and last is not None else 0
    return dict(found)


def _days(line: ClauseChange) -> list[date | None]:
    """The day that a line changes, before and after; none where it changes something else."""
    return [date.fromisoformat(said["due_on"]) if said.get("due_on") else None for said in (line.before, line.after)]
