"""What a builder wrote is kept in this process: who asks for the same again gets the rows without the work.

A builder goes through the real services, which takes a second; hundreds of tests begin with it. Kept are only the rows, and
only for tests that roll back (nothing is told on commit there). All that the database holds is part of the key, so nothing
is taken for the same that is not.
"""

import hashlib
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import translation

from common import clock, ports
from tests.database import KEPT

Given = ParamSpec("Given")
Made = TypeVar("Made")
Rows = dict[str, list[str]]  # by table, each row as the database writes it
Everything = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """What a builder did to the database, and what it returned."""

    gone: Rows
    come: Rows
    made: bytes

    def again(self) -> Any:
        """Do the same to the database; the answer is a copy of its own."""
        with transaction.atomic(savepoint=False), connection.cursor() as cursor, _past_triggers(cursor):
            for table, rows in self.gone.items():
                chosen = ", ".join(["%s"] * len(rows))
                cursor.execute(f'DELETE FROM "{table}" AS row WHERE {_as_text(table)} IN ({chosen})', rows)
            for table, rows in self.come.items():
                if connection.vendor == "postgresql":
                    cursor.execute(f'INSERT INTO "{table}" SELECT * FROM unnest(%s::"{table}"[])', [rows])
                else:
                    cursor.execute(f'INSERT INTO "{table}" VALUES {", ".join(rows)}')
        return pickle.loads(self.made)


_known: dict[object, Change] = {}


def remembered(builder: Callable[Given, Made], *, committed: bool = False) -> Callable[Given, Made]:
    """A builder whose work is done once for each state of the database that it finds.

    `committed` is for what nothing follows from on commit, such as a loaded sample: it is kept for tests with real commits too.
    """

    @wraps(builder)
    def build(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        if not (committed or _rolls_back()):
            return builder(*args, **kwargs)
        before = _everything()
        digest = hashlib.sha256(repr(sorted(before)).encode()).digest()
        key = (builder.__module__, builder.__qualname__, _said(args), _said(kwargs), digest, *_surroundings())
        if key not in _known:
            made = builder(*args, **kwargs)
            after = _everything()
            _known[key] = Change(_by_table(before - after), _by_table(after - before), pickle.dumps(made))
            return made
        answer: Made = _known[key].again()
        return answer

    return build


def _rolls_back() -> bool:
    """Within a test whose transaction is taken back at its end."""
    within_a_test = any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
    return within_a_test and _may_write_past_triggers()


@cache
def _may_write_past_triggers() -> bool:
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


@contextmanager
def _past_triggers(cursor: Any) -> Iterator[None]:
    """What was checked when it was built is not checked again."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = origin")


@cache
def _as_text(table: str) -> str:
    """A whole row as text, exact: as a record, on SQLite as what stands behind VALUES."""
    if connection.vendor == "postgresql":
        return "row::text"
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return "'(' || " + " || ',' || ".join(f'quote("{column}")' for column in columns) + " || ')'"


@cache
def _all_tables() -> str:
    """The query for every row of every table, as text."""
    tables = [name for name in connection.introspection.table_names() if name not in KEPT]
    return " UNION ALL ".join(f"SELECT '{name}', {_as_text(name)} FROM \"{name}\" AS row" for name in tables)


def _everything() -> Everything:
    with connection.cursor() as cursor:
        cursor.execute(_all_tables())
        return frozenset(cursor.fetchall())


def _by_table(rows: Everything) -> Rows:
    found: Rows = {}
    for table, row in sorted(rows):
        found.setdefault(table, []).append(row)
    return found


def _surroundings() -> tuple[object, ...]:
    """What else a builder may heed: the moment (to the minute, where the clock is not held), the language, who listens."""
    moment = clock.now() if clock._set_to.get() else f"{clock.now():%Y-%m-%d %H:%M}"
    listening = tuple(sorted((verb, len(who)) for verb, who in ports.reactions.items()))
    return moment, translation.get_language(), settings.MAIL_CONFIGURED, len(ports.words), listening


def _said(given: Any) -> object:
    """An argument, comparable: a row by its key, since what it holds is in the database."""
    if isinstance(given, Model):
        return given._meta.label, given.pk
    if isinstance(given, dict):
        return tuple(sorted((name, _said(value)) for name, value in given.items()))
    if isinstance(given, (list, tuple)):
        return tuple(_said(value) for value in given)
    return type(given).__name__, repr(given)
