"""A page of the table: its rows, and how many there are in all."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db.models import Count, QuerySet

from common.again import ListAgain, signs
from people.models import User
from projects.models import Project
from tracking.models import Task
from tracking.queries.desk import leaves
from tracking.queries.filters import Filters, filtered
from tracking.queries.table import FIELDS, GROUPS, Look, TableRow, order_of

ROWS = 100


@dataclass(frozen=True)
class TablePage:
    """A page of the table, with how many rows there are in all, and in each of its groups."""

    rows: list[TableRow]
    number: int
    pages: int
    total: int
    groups: dict[Any, int]


@dataclass(frozen=True)
class _List:
    """The tasks that a table shows; what is asked for by most, its beginning without filters, is a query built once."""

    project: Project
    user: User
    filters: Filters
    look: Look

    @cached_property
    def tasks(self) -> QuerySet[Task]:
        return filtered(self.project, self.user, self.filters)

    @property
    def is_whole(self) -> bool:
        return self.filters == Filters()

    def rows(self, start: int) -> list[TableRow]:
        """A page from a place on, and one row more where there is any."""
        if self.is_whole and not start:
            look = self.look
            return [TableRow._make(row) for row in _beginning(look.sort, look.group, descending=look.descending)(self.project.pk)]
        return table_rows(self.tasks.order_by(*order_of(self.look))[start : start + ROWS + 1])

    def total(self) -> int:
        if self.is_whole:
            return sum(n for (n,) in _number(self.project.pk))
        return self.tasks.order_by().count()

    def groups(self) -> dict[Any, int]:
        if not self.look.group:
            return {}
        by = GROUPS[self.look.group][1]
        return dict(self.tasks.order_by().values_list(by).annotate(n=Count("pk")))


def _whole(project: int) -> QuerySet[Task]:
    return leaves(Task.objects.filter(project=project)).exclude(state=Task.State.CANCELLED)


@cache
def _beginning(sort: str, group: str, *, descending: bool) -> ListAgain:
    order = order_of(Look(sort, descending, group=group))
    return ListAgain(lambda project: _whole(project).order_by(*order)[: ROWS + 1].values_list(*FIELDS), *signs(1))


_number = ListAgain(
    lambda project: _whole(project).order_by().values("project").annotate(n=Count("pk")).values_list("n"), *signs(1)
)


def table_page(project: Project, user: User, filters: Filters, look: Look) -> TablePage:
    """The page asked for, or the last one; two queries, one where all fits on the first page."""
    asked = _List(project, user, filters, look)
    groups = asked.groups()
    start = (look.page - 1) * ROWS
    rows = asked.rows(start)
    if groups:
        total = sum(groups.values())
    elif rows and len(rows) <= ROWS:
        total = start + len(rows)
    else:
        total = asked.total() if rows or start else 0
    pages = max(1, -(-total // ROWS))
    number = look.page
    if not rows and total:
        number = pages
        rows = asked.rows((pages - 1) * ROWS)
    return TablePage(rows[:ROWS], number, pages, total, groups)


def table_rows(tasks: QuerySet[Task]) -> list[TableRow]:
    """These tasks as rows, in their order; one query."""
    return [TableRow._make(row) for row in tasks.values_list(*FIELDS)]
