"""The table of the tasks that are reported on: which page, in which order, with which columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, F, IntegerField, OrderBy, Value, When
from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from common.again import ListAgain, signs
from projects.models import Project
from tracking.cells import Promise
from tracking.models import Task
from tracking.queries.filters import Pairs

ROOM = 50  # keys are asked for by so many, so that few queries are built
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
GROUPS: dict[str, tuple[str | Words, str, tuple[str, ...]]] = {  # words, by what it is counted, in which order
    "status": (_("Status"), "state", ("state",)),
    "department": (_("Department"), "department_id", ("department__name", "department_id")),
    "assignee": (_("Assignee"), "assignee_id", ("assignee__name", "assignee_id")),
    "node": (_("Node"), "node_id", ("node__order", "node_id")),
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
    parent_id: int | None
    root_id: int | None
    department_id: int
    assignee_id: int | None
    handed_id: int | None
    node_id: int | None
    starts_on: date | None
    due_on: date | None
    target: Decimal | None
    unit: str
    done: Decimal
    weight: int | None
    deliverable: str
    clause_id: int | None
    confirmed_at: datetime | None
    reported_at: datetime | None
    planned: int | None
    actual: int | None


FIELDS = (
    "pk", "uid", "version", "title", "state", "level", "parent_id", "root_id", "department_id", "assignee_id", "handed_to_id",
    "node_id", "starts_on", "due_on", "target", "unit", "done", "weight", "deliverable", "clause_id",
    "confirmed_at", "reported_at", "figures__planned", "figures__actual",
)  # fmt: skip


class Whole(NamedTuple):
    """What a row must know of the task that it is part of (or of itself), in the order of WHOLE_FIELDS."""

    pk: int
    title: str
    assignee_id: int | None
    number: str | None
    text: str | None
    edition: int | None
    due_on: date | None  # of the clause

    def promise(self, project: Project) -> Promise | None:
        """The clause behind it."""
        if self.number is None:
            return None
        address = reverse("memorandum", args=[project.uid])
        return Promise(f"{address}#clause-{self.number}", self.text or "", self.edition or 1, self.number, self.due_on)


WHOLE_FIELDS = ("pk", "title", "assignee_id", "clause__number", "clause__text", "clause__memorandum__edition", "clause__due_on")


def wholes_of(rows: Iterable[TableRow]) -> dict[int, Whole]:
    """What the rows are part of, directly and at the top of their trees, and those that a clause promises; one query."""
    wanted = {key for row in rows for key in (row.parent_id, row.root_id, row.pk if row.clause_id else None) if key}
    if not wanted:
        return {}
    room = -(-len(wanted) // ROOM) * ROOM
    found = _wholes(room)(*wanted, *[0] * (room - len(wanted)))
    return {whole.pk: whole for whole in map(Whole._make, found)}


@cache
def _wholes(number: int) -> ListAgain:
    return ListAgain(lambda *some: Task.objects.filter(pk__in=some).order_by().values_list(*WHOLE_FIELDS), *signs(number))


def group_of(row: TableRow, group: str) -> Any:
    """In which group a row stands."""
    return {"status": row.state, "department": row.department_id, "assignee": row.assignee_id, "node": row.node_id}[group]


def order_of(look: Look) -> list[Any]:
    """The group first, then what was asked for, then the one shared order: no two rows are alike, so pages never overlap."""
    order: list[Any] = []
    if look.group:
        order += [_directed(by, descending=False) for by in GROUPS[look.group][2]]
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
