"""The table of the tasks that are reported on: which page, in which order, with which columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, OrderBy, QuerySet, Value, When
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from tracking.models import Task
from tracking.queries.filters import Pairs

ROWS = 100
UNGROUPED = ""
FIRST = "rank"


@dataclass(frozen=True)
class Column:
    """A column of the table: its words, and by what it sorts (nothing: it does not)."""

    key: str
    label: str | Words
    by: str = ""
    number: bool = False


COLUMNS = {
    column.key: column
    for column in (
        Column("title", _("Task"), "title"),
        Column("department", _("Department"), "department__name"),
        Column("assignee", _("Assignee"), "assignee__name"),
        Column("node", _("Node"), "node__name"),
        Column("start", _("Planned start"), "starts_on"),
        Column("due", _("Due"), "due_on"),
        Column("quantity", _("Quantity"), "target", number=True),
        Column("progress", _("Progress"), "figures__deviation"),
        Column("status", _("Status"), "state"),
        Column("weight", _("Weight"), "weight", number=True),
        Column("deliverable", _("Deliverable"), "deliverable"),
        Column("handed", _("Handed to"), "handed_to__name"),
        Column("updated", _("Last report"), "reported_at"),
    )
}
USUAL = ("title", "department", "assignee", "due", "quantity", "progress", "status")
GROUPS: dict[str, tuple[str | Words, str]] = {
    "status": (_("Status"), "state"),
    "department": (_("Department"), "department__name"),
    "assignee": (_("Assignee"), "assignee__name"),
    "node": (_("Node"), "node__name"),
}


@dataclass(frozen=True)
class Look:
    """How a table is shown: what its address says besides the filters."""

    sort: str = FIRST
    descending: bool = False
    columns: tuple[str, ...] = USUAL
    said_columns: bool = False
    group: str = UNGROUPED
    page: int = 1
    ignored: tuple[tuple[str, str], ...] = ()

    def pairs(self) -> Pairs:
        """The look as an address says it, but for the page."""
        found: Pairs = []
        if (self.sort, self.descending) != (FIRST, False):
            found.append(("sort", f"-{self.sort}" if self.descending else self.sort))
        if self.group:
            found.append(("group", self.group))
        if self.said_columns:
            found.append(("columns", ",".join(self.columns)))
        return found

    def turned(self, key: str) -> str:
        """What `sort` says after a click on a column: up, down, and back to the common order."""
        if self.sort != key:
            return key
        return "" if self.descending else f"-{key}"


def read_look(said: Mapping[str, Any], remembered: Iterable[str] = ()) -> Look:
    """The look that an address asks for; columns that it does not name are those that the person chose last."""
    bad: list[tuple[str, str]] = []
    asked = dict.fromkeys(one for value in _all(said, "columns") for one in value.split(",") if one)
    bad += [("columns", one[:40]) for one in asked if one not in COLUMNS]
    chosen = [key for key in COLUMNS if key in asked]
    kept = chosen or [key for key in COLUMNS if key in set(remembered)] or list(USUAL)
    sort = _one(said, "sort", (FIRST, *COLUMNS), bad) or FIRST
    group = _one(said, "group", tuple(GROUPS), bad)
    columns = tuple(dict.fromkeys(["title", *kept]))
    return Look(sort.removeprefix("-"), sort.startswith("-"), columns, bool(chosen), group, _page(said, bad), tuple(bad))


def _all(said: Mapping[str, Any], key: str) -> list[str]:
    getlist = getattr(said, "getlist", None)
    return [str(value) for value in (getlist(key) if getlist else [said.get(key, "")])]


def _one(said: Mapping[str, Any], key: str, known: tuple[str, ...], bad: list[tuple[str, str]]) -> str:
    value = str(said.get(key, ""))
    if value and value.removeprefix("-" if key == "sort" else "") not in known:
        bad.append((key, value[:40]))
        return ""
    return value


def _page(said: Mapping[str, Any], bad: list[tuple[str, str]]) -> int:
    value = str(said.get("page", "")) or "1"
    if value.isascii() and value.isdecimal() and len(value) < 6 and int(value):
        return int(value)
    bad.append(("page", value[:40]))
    return 1


class TableRow(NamedTuple):
    """The values of one row, in the order of FIELDS."""

    pk: int
    uid: UUID
    version: int
    title: str
    state: str
    level: int
    department_id: int
    department: str
    assignee_id: int | None
    assignee: str | None
    handed: str | None
    node: str | None
    starts_on: date | None
    due_on: date | None
    target: Decimal | None
    unit: str
    done: Decimal
    weight: int | None
    deliverable: str
    confirmed_at: datetime | None
    reported_at: datetime | None
    planned: int | None
    actual: int | None
    clause_id: int | None
    root_clause_id: int | None
    whole: str | None
    whole_above: str | None
    top: str | None
    whole_of: int | None
    above_of: int | None
    top_of: int | None

    @property
    def promised_by(self) -> int | None:
        """The clause behind the task: its own, or that of the top of its tree."""
        return self.root_clause_id or self.clause_id

    @property
    def path(self) -> list[str]:
        """What the task is part of, from the top down; deep in a tree the middle is left out."""
        names = [self.top, "…" if self.level > 3 else None, self.whole_above if self.level > 2 else None]
        return [name for name in (*names, self.whole if self.level > 1 else None) if name]

    def is_part_of(self, user_id: int) -> bool:
        """Whether the task is a part of something that this person does."""
        return user_id in (self.whole_of, self.above_of, self.top_of)


FIELDS = (
    "pk", "uid", "version", "title", "state", "level", "department_id", "department__name", "assignee_id", "assignee__name",
    "handed_to__name", "node__name", "starts_on", "due_on", "target", "unit", "done", "weight", "deliverable",
    "confirmed_at", "reported_at", "figures__planned", "figures__actual", "clause_id", "root__clause_id",
    "parent__title", "parent__parent__title", "root__title",
    "parent__assignee_id", "parent__parent__assignee_id", "root__assignee_id",
)  # fmt: skip


@dataclass(frozen=True)
class TablePage:
    """A page of the table, with how many rows there are in all, and in each of its groups."""

    rows: list[TableRow]
    number: int
    pages: int
    total: int
    groups: dict[Any, int]


def table_page(tasks: QuerySet[Task], look: Look) -> TablePage:
    """The page asked for, or the last one; two queries, one where all fits on the first page."""
    ordered = tasks.order_by(*_order(look))
    groups = _groups(tasks, look)
    start = (look.page - 1) * ROWS
    rows = table_rows(ordered[start : start + ROWS + 1])
    if groups:
        total = sum(groups.values())
    elif rows and len(rows) <= ROWS:
        total = start + len(rows)
    else:
        total = tasks.order_by().count() if rows or start else 0
    pages = max(1, -(-total // ROWS))
    number = look.page
    if not rows and total:
        number = pages
        rows = table_rows(ordered[(pages - 1) * ROWS : pages * ROWS])
    return TablePage(rows[:ROWS], number, pages, total, groups)


def table_rows(tasks: QuerySet[Task]) -> list[TableRow]:
    """These tasks as rows, in their order; one query."""
    return [TableRow._make(row) for row in tasks.values_list(*FIELDS)]


def _groups(tasks: QuerySet[Task], look: Look) -> dict[Any, int]:
    if not look.group:
        return {}
    by = GROUPS[look.group][1]
    return dict(tasks.order_by().values_list(by).annotate(n=Count("pk")))


def group_of(row: TableRow, group: str) -> Any:
    """In which group a row stands."""
    return {"status": row.state, "department": row.department, "assignee": row.assignee, "node": row.node}[group]


def _order(look: Look) -> list[Any]:
    """The group first, then what was asked for, then the one shared order: no two rows are alike, so pages never overlap."""
    order: list[Any] = []
    if look.group:
        order.append(_directed(GROUPS[look.group][1], descending=False))
    if look.sort != FIRST:
        order.append(_directed(COLUMNS[look.sort].by, descending=look.descending))
    return [*order, F("rank").desc() if look.sort == FIRST and look.descending else F("rank").asc(), F("pk").asc()]


def _directed(by: str, *, descending: bool) -> OrderBy:
    """Sorted by a field, the empty ones last either way; statuses in the order in which they come about."""
    found: Any = F(by)
    if by == "state":
        steps = [When(state=state, then=Value(place)) for place, state in enumerate(Task.State.values)]
        found = Case(*steps, output_field=IntegerField())
    return found.desc(nulls_last=True) if descending else found.asc(nulls_last=True)
