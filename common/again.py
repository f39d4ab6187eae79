"""A query that is built once and asked again with other values.

To build and compile a query costs more than to answer it; doors and locks ask the same one thousands of times.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.utils import timezone

M = TypeVar("M", bound=Model)


class _Plan(Generic[M]):
    """A compiled query of one connection: its text, its values with the places of what is asked, and how rows become objects."""

    def __init__(self, connection: BaseDatabaseWrapper, query: "QuerySet[M]", signs: Sequence[Any]) -> None:
        self.compiler: Any = query.query.get_compiler(connection=connection)
        self.sql, params = self.compiler.as_sql()
        self.params = list(params)
        self.native = connection.features.has_native_uuid_field
        adapted = [self._adapted(sign) for sign in signs]
        self.places = [(at, adapted.index(param)) for at, param in enumerate(self.params) if param in adapted]
        asked = {which for _at, which in self.places}
        if asked != set(range(len(signs))):
            raise ValueError(f"values {set(range(len(signs))) - asked} do not stand in {self.sql}")
        info = self.compiler.klass_info
        fields = info["select_fields"]
        self.first, self.end = fields[0], fields[-1] + 1
        self.names = [column[0].target.attname for column in self.compiler.select[self.first : self.end]]
        self.model = info["model"]
        self.related = get_related_populators(info, self.compiler.select, connection.alias)  # type: ignore[call-arg]
        self.converters = self.compiler.get_converters([column[0] for column in self.compiler.select])
        self.connection = connection

    def _adapted(self, value: Any) -> Any:
        return value.hex if isinstance(value, UUID) and not self.native else value

    def asked(self, values: Sequence[Any]) -> list[M]:
        params = list(self.params)
        for at, which in self.places:
            params[at] = self._adapted(values[which])
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return [self._made(row) for row in self.compiler.apply_converters(rows, self.converters)]

    def _made(self, row: Sequence[Any]) -> M:
        made: M = self.model.from_db(self.connection.alias, self.names, row[self.first : self.end])
        for related in self.related:
            related.populate(row, made)
        return made


class Again(Generic[M]):
    """`Again(build, *signs)`: `build(*signs)` gives the query; signs are values (whole numbers, uids) found nowhere else in it.

    Made for rows as they are (with `select_related`, `select_for_update`); the values asked are of the signs' types, or None.
    """

    def __init__(self, build: "Callable[..., QuerySet[M]]", *signs: int | UUID) -> None:
        self.build, self.signs = build, signs

    def __call__(self, *values: Any) -> list[M]:
        """The rows for these values; one statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        plans: dict[Again[M], _Plan[M]] = connection.__dict__.setdefault("_asked_again", {})
        plan = plans.get(self)
        if plan is None:
            plan = plans[self] = _Plan(connection, self.build(*self.signs), self.signs)
        return plan.asked(values)


class _ListPlan:
    """A compiled query for values of one connection: its text, and where what is asked stands in it."""

    def __init__(self, connection: BaseDatabaseWrapper, query: "QuerySet[Any, Any]", signs: Sequence[Any]) -> None:
        compiler: Any = query.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        self.params, self.connection, self.apply = list(params), connection, compiler.apply_converters
        adapted = [self.adapted(sign) for sign in signs]
        self.places = [(at, adapted.index(param)) for at, param in enumerate(self.params) if param in adapted]
        if {which for _at, which in self.places} != set(range(len(signs))):
            raise ValueError(f"not all of {signs} stand in {self.sql}")
        self.converters = compiler.get_converters([column[0] for column in compiler.select or ()])

    def adapted(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return self.connection.ops.adapt_datetimefield_value(value)
        return self.connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value

    def asked(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        params = list(self.params)
        for at, which in self.places:
            params[at] = self.adapted(values[which])
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if self.converters:
            return [tuple(row) for row in self.apply(rows, self.converters)]
        return rows


class ListAgain:
    """As `Again`, for queries of values (`values_list`); signs are whole numbers, words or days."""

    def __init__(self, build: "Callable[..., QuerySet[Any, Any]]", *signs: int | str | date) -> None:
        self.build, self.signs = build, signs

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        """The values of the rows; one statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        plans: dict[tuple[ListAgain, str], _ListPlan] = connection.__dict__.setdefault("_lists_again", {})
        key = (self, timezone.get_current_timezone_name())  # days of moments are told by it
        plan = plans.get(key)
        if plan is None:
            plan = plans[key] = _ListPlan(connection, self.build(*self.signs), self.signs)
        return plan.asked(values)


def signs(number: int) -> list[int]:
    """Whole numbers that stand for keys while a query is built."""
    return [-987_654_000 - at for at in range(number)]
