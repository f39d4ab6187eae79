"""How a snapshot's values are written on paper."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

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
    return f"{saying.date_words(moment.date())} {moment:%H:%M:%S}({moment:%z})"


@register.filter
def paper_quantity(row: dict[str, Any]) -> str:
    """A clause's or resource's quantity with its unit; a dash where there is none."""
    said = row.get("quantity")
    return saying.quantity_words(Decimal(said), row.get("unit") or "") if said else "—"


@register.filter
def chinese_number(value: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十; for the numbering of sections."""
    if value <= 10:
        return COUNT[value]
    tens, ones = divmod(value, 10)
    return ("" if tens == 1 else COUNT[tens]) + "十" + (COUNT[ones] if ones else "")
