"""The progress board: cards by status, filtered by what stands in the address."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from people.models import Department, User
from projects.models import Project
from tracking.access import Act, may_task
from tracking.models import Task
from tracking.queries.filters import Filters, filtered, read_filters

__all__ = ["Filters", "filtered", "read_filters"]

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
