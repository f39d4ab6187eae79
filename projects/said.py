"""A key result's target as typed becomes what it measures (rule B2)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import amounts
from common.dates import NoSuchDay
from common.refusals import Refused
from common.saying import quantity_words
from projects.models import Kpi, Project

LARGEST = Decimal(10) ** 15
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
    if read.number is not None and read.number >= LARGEST:
        raise Refused(_("That is more than can be counted; check the figure."), field="said", code="number")
    kind = Kpi.Kind.ON_TIME if given.get("kind") == Kpi.Kind.ON_TIME else Kpi.Kind.NUMBER
    fields |= {"kind": kind, "target": read.number}
    if read.unit:
        fields["unit"] = read.unit[:20]
    if read.direction:
        fields["direction"] = read.direction
    return fields


def shown_target(kpi: Kpi) -> str:
    """The target as it was said, else in the words in which it could be said."""
    if kpi.said:
        return kpi.said
    if kpi.target is not None:
        return round_number_words(kpi.target, kpi.unit)
    if kpi.target_date is not None:
        return kpi.target_date.isoformat()
    if kpi.relative_days is not None:
        return f"{'提前' if kpi.relative_days < 0 else '推后'}{abs(kpi.relative_days)}天"
    return ""


def plain_number(value: Decimal) -> str:
    """A number without needless zeros."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def round_number_words(value: Decimal | None, unit: str) -> str:
    """A number with its unit; in Chinese a round one in 万 and 亿."""
    if value is None:
        return ""
    if (get_language() or "").startswith("zh"):
        for times, word in ((10**8, "亿"), (10**4, "万")):
            if abs(value) >= times and value % (times // 100) == 0:
                return plain_number(value / times) + word + unit
    return quantity_words(value, unit)
