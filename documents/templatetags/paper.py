"""How a snapshot's values are written on paper."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from common import saying

register = template.Library()
COUNT = "零一二三四五六七八九十"


@register.filter
def paper_date(value: str | date | None) -> str:
    """A snapshot's date in full: 2026年7月15日."""
    if not value:
        return "—"
    return saying.date_words(date.fromisoformat(value[:10]) if isinstance(value, str) else value)


@register.filter
def paper_moment(value: str | datetime | None) -> str:
    """A moment in full with its zone: 2026年7月15日 10:20:05 (CST)."""
    if not value:
        return "—"
    moment = timezone.localtime(datetime.fromisoformat(value) if isinstance(value, str) else value)
    zone = f"（{moment:%z}）" if (get_language() or "").startswith("zh") else f" ({moment:%z})"
    return f"{saying.date_words(moment.date())} {moment:%H:%M:%S}{zone}"


@register.filter
def paper_day(value: datetime | None) -> str:
    """The date of a moment, here: 2026年7月15日."""
    return saying.date_words(timezone.localtime(value).date()) if value else "—"


@register.filter
def paper_quantity(row: dict[str, Any]) -> str:
    """A clause's or resource's quantity with its unit; a dash where there is none."""
    said = row.get("quantity")
    return _counted(Decimal(said), row.get("unit") or "") if said else "—"


def _counted(number: Decimal, unit: str) -> str:
    """5000000 元 → 500万元; whole ten thousands of a Chinese unit are said so."""
    if number >= 10_000 and number % 10_000 == 0 and unit[:1] >= "\u2e80":
        return saying.quantity_words(number / 10_000, "万" + unit)
    return saying.quantity_words(number, unit)


@register.filter
def chinese_number(value: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十; for the numbering of sections."""
    if value <= 10:
        return COUNT[value]
    tens, ones = divmod(value, 10)
    return ("" if tens == 1 else COUNT[tens]) + "十" + (COUNT[ones] if ones else "")


@register.filter
def kpi_target(row: dict[str, Any]) -> str:
    """A key result's target as it was said, else as it reads: 不低于 500万元, 2026年6月30日前, 节点前 10 天."""
    if row.get("said"):
        return str(row["said"])
    if row.get("target_date"):
        return f"{paper_date(row['target_date'])}前"
    if row.get("relative_days") is not None:
        days = int(row["relative_days"])
        return f"{row.get('relative_to') or ''}{'前' if days < 0 else '后'} {abs(days)} 天"
    if not row.get("target"):
        return "—"
    least = "不高于 " if row.get("direction") == "at_most" else "不低于 "
    return least + _counted(Decimal(row["target"]), row.get("unit") or "")


@register.filter
def paper_value(value: Any, name: str) -> str:
    """A field of a clause as an amendment writes it down: days in full, quantities as figures, a dash for nothing."""
    if value in (None, ""):
        return "—"
    if name in ("starts_on", "due_on"):
        return paper_date(value)
    return saying.figure(Decimal(str(value))) if name == "quantity" else str(value)
