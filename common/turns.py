"""Locks on what has no row: whoever takes a turn at it waits for those before, until this transaction ends."""

from enum import IntEnum

from django.db import connection


class Turn(IntEnum):
    """At what; each is counted by the project's key."""

    FIGURES = 418
    NUMBER_OF_MINUTES = 419


def take_turn(at: Turn, project_id: int, *, beside_others: bool = False) -> None:
    """Alone, or beside others of whom none is alone. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        kind = "_shared" if beside_others else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{kind}(%s, %s)", [at, project_id])
