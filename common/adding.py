"""New rows by a statement that is built once: for the rows that every write leaves behind (reports, events, notices, history)."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

BATCH = 500  # rows of one statement


class _Insert:
    """How rows of a model are written on one connection."""

    def __init__(self, connection: BaseDatabaseWrapper, model: type[Model]) -> None:
        quoted, options = connection.ops.quote_name, model._meta
        self.key = options.pk.attname
        self.fields: list[Any] = [field for field in options.local_concrete_fields if field is not options.pk]
        columns = ", ".join(quoted(field.column) for field in self.fields)
        self.head = f"INSERT INTO {quoted(options.db_table)} ({columns}) VALUES "  # noqa: S608
        self.places = f"({', '.join(['%s'] * len(self.fields))})"
        self.tail = f" RETURNING {quoted(str(options.pk.column))}"
        self.connection = connection

    def write(self, rows: Sequence[Any]) -> None:
        values = [field.get_db_prep_save(field.pre_save(row, True), self.connection) for row in rows for field in self.fields]
        with self.connection.cursor() as cursor:
            cursor.execute(f"{self.head}{', '.join([self.places] * len(rows))}{self.tail}", values)
            keys = cursor.fetchall()
        for row, (key,) in zip(rows, keys, strict=True):
            setattr(row, self.key, key)
            row._state.adding, row._state.db = False, self.connection.alias


def add(*rows: Model) -> None:
    """Write new rows of one model whose key the database gives, five hundred at a time; no signal is sent, no history kept."""
    if not rows:
        return
    connection, model = connections[DEFAULT_DB_ALIAS], type(rows[0])
    known: dict[type[Model], _Insert] = connection.__dict__.setdefault("_inserts", {})
    if model not in known:
        known[model] = _Insert(connection, model)
    for start in range(0, len(rows), BATCH):
        known[model].write(rows[start : start + BATCH])
