"""The progress board: its columns, swimlanes, and the first cards of each; at any size a few queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from common.again import ListAgain, signs
from common.ports import Outline
from common.typed import whole_number
from people.models import Department, User
from projects.models import Project
from tracking.access import Act, may_task
from tracking.models import Task
from tracking.queries.board_cards import CardRow, card_rows, cards_of, keyed, promised, promises_of
from tracking.queries.desk import leaves
from tracking.queries.filter_bar import Choices
from tracking.queries.filters import Filters, Pairs, asked, filtered, read_filters
from tracking.queries.overview import Overview, overview

__all__ = ["Filters", "filtered", "read_filters"]

CARDS = 50  # of a column at first, and each time it is scrolled on
CELL_CARDS = 10  # of a column in a swimlane
LANES = 12  # at first, and each time one goes on
NONE = "none"
NO_PROMISE = (Value(""), Value(""), Value(0), Value(None, output_field=DateField()))  # beside a key
NO_CHOICES = Choices({}, {}, {})
COLUMNS = (Task.State.NOT_STARTED, Task.State.IN_PROGRESS, Task.State.AWAITING_ACCEPTANCE, Task.State.DONE)
FIELDS = {"status": "state", "department": "department_id", "node": "node_id", "assignee": "assignee_id"}
BY = ("status", "department", "node")
LANES_BY = ("", "department", "node", "assignee")
SORTS: Mapping[str, tuple[Any, ...]] = {
    "": ("rank",),
    "due": (F("due_on").asc(nulls_last=True), "rank"),
    "deviation": (F("figures__deviation").desc(nulls_last=True), "rank"),
    "updated": (F("reported_at").asc(nulls_first=True), "rank"),
}
CARD_ROWS = ("department", "assignee__department", "figures", "parent", "clause__memorandum", "root__clause__memorandum")


@dataclass(frozen=True)
class Shape:
    """How the board is laid out: what its columns are, its swimlanes, and its order ("" is the shared one)."""

    by: str = "status"
    lanes: str = ""
    sort: str = ""

    @property
    def pairs(self) -> Pairs:
        """The shape as it stands in an address."""
        said = {"by": self.by if self.by != "status" else "", "lanes": self.lanes, "sort": self.sort}
        return [(key, value) for key, value in said.items() if value]

    def column_of(self, row: Any) -> str:
        """The key of the column in which a card stands."""
        return _key(self.by, row)

    def lane_of(self, row: Any) -> str:
        """The key of the swimlane in which a card stands."""
        return _key(self.lanes, row) if self.lanes else ""


def _key(name: str, row: Any) -> str:
    """The key of the column or swimlane of a card's values, or of a task."""
    match name:
        case "status":
            return str(row.state)
        case "department":
            return str(_uid(row, "department"))
        case "node":
            return str(_uid(row, "node") or NONE)
    return str(_uid(row, "assignee") or NONE)


def _uid(row: Any, name: str) -> UUID | None:
    if isinstance(row, Task):
        return getattr(getattr(row, name), "uid", None)
    return getattr(row, f"{name}_uid")  # type: ignore[no-any-return]


def read_shape(said: Mapping[str, str]) -> Shape:
    """The layout that an address asks for; what is not understood is the usual one."""
    by, lanes, sort = said.get("by", ""), said.get("lanes", ""), said.get("sort", "")
    by = by if by in BY else "status"
    lanes = lanes if lanes in LANES_BY and lanes != by else ""
    return Shape(by, lanes, sort if sort in SORTS else "")


@dataclass(frozen=True)
class Slot:
    """A column or a swimlane: its key in the page, its words, and the value that its tasks have."""

    key: str
    label: str
    value: Any


@dataclass
class Column:
    """A column (within a swimlane, where there are any): its first cards, and how many tasks it has in truth."""

    slot: Slot
    total: int = 0
    cards: list[CardRow] = field(default_factory=list)
    lane: str = ""

    @property
    def state(self) -> str:
        return self.slot.key

    @property
    def label(self) -> str:
        return self.slot.label

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


@dataclass
class Lane:
    """A swimlane with its cells."""

    slot: Slot
    total: int
    cells: list[Column]


def slots(name: str, filters: Filters, choices: Choices) -> list[Slot]:
    """The columns or swimlanes of a kind, as the project has them."""
    match name:
        case "status":
            shown = [state for state in (*COLUMNS, Task.State.CANCELLED) if state in (filters.states or COLUMNS)]
            return [Slot(str(state.value), str(state.label), state.value) for state in shown]
        case "department":
            return [Slot(str(uid), row.name, row.key) for uid, row in choices.departments.items()]
        case "node":
            return [*(Slot(str(uid), row.name, row.key) for uid, row in choices.nodes.items()), Slot(NONE, _("No node"), None)]
    people = [Slot(str(uid), row.name, row.key) for uid, row in choices.people.items()]
    return [*people, Slot(NONE, _("Nobody yet"), None)]


@dataclass
class Board:
    """One request for the board: the tasks that the filters leave, in its layout."""

    project: Project
    user: User
    filters: Filters
    shape: Shape
    choices: Choices

    def __post_init__(self) -> None:
        self.column_field, self.lane_field = FIELDS[self.shape.by], FIELDS.get(self.shape.lanes, "")

    @cached_property
    def rows(self) -> QuerySet[Task]:
        """The tasks that the filters leave."""
        return filtered(self.project, self.user, self.filters)

    @property
    def pairs(self) -> Pairs:
        """Filters and layout as an address says them."""
        return [*self.filters.pairs, *self.shape.pairs]

    @property
    def query(self) -> str:
        """The same as text."""
        return urlencode(self.pairs)

    def slots(self) -> list[Slot]:
        """Its columns."""
        return slots(self.shape.by, self.filters, self.choices)

    def lane_slots(self) -> list[Slot]:
        """Its swimlanes."""
        return slots(self.shape.lanes, self.filters, self.choices) if self.shape.lanes else []

    def value_of(self, row: Any) -> Any:
        """The value by which a task stands in its column."""
        return getattr(row, self.column_field)

    def counts(self, *values: Any) -> dict[Any, int]:
        """How many tasks each column (or these alone) has in truth, by the value of the column."""
        if values and None not in values and self.filters == Filters():
            return dict(_counts_again(self.column_field, len(values))(self.project.pk, *values))
        rows = self.rows.filter(_among(self.column_field, values)) if values else self.rows
        return dict(rows.order_by().values_list(self.column_field).annotate(n=Count("pk")))

    def overview(self, outline: Outline | None = None) -> Overview:
        """The top line, and with it the counts of the columns; what the frame knows already is not counted again."""
        at_risk, clocks = (outline.counts["risks"], outline.clocks) if outline else (None, None)
        left = None if self.filters == Filters() else asked(self.project, self.user, self.filters)
        return overview(self.project, field=self.column_field, asked=left, at_risk=at_risk, clocks=clocks)

    def columns(self, known: Mapping[Any, int]) -> list[Column]:
        """The columns with their first cards, in two queries; `known` are their counts."""
        found = [Column(slot, known.get(slot.value, 0)) for slot in self.slots()]
        cards = self._first_of([column.slot.value for column in found if column.total])
        for column in found:
            column.cards = cards.get(column.slot.key, [])
        return found

    def _first_of(self, values: list[Any]) -> dict[str, list[CardRow]]:
        """The first cards of these columns: their keys are gathered column by column, their values read in one go."""
        if not values:
            return {}
        order = SORTS[self.shape.sort]
        if self.filters == Filters():
            told = [value for value in values if value is not None]
            columns = tuple(value is not None for value in values)
            found = _firsts_again(self.column_field, self.shape.sort, columns)(self.project.pk, *told)
        else:
            found = list(_firsts(self.rows, self.project.pk, self.column_field, order, values))
        promises_of(self.project, [row for row in found if row[3]])
        cards = cards_of([row[0] for row in found if not row[3]], order, near=self.shape.by != "status")
        return keyed(cards, self.shape.column_of)

    def further(self, column: Slot, lane: Slot | None, after: str) -> tuple[list[CardRow], str]:
        """The cards of a column behind a place, and the place from which it goes on; "" when that was all."""
        rows = self.rows.filter(_among(self.column_field, [column.value]))
        if lane is not None:
            rows = rows.filter(_among(self.lane_field, [lane.value]))
        start = 0
        if self.shape.sort:
            start = min(whole_number(after) or 0, 1_000_000)
        elif after:
            rows = rows.filter(rank__gt=after)
        found = card_rows(rows.order_by(*SORTS[self.shape.sort])[start : start + CARDS + 1])
        cards = found[:CARDS]
        if len(found) <= CARDS:
            return cards, ""
        return cards, str(start + CARDS) if self.shape.sort else cards[-1].rank

    def next_of(self, column: Column) -> str:
        """The place from which a column goes on that shows its first cards."""
        if not column.more:
            return ""
        return str(len(column.cards)) if self.shape.sort or not column.cards else column.cards[-1].rank

    def lanes(self, start: int = 0) -> tuple[list[Slot], list[Lane], int]:
        """The columns, so many swimlanes from `start` on that have tasks, and where the next begin (0: that was all)."""
        pairs = self.rows.order_by().values_list(self.column_field, self.lane_field).annotate(n=Count("pk"))
        known = {(column, lane): n for column, lane, n in pairs}
        heads = self.slots()
        totals: dict[Any, int] = {}
        for (_column, lane), n in known.items():
            totals[lane] = totals.get(lane, 0) + n
        busy = [slot for slot in self.lane_slots() if totals.get(slot.value)]
        shown = busy[start : start + LANES]
        cards = self._first_of_cells([slot.value for slot in shown])
        lanes = [Lane(lane, totals[lane.value], [self._cell(head, lane, known, cards) for head in heads]) for lane in shown]
        return heads, lanes, start + LANES if len(busy) > start + LANES else 0

    def _cell(self, head: Slot, lane: Slot, known: Mapping[Any, int], cards: Mapping[Any, list[CardRow]]) -> Column:
        return Column(head, known.get((head.value, lane.value), 0), cards.get((head.key, lane.key), []), lane.key)

    def _first_of_cells(self, lanes: list[Any]) -> dict[tuple[str, str], list[CardRow]]:
        order = SORTS[self.shape.sort]
        place = Window(RowNumber(), partition_by=[F(self.column_field), F(self.lane_field)], order_by=order)
        rows = self.rows.filter(_among(self.lane_field, lanes)).annotate(place=place).filter(place__lte=CELL_CARDS)
        keys = Task.objects.filter(pk__in=rows.order_by().values("pk")).order_by().values_list("pk", *NO_PROMISE)
        found = list(promised(self.project.pk).union(keys, all=True))
        promises_of(self.project, [row for row in found if row[3]])
        keyed_cards = cards_of([row[0] for row in found if not row[3]], order)
        return keyed(keyed_cards, lambda row: (self.shape.column_of(row), self.shape.lane_of(row)))

    def shows(self, pk: int) -> bool:
        """Whether the filters leave this task."""
        return self.rows.filter(pk=pk).exists()


def _firsts(
    rows: QuerySet[Task], project: int, name: str, order: tuple[Any, ...], values: Collection[Any]
) -> QuerySet[Task, Any]:
    """The keys of the first cards of each of these columns, and beside them (edition from 1 on) what clauses promise."""
    firsts = [rows.filter(_among(name, [value])).order_by(*order).values("pk")[:CARDS] for value in values]
    keys = [Task.objects.filter(pk__in=first).order_by().values_list("pk", *NO_PROMISE) for first in firsts]
    return promised(project).union(*keys, all=True)


def _signs_of(name: str, number: int) -> list[Any]:
    """Signs for a project and so many columns of a kind."""
    project, *told = signs(1 + number)
    return [project, *([str(sign) for sign in told] if name == "state" else told)]


def _alive(project: int) -> QuerySet[Task]:
    """What the board shows where nothing is filtered."""
    return leaves(Task.objects.filter(project=project)).exclude(state=Task.State.CANCELLED)


@cache
def _counts_again(name: str, number: int) -> ListAgain:
    """How many tasks so many columns have where nothing is filtered."""

    def build(project: int, *told: Any) -> QuerySet[Task, Any]:
        rows = _alive(project).filter(**{f"{name}__in": told})
        return rows.order_by().values_list(name).annotate(n=Count("pk"))

    return ListAgain(build, *_signs_of(name, number))


@cache
def _firsts_again(name: str, sort: str, columns: tuple[bool, ...]) -> ListAgain:
    """The same where nothing is filtered, built once; `columns` says which of them have a value."""
    project, *told = _signs_of(name, sum(columns))

    def build(project: int, *told: Any) -> QuerySet[Task, Any]:
        alive = _alive(project)
        left = iter(told)
        return _firsts(alive, project, name, SORTS[sort], [next(left) if known else None for known in columns])

    return ListAgain(build, project, *told)


def _among(name: str, values: Collection[Any]) -> Q:
    """Whether a field has one of these values; None is one as any other."""
    found = Q(**{f"{name}__in": [value for value in values if value is not None]})
    return found | Q(**{name: None}) if None in values else found


def dressed(card: Task, project: Project, user: User) -> Task:
    """A card with what it shows: its project, its promise, and whether this person may move it."""
    card.project = project
    if card.promise is not None:
        card.promise.memorandum.project = project
    card.may_report = may_task(user, card, Act.REPORT)  # type: ignore[attr-defined]
    return card


def card_of(task_id: int, project: Project, user: User) -> Task:
    """One task with all that a card shows, as an object."""
    return dressed(Task.objects.select_related(*CARD_ROWS).get(pk=task_id), project, user)


def departments_of(project: Project) -> QuerySet[Department]:
    """The departments by which one can filter."""
    return Department.objects.filter(parties__project=project).order_by("parties__order", "id")


def assignees_of(project: Project) -> QuerySet[User]:
    """The people by whom one can filter."""
    return User.objects.filter(Exists(Task.objects.filter(project=project, assignee=OuterRef("pk"))))
