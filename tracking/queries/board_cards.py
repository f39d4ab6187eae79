"""The cards of the board as plain values: what a card shows, and nothing that costs a model object."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.urls import reverse

from activity.models import Comment
from projects.models import Project
from tracking.cells import Promise
from tracking.models import Task


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
    department_uid: UUID
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
    clause_number: str | None
    clause_text: str | None
    clause_edition: int | None
    root_number: str | None
    root_text: str | None
    root_edition: int | None
    comments: int | None

    def promise(self, project: Project) -> Promise | None:
        """The clause behind the task: its own, or that of the top of its tree."""
        number, text, edition = self.root_number, self.root_text, self.root_edition
        if number is None:
            number, text, edition = self.clause_number, self.clause_text, self.clause_edition
        if number is None:
            return None
        return Promise(f"{reverse('memorandum', args=[project.uid])}#clause-{number}", text or "", edition or 1, number)


FIELDS = (
    "pk", "uid", "version", "rank", "title", "parent__title", "state",
    "department_id", "department__name", "department__uid", "assignee_id", "assignee__name", "assignee__uid",
    "node_id", "node__uid",
    "due_on", "done", "target", "unit", "figures__planned", "figures__actual", "clause_id", "confirmed_at",
    "clause__number", "clause__text", "clause__memorandum__edition",
    "root__clause__number", "root__clause__text", "root__clause__memorandum__edition",
    "comments",
)  # fmt: skip


def _comments() -> Any:
    """How many comments a task has: none reads as null."""
    kind = ContentType.objects.get_for_model(Task)
    said = Comment.objects.filter(content_type=kind, object_id=OuterRef("pk")).order_by().values("object_id")
    return Subquery(said.annotate(n=Count("pk")).values("n"), output_field=IntegerField())


def card_rows(tasks: QuerySet[Task]) -> list[CardRow]:
    """These tasks as cards, in their order; one query."""
    return [CardRow._make(row) for row in tasks.annotate(comments=_comments()).values_list(*FIELDS)]


def card_row(pk: int) -> CardRow:
    """One card."""
    (row,) = card_rows(Task.objects.filter(pk=pk))
    return row


def keyed(rows: Iterable[CardRow], key: Any) -> dict[Any, list[CardRow]]:
    """Cards by what `key` says of them, each list in the order they came."""
    found: dict[Any, list[CardRow]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
