"""What every row that people see has: a random public id, and history stamped by the one clock and the acting user."""

import functools
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from common import acts, clock
from common.adding import add


class Row(models.Model):
    """A row known outside the database by its random `uid`; integer keys never leave it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def _history_date(self) -> datetime:
        return clock.now()

    @property
    def _history_user(self) -> Any:
        return acts.current_actor()


class SharedRow(Row):
    """A row that several people write: `version` counts their writes, so that the second sees the first's value."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def bump(self, *fields: str) -> Self:
        """Save the named fields as a person's write: the version rises by one."""
        self.version += 1
        self.save(update_fields=[*fields, "version"])
        return self


def delete_with_history(rows: Sequence[Row]) -> None:
    """Delete rows of one model that nothing points to, with their last history rows, in two statements however many they are."""
    if not rows:
        return
    model: Any = type(rows[0])
    past = model.history.model
    past.objects.bulk_create(
        past(
            history_type="-", history_date=clock.now(), history_user=acts.current_actor(),
            **{field.attname: getattr(row, field.attname) for field in past.tracked_fields},
        )
        for row in rows
    )  # fmt: skip
    gone = model._default_manager.filter(pk__in=[row.pk for row in rows])
    gone._raw_delete(gone.db)


class _Past(HistoryManager):  # type: ignore[misc]
    """The manager of history rows; its class is built once, where the library builds it at each write."""

    @classmethod
    @functools.cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class _History(HistoricalRecords):  # type: ignore[misc]
    """As the library keeps it, but written by a statement that is built once, and without signals, which nobody here hears."""

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        past: Any = getattr(instance, self.manager_name).model
        add(
            past(
                history_type=history_type, history_date=instance._history_date, history_user=instance._history_user,
                **{field.attname: getattr(instance, field.attname) for field in past.tracked_fields},
            )
        )  # fmt: skip


def history() -> HistoricalRecords:
    """How a row looked at each moment (django-simple-history, users kept by plain key)."""
    return _History(user_db_constraint=False, cascade_delete_history=False, history_manager=_Past)
