"""A key result's target as typed becomes what it measures (rule B2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from common import amounts
from common.dates import NoSuchDay
from common.refusals import Refused
from projects.models import Kpi, Project

EMPTY: dict[str, Any] = {"target": None, "target_date": None, "relative_days": None}


def near(project: Project) -> date:
    """From when on a day without a year is meant."""
    return project.starts_on or project.today


def target_fields(said: str, project: Project, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a Kpi that follow from its target as said; nothing understood leaves it a draft. Refused: no such day."""
    text = said.strip()
    try:
        read = amounts.read(text, near(project))
    except NoSuchDay as error:
        raise Refused(str(error), field="said", code="no_such_day") from error
    fields = EMPTY | {"said": text}
    if read.day is not None:
        return fields | {"kind": Kpi.Kind.DATE, "target_date": read.day}
    if read.days is not None:
        return fields | {"kind": Kpi.Kind.RELATIVE, "relative_days": read.days}
    kind = Kpi.Kind.ON_TIME if given.get("kind") == Kpi.Kind.ON_TIME else Kpi.Kind.NUMBER
    fields |= {"kind": kind, "target": read.number}
    if read.unit:
        fields["unit"] = read.unit[:20]
    if read.direction:
        fields["direction"] = read.direction
    return fields
