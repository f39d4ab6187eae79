"""A query that is built once and asked again with other values.

To build, compile and plan a query costs more than to answer it; doors and locks ask the same one thousands of times.
PostgreSQL keeps its plan too: it is prepared on each connection (so a pooler in between must keep sessions whole).
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.utils import timezone
from psycopg2.extensions import AsIs

M = TypeVar("M", bound=Model)
TYPES = ((int, "bigint"), (UUID, "uuid"), (datetime, "timestamptz"), (date, "date"))
_numbers = count(1)


class _Prepared:
    """A statement of one connection that PostgreSQL keeps under a name, in each session anew."""

    def __init__(self, connection: BaseDatabaseWrapper, kinds: Sequence[type]) -> None:
        self.connection = connection
        self.types = ", ".join(next((name for of, name in TYPES if issubclass(kind, of)), "unknown") for kind in kinds)
        self.ask = f"EXECUTE {{}} ({', '.join(['%s'] * len(kinds))})"
        self.name, self.session = "", None

    def execute(self, cursor: Any, text: Callable[[], str], values: Sequence[Any]) -> None:
        """Ask by name; `text` says the statement ($1 …, % doubled) where it has to be prepared on the way."""
        session = self.connection.connection
        if self.session is session:
            cursor.execute(self.ask.format(self.name), values)
            return
        name = f"again_{next(_numbers)}"  # never one that an earlier attempt may have left behind
        cursor.execute(f"PREPARE {name} ({self.types}) AS {text()}; {self.ask.format(name)}", values)
        self.name, self.session = name, session


def _adapted(connection: BaseDatabaseWrapper, value: Any) -> Any:
    """A value as the driver takes it."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


class Statement:
    """A compiled query of one connection: its text, and its values with the places of what is asked."""

    def __init__(self, connection: BaseDatabaseWrapper, compiler: Any, signs: Sequence[Any]) -> None:
        self.sql, params = compiler.as_sql()
        self.params, self.connection = list(params), connection
        adapted = [_adapted(connection, sign) for sign in signs]
        self.places = [(at, adapted.index(param)) for at, param in enumerate(self.params) if param in adapted]
        if lacking := set(range(len(signs))) - {which for _at, which in self.places}:
            raise ValueError(f"values {lacking} do not stand in {self.sql}")
        self.prepared = _Prepared(connection, [type(signs[which]) for _at, which in self.places])

    def rows(self, values: Sequence[Any], heed: Callable[[Any], None] | None = None) -> list[tuple[Any, ...]]:
        """The rows for these values; one statement. `heed` says to the driver's cursor how values are read."""
        said = [_adapted(self.connection, values[which]) for _at, which in self.places]
        with self.connection.cursor() as cursor:
            if heed is not None:
                heed(cursor.cursor)
            if self.connection.vendor == "postgresql":
                self.prepared.execute(cursor, lambda: self._text(cursor), said)
            else:
                cursor.execute(self.sql, self._with(said))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _with(self, said: Sequence[Any]) -> list[Any]:
        params = list(self.params)
        for (at, _which), value in zip(self.places, said, strict=True):
            params[at] = value
        return params

    def _text(self, cursor: Any) -> str:
        """What never changes is written in, so that partial indexes are found."""
        marks = [AsIs(f"${number}") for number in range(1, len(self.places) + 1)]
        return str(cursor.mogrify(self.sql, self._with(marks)).decode()).replace("%", "%%")


class TextAgain:
    """A statement written by hand, its values by name: `TextAgain(sql, task=int, day=date)(task=7, day=…)` gives the rows."""

    def __init__(self, sql: str, **kinds: type) -> None:
        self.sql, self.kinds = sql, kinds
        self.text = re.sub(r"%\((\w+)\)s", lambda found: f"${[*kinds].index(found[1]) + 1}", sql)

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """One statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        said = {name: _adapted(connection, values[name]) for name in self.kinds}
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                plans: dict[TextAgain, _Prepared] = connection.__dict__.setdefault("_texts_again", {})
                plan = plans.get(self) or plans.setdefault(self, _Prepared(connection, [*self.kinds.values()]))
                plan.execute(cursor, lambda: self.text, [*said.values()])
            else:
                cursor.execute(self.sql, said)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


class _Plan(Generic[M]):
    """A compiled query of one connection, and how its rows become objects."""

    def __init__(self, connection: BaseDatabaseWrapper, query: "QuerySet[M]", signs: Sequence[Any]) -> None:
        compiler: Any = query.query.get_compiler(connection=connection)
        self.statement, self.apply = Statement(connection, compiler, signs), compiler.apply_converters
        info = compiler.klass_info
        fields = info["select_fields"]
        self.first, self.end = fields[0], fields[-1] + 1
        self.names = [column[0].target.attname for column in compiler.select[self.first : self.end]]
        self.model, self.alias = info["model"], connection.alias
        self.beside = tuple(compiler.annotation_col_map.items())  # what is asked along with a row, by its name
        self.related = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]
        self.converters = compiler.get_converters([column[0] for column in compiler.select])

    def asked(self, values: Sequence[Any]) -> list[M]:
        return [self._made(row) for row in self.apply(self.statement.rows(values), self.converters)]

    def _made(self, row: Sequence[Any]) -> M:
        made: M = self.model.from_db(self.alias, self.names, row[self.first : self.end])
        for related in self.related:
            related.populate(row, made)
        for name, at in self.beside:
            setattr(made, name, row[at])
        return made


class Again(Generic[M]):
    """`Again(build, *signs)`: `build(*signs)` gives the query; signs are values (whole numbers, uids, words) found nowhere else.

    Made for rows as they are (with `select_related`, `select_for_update`, values beside them by `annotate`); the values asked
    are of the signs' types, or None.
    """

    def __init__(self, build: "Callable[..., QuerySet[M]]", *signs: int | UUID | str) -> None:
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
    """A compiled query for values of one connection."""

    def __init__(self, connection: BaseDatabaseWrapper, query: "QuerySet[Any, Any]", signs: Sequence[Any]) -> None:
        compiler: Any = query.query.get_compiler(connection=connection)
        self.statement, self.apply = Statement(connection, compiler, signs), compiler.apply_converters
        self.converters = compiler.get_converters([column[0] for column in compiler.select or ()])

    def asked(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        rows = self.statement.rows(values)
        return [tuple(row) for row in self.apply(rows, self.converters)] if self.converters else rows


class ListAgain:
    """As `Again`, for queries of values (`values_list`); signs are whole numbers, uids, words, days or moments."""

    def __init__(self, build: "Callable[..., QuerySet[Any, Any]]", *signs: int | UUID | str | date) -> None:
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
