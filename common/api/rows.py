"""Lists are written from values, never from objects: the driver gives text and numbers, JSON is made of them at once.

Moments are UTC in ISO 8601, quantities are numbers, keys of rows never appear: what a row points to is named by its uid.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import QuerySet
from psycopg2 import extensions

from common.again import Statement

Row = tuple[Any, ...]


def _moment(value: str | None, _cursor: Any) -> str | None:
    """2026-07-01 02:00:00+00 as 2026-07-01T02:00:00+00:00; connections speak UTC."""
    return f"{value[:10]}T{value[11:]}:00" if value else None


def _number(value: str | None, _cursor: Any) -> float | None:
    return float(value) if value is not None else None


_TEXTS = extensions.new_type((2950, 1082), "PLAIN_TEXT", extensions.UNICODE)  # uuid, date
_MOMENTS = extensions.new_type((1184,), "PLAIN_MOMENT", _moment)
_NUMBERS = extensions.new_type((1700,), "PLAIN_NUMBER", _number)


def fetch(rows: QuerySet[Any], *fields: str) -> list[Row]:
    """The values of these fields, ready for JSON; `rows` decides which and in which order."""
    try:
        sql, params = rows.values_list(*fields).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        _as_plain_values(cursor.cursor)
        cursor.execute(sql, params)
        found: list[Row] = cursor.fetchall()
    return found if connection.vendor == "postgresql" else _plain(rows.model, fields, found)


def _as_plain_values(cursor: Any) -> None:
    """Let this cursor read what JSON is made of."""
    if connection.vendor == "postgresql":
        for kind in (_TEXTS, _MOMENTS, _NUMBERS):
            extensions.register_type(kind, cursor)


class FetchAgain:
    """As `fetch`, for a query that is built once and asked again with other values (see `common.again`)."""

    def __init__(self, build: Callable[..., QuerySet[Any]], fields: Sequence[str], *signs: int) -> None:
        self.build, self.fields, self.signs = build, fields, signs

    def __call__(self, *values: int) -> list[Row]:
        """The values of the rows; one statement."""
        plans: dict[FetchAgain, tuple[Statement, type[models.Model]]] = connections[DEFAULT_DB_ALIAS].__dict__.setdefault(
            "_fetched_again", {}
        )
        if self not in plans:
            rows = self.build(*self.signs).values_list(*self.fields)
            compiler = rows.query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
            plans[self] = Statement(connections[DEFAULT_DB_ALIAS], compiler, self.signs), rows.model
        statement, model = plans[self]
        found = statement.rows(values, _as_plain_values)
        return found if connection.vendor == "postgresql" else _plain(model, self.fields, found)


def _plain(model: type[models.Model], fields: Iterable[str], found: list[Row]) -> list[Row]:
    """What the embedded database keeps otherwise: uids without hyphens, quantities as they came, truth as 0 and 1."""
    readers = [_reader(model, name) for name in fields]
    if not any(readers):
        return found
    return [
        tuple(value if read is None or value is None else read(value) for read, value in zip(readers, row, strict=True))
        for row in found
    ]


def _reader(model: type[models.Model], name: str) -> Callable[[Any], Any] | None:
    if name == "pk":
        return None
    field: Any = None
    for part in name.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    match field:
        case models.UUIDField():
            return _hyphens
        case models.DecimalField():
            return float
        case models.BooleanField():
            return bool
        case models.DateTimeField():
            return _utc
        case models.DateField():
            return date.isoformat
    return None


def _utc(value: datetime) -> str:
    return f"{value.isoformat()}+00:00"


def _hyphens(value: str) -> str:
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def dumps(data: Any) -> bytes:
    """Values as JSON."""
    return orjson.dumps(data)


def written(text: str | None) -> orjson.Fragment | None:
    """A JSON column as it stands in the database."""
    return orjson.Fragment(text) if text is not None else None


def percent(hundredths: int | None) -> float | None:
    """Hundredths of a percent as a percentage."""
    return None if hundredths is None else hundredths / 100


def uids(rows: QuerySet[Any], keys: Collection[int | None]) -> dict[int | None, str]:
    """The uids of rows by their keys, in one query; none when nothing is asked for."""
    wanted = set(keys) - {None}
    return dict(fetch(rows.model._default_manager.filter(pk__in=wanted), "pk", "uid")) if wanted else {}  # type: ignore[arg-type]


def named(model: type[models.Model], keys: Collection[int | None], name: str = "name") -> dict[int | None, orjson.Fragment]:
    """Rows by their keys as {"uid", <name>}, in one query."""
    wanted = set(keys) - {None}
    if not wanted:
        return {}
    rows = fetch(model._default_manager.filter(pk__in=wanted).order_by(), "pk", "uid", name)
    return {key: orjson.Fragment(orjson.dumps({"uid": uid, name: said})) for key, uid, said in rows}
