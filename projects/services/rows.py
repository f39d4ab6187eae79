"""What every write on a shared row of a project does: scoped fetch, version check, only known fields."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext as _

from common.refusals import Conflict, Refused
from common.rows import SharedRow
from projects.models import Project

R = TypeVar("R", bound=Model)


def row_of(model: type[R], project: Project, uid: UUID) -> R:
    """The project's row under lock; 404 when it is not one of this project's."""
    row = model._default_manager.select_for_update().filter(project=project, uid=uid).first()
    if row is None:
        raise Http404
    return row


def check_version(row: SharedRow, seen: int | None, mine: Mapping[str, object]) -> None:
    """Conflict when somebody saved since this person looked; both values go along."""
    if seen is not None and row.version != seen:
        theirs = {name: _value(row, name) for name in mine if hasattr(row, name)}
        raise Conflict(_("Somebody else saved this while you were typing."), mine=dict(mine), theirs=theirs)


def _value(row: Model, name: str) -> object:
    value = getattr(row, name)
    return list(value.all()) if hasattr(value, "all") else value


def check_known(fields: Mapping[str, object], known: set[str]) -> None:
    """Unknown fields are refused, so that nothing is written that no rule looked at."""
    unknown = set(fields) - known
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")


def check_window(starts_on: Any, ends_on: Any, *, field: str) -> None:
    """What ends does not end before it begins."""
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(_("The end lies before the beginning."), field=field, code="window")


def changed(row: Model, fields: Mapping[str, object]) -> list[str]:
    """Put new values on the row (unsaved); returns the names of those that differ."""
    names = [name for name, value in fields.items() if row.pk is None or getattr(row, name) != value]
    for name in names:
        setattr(row, name, fields[name])
    return names
