"""How a snapshot's values are written on paper."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

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
    zone = "（%s）" if saying.in_chinese() else " (%s)"
    return f"{saying.date_words(moment.date())} {moment:%H:%M:%S}" + zone % f"{moment:%z}"


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
    if saying.in_chinese() and number >= 10_000 and number % 10_000 == 0 and unit[:1] >= "\u2e80":
        return saying.quantity_words(number / 10_000, "万" + unit)
    return saying.quantity_words(number, unit)


@register.simple_tag(takes_context=True)
def section_number(context: template.Context) -> str:
    """The number of the next section of this text: 一、 or 1."""
    number = int(context.render_context.get("section") or 0) + 1
    context.render_context["section"] = number
    return f"{chinese_number(number)}、" if saying.in_chinese() else f"{number}. "


@register.filter
def item_number(value: int) -> str:
    """The number of what stands first within a section: （一） or (1)."""
    return f"（{chinese_number(value)}）" if saying.in_chinese() else f"({value}) "


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
        return pgettext("paper", "by %s") % paper_date(row["target_date"])
    if row.get("relative_days") is not None:
        days = int(row["relative_days"])
        before, after = (
            ngettext("%(n)d day before %(node)s", "%(n)d days before %(node)s", abs(days)),
            ngettext("%(n)d day after %(node)s", "%(n)d days after %(node)s", abs(days)),
        )
        return (before if days < 0 else after) % {"n": abs(days), "node": row.get("relative_to") or ""}
    if not row.get("target"):
        return "—"
    said = _counted(Decimal(row["target"]), row.get("unit") or "")
    return (_("at most %s") if row.get("direction") == "at_most" else _("at least %s")) % said


@register.filter
def bracketed(text: str) -> str:
    """What stands in brackets behind a name, nothing for nothing: （经理） or (manager)."""
    return (f"（{text}）" if saying.in_chinese() else f" ({text})") if text else ""


@register.filter
def paper_period(row: dict[str, Any]) -> str:
    """From when until when: 2026年4月8日至2026年8月31日, or what is said of it; a dash for nothing."""
    start, end = row.get("starts_on"), row.get("ends_on")
    if start and end:
        return pgettext("paper", "%(start)s to %(end)s") % {"start": paper_date(start), "end": paper_date(end)}
    if start:
        return pgettext("paper", "from %s") % paper_date(start)
    return pgettext("paper", "until %s") % paper_date(end) if end else "—"


ANSWERS = {
    "asked": pgettext_lazy("resource", "not answered"),
    "agreed": gettext_lazy("Agreed"),
    "partly": gettext_lazy("Agreed in part"),
    "declined": gettext_lazy("Declined"),
}


@register.filter
def paper_answer(row: dict[str, Any]) -> str:
    """What the department that is asked answered: agreed, in part and how much, declined."""
    word = str(ANSWERS.get(row.get("state", ""), "—"))
    if row.get("state") == "partly" and row.get("agreed_quantity"):
        return f"{word} {_counted(Decimal(row['agreed_quantity']), row.get('unit') or '')}"
    return word


@register.filter
def paper_value(value: Any, name: str) -> str:
    """A field of a clause as an amendment writes it down: days in full, quantities as figures, a dash for nothing."""
    if value in (None, ""):
        return "—"
    if name in ("starts_on", "due_on"):
        return paper_date(value)
    return saying.figure(Decimal(str(value))) if name == "quantity" else str(value)
