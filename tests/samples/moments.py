"""Every moment that a database stores, read by SQL."""

from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models

PLANS = {  # what lies ahead because it is planned
    ("activity_clock", "due_at"),
    ("activity_clockstep", "at"),
    ("documents_document", "sign_by"),
    ("meetings_meeting", "starts_at"),
    ("meetings_meeting", "ends_at"),
    ("meetings_historicalmeeting", "starts_at"),
    ("meetings_historicalmeeting", "ends_at"),
    ("meetings_minutes", "answer_by"),
    ("meetings_historicalminutes", "answer_by"),
}
OF_THE_MACHINE = {"django_migrations", "django_session", "collab_cache"}  # real present: not told by the samples


def stored_moments() -> dict[tuple[str, str], list[datetime]]:
    """Every moment in every column of every table, read by SQL."""
    columns = {
        (model._meta.db_table, field.column): field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.DateTimeField)
    }
    found: dict[tuple[str, str], list[datetime]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                kind = str(connection.introspection.get_field_type(column.type_code, column))
                if kind == "DateTimeField" and table not in OF_THE_MACHINE:
                    assert (table, column.name) in columns, f"{table}.{column.name} belongs to no model"
                    cursor.execute(f'SELECT "{column.name}" FROM "{table}" WHERE "{column.name}" IS NOT NULL')
                    found[table, column.name] = [moment(row[0]) for row in cursor.fetchall()]
    assert found.keys() == {key for key in columns if key[0] not in OF_THE_MACHINE}
    return found


def moment(said: Any) -> datetime:
    """A moment as a database answers it: with its zone, or in UTC and as text."""
    found: datetime = datetime.fromisoformat(said) if isinstance(said, str) else said
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def sql(asked: str) -> list[tuple[Any, ...]]:
    """What a database answers when it is asked directly."""
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return list(cursor.fetchall())


def assert_nothing_lies_behind(now: datetime) -> None:
    """But for plans nothing stored is later than `now`."""
    late = {key: max(moments) for key, moments in stored_moments().items() if key not in PLANS and moments and max(moments) > now}
    assert late == {}
