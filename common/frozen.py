"""Rows that are written once: the model refuses change and deletion, as the database does by trigger."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from common.refusals import Refused


def _refuse(fields: Iterable[str], frozen: tuple[str, ...]) -> None:
    touched = sorted(set(fields) & set(frozen))
    if touched:
        raise Refused(_("What has been frozen or signed is never changed (%s).") % ", ".join(touched), code="frozen_row")


class FrozenRows(models.QuerySet[Any]):
    """Bulk writes know the same limits as single ones."""

    def update(self, **values: Any) -> int:
        _refuse(values, self.model.FROZEN)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Refused(_("What has been frozen or signed is never deleted."), code="frozen_row")


class FrozenRow(models.Model):
    """Fields named in FROZEN keep what they were made with; the row stays for good."""

    FROZEN: ClassVar[tuple[str, ...]] = ()

    objects = FrozenRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            named = options.get("update_fields")
            _refuse(self.FROZEN if named is None else named, self.FROZEN)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise Refused(_("What has been frozen or signed is never deleted."), code="frozen_row")
