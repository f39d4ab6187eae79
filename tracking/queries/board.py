"""The progress board: cards by status, filtered by what stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from people.models import Department, User
from projects.models import Project
from tracking.access import Act, may_task
from tracking.models import Risk, Task
from tracking.queries.desk import leaves
from tracking.queries.overview import late, silent

CARDS = 50
COLUMNS = (Task.State.NOT_STARTED, Task.State.IN_PROGRESS, Task.State.AWAITING_ACCEPTANCE, Task.State.DONE)
CARD_ROWS = ("department", "assignee__department", "figures", "parent", "clause__memorandum", "root__clause__memorandum")


@dataclass
class Column:
    """A status: its first cards, and how many tasks have it in truth."""

    state: str
    label: str
    total: int
    cards: list[Task] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what is not understood asks for nothing."""

    department: UUID | None = None
    assignee: UUID | None = None
    mine: bool = False
    text: str = ""
    only: str = ""

    @property
    def any(self) -> bool:
        return bool(self.department or self.assignee or self.mine or self.text or self.only)


def _uid(said: str | None) -> UUID | None:
    try:
        return UUID(said or "")
    except ValueError:
        return None


def read_filters(said: Mapping[str, str]) -> Filters:
    """The filters of an address."""
    only = said.get("only", "")
    return Filters(
        department=_uid(said.get("department")),
        assignee=_uid(said.get("assignee")),
        mine=said.get("assignee") == "me",
        text=said.get("q", "").strip()[:80],
        only=only if only in ("late", "risk", "silent") else "",
    )


def filtered(project: Project, user: User, filters: Filters) -> QuerySet[Task]:
    """The tasks that are reported on, as the filters leave them."""
    rows = leaves(Task.objects.filter(project=project))
    if filters.department:
        rows = rows.filter(department__uid=filters.department)
    if filters.mine:
        rows = rows.filter(assignee=user)
    elif filters.assignee:
        rows = rows.filter(assignee__uid=filters.assignee)
    if filters.text:
        rows = rows.filter(Q(title__icontains=filters.text) | Q(parent__title__icontains=filters.text))
    match filters.only:
        case "late":
            rows = rows.filter(late(project))
        case "silent":
            rows = rows.filter(silent(project))
        case "risk":
            rows = rows.filter(Exists(Risk.objects.filter(task=OuterRef("pk"), state=Risk.State.OPEN)))
    return rows


def totals(project: Project, user: User, filters: Filters) -> list[Column]:
    """The columns, empty, with how many tasks they have."""
    rows = filtered(project, user, filters)
    known = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return [Column(state, str(state.label), known.get(state, 0)) for state in COLUMNS]


def columns(project: Project, user: User, filters: Filters) -> list[Column]:
    """The columns with their first cards; the most behind stand on top."""
    found = totals(project, user, filters)
    for column in found:
        if column.total:
            done = column.state == Task.State.DONE
            order = ("-finished_at", "id") if done else (F("figures__deviation").desc(nulls_last=True), "due_on", "id")
            cards = filtered(project, user, filters).filter(state=column.state).select_related(*CARD_ROWS)
            column.cards = [dressed(card, project, user) for card in cards.order_by(*order)[:CARDS]]
    return found


def dressed(card: Task, project: Project, user: User) -> Task:
    """A card with what it shows: its project, its promise, and whether this person may move it."""
    card.project = project
    if card.promise is not None:
        card.promise.memorandum.project = project
    card.may_report = may_task(user, card, Act.REPORT)  # type: ignore[attr-defined]
    return card


def card_of(task_id: int, project: Project, user: User) -> Task:
    """One card anew."""
    return dressed(Task.objects.select_related(*CARD_ROWS).get(pk=task_id), project, user)


def departments_of(project: Project) -> QuerySet[Department]:
    """The departments by which one can filter."""
    return Department.objects.filter(parties__project=project).order_by("parties__order", "id")


def assignees_of(project: Project) -> QuerySet[User]:
    """The people by whom one can filter."""
    return User.objects.filter(Exists(Task.objects.filter(project=project, assignee=OuterRef("pk"))))
