"""The cards of the board as plain values: what a card shows, and nothing that costs a model object."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from activity.models import Comment
from common.again import ListAgain, signs
from projects.models import Project
from tracking.cells import Promise
from tracking.models import Task

ROOM = 50  # keys are asked for by so many, so that few queries are built


class CardRow(NamedTuple):
    """The values of one card, in the order of FIELDS."""

    pk: int
    uid: UUID
    version: int
    rank: str
    title: str
    whole: str | None
    state: str
    department_id: int
    department: str
    department_uid: UUID | None
    assignee_id: int | None
    assignee: str | None
    assignee_uid: UUID | None
    node_id: int | None
    node_uid: UUID | None
    due_on: date | None
    done: Decimal
    target: Decimal | None
    unit: str
    planned: int | None
    actual: int | None
    clause_id: int | None
    confirmed_at: datetime | None
    root_id: int | None
    comments: int | None


FIELDS = (
    "pk", "uid", "version", "rank", "title", "parent__title", "state",
    "department_id", "department__name", "department__uid", "assignee_id", "assignee__name", "assignee__uid",
    "node_id", "node__uid",
    "due_on", "done", "target", "unit", "figures__planned", "figures__actual", "clause_id", "confirmed_at",
    "root_id",
    "comments",
)  # fmt: skip
NEAR = ("department__uid", "assignee__uid", "node__uid")
NOTHING = Value(None, output_field=UUIDField())


def promised(project: int) -> QuerySet[Task, Any]:
    """The tasks that stand for clauses, with the clause's number, words, edition (from 1 on) and day."""
    rows = Task.objects.filter(project=project, clause__isnull=False).order_by()
    return rows.values_list("pk", "clause__number", "clause__text", Coalesce("clause__memorandum__edition", 1), "clause__due_on")


_promised = ListAgain(promised, *signs(1))


def promises_of(project: Project, rows: Iterable[tuple[Any, ...]] | None = None) -> dict[int, Promise]:
    """What clauses promise, by the task that stands for each; kept on the project row for the rest of the request.

    Asked once for all cards, since to join it to each is slow; `rows` are those of `promised`, where they are read already.
    """
    known: dict[int, Promise] | None = project.__dict__.get("_promises")
    if known is None:
        url = reverse("memorandum", args=[project.uid])
        rows = _promised(project.pk) if rows is None else rows
        known = {pk: Promise(f"{url}#clause-{said[0]}", said[1] or "", said[2], said[0], said[3]) for pk, *said in rows}
        project.__dict__["_promises"] = known
    return known


def _comments() -> Any:
    """How many comments a task has: none reads as null."""
    kind = ContentType.objects.get_for_model(Task)
    said = Comment.objects.filter(content_type=kind, object_id=OuterRef("pk")).order_by().values("object_id")
    return Subquery(said.annotate(n=Count("pk")).values("n"), output_field=IntegerField())


def card_rows(tasks: QuerySet[Task]) -> list[CardRow]:
    """These tasks as cards, in their order; one query."""
    return [CardRow._make(row) for row in _values(tasks)]


def _values(tasks: QuerySet[Task], *, near: bool = True) -> QuerySet[Task, Any]:
    fields = FIELDS if near else [NOTHING if field in NEAR else field for field in FIELDS]
    return tasks.annotate(comments=_comments()).values_list(*fields)


@cache
def _cards(order: tuple[Any, ...], number: int, *, near: bool) -> ListAgain:
    return ListAgain(lambda *some: _values(Task.objects.filter(pk__in=some).order_by(*order), near=near), *signs(number))


def cards_of(keys: Sequence[int], order: tuple[Any, ...], *, near: bool = True) -> list[CardRow]:
    """The cards of these tasks in an order; one query, built once for every fifty keys.

    `near`: with the uids of department, assignee and node, which say the column or swimlane where these make them.
    """
    room = -(-len(keys) // ROOM) * ROOM
    return [CardRow._make(row) for row in _cards(order, room, near=near)(*keys, *[0] * (room - len(keys)))] if keys else []


def card_row(pk: int) -> CardRow:
    """One card."""
    (row,) = _cards((), 1, near=True)(pk)
    return CardRow._make(row)


def keyed(rows: Iterable[CardRow], key: Any) -> dict[Any, list[CardRow]]:
    """Cards by what `key` says of them, each list in the order they came."""
    found: dict[Any, list[CardRow]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
