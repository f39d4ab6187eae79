"""Dates, spans, figures and acts as people say them, in the reader's language."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

from common import clock, ports

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def in_chinese() -> bool:
    """Whether what is said now is said in Chinese."""
    return (get_language() or "").startswith("zh")


def weekday_words(day: date) -> str:
    """周五, Fri."""
    return WEEKDAYS["zh" if in_chinese() else "en"][day.weekday()]


def weekday_name(weekday: int) -> str:
    """The same for a weekday by its number, Monday = 0."""
    return WEEKDAYS["zh" if in_chinese() else "en"][weekday]


def here(moment: datetime) -> datetime:
    """A stored moment in the time zone of the page."""
    return timezone.localtime(moment)


def day_words(day: date, today: date | None = None) -> str:
    """A date as people say it: today, tomorrow, Friday (of this week), 20 June, 20 June 2025 (of another year)."""
    today = today or here(clock.now()).date()
    apart = (day - today).days
    near = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if apart in near:
        return near[apart]
    monday = today - timedelta(today.weekday())
    if monday <= day < monday + timedelta(7):
        return weekday_words(day)
    return date_words(day, with_year=day.year != today.year)


def date_words(day: date, *, with_year: bool = True) -> str:
    """A date in full: 2026年6月20日, 20 Jun 2026."""
    if in_chinese():
        return f"{day.year}年{day.month}月{day.day}日" if with_year else f"{day.month}月{day.day}日"
    short = f"{day.day} {MONTHS[day.month - 1]}"
    return f"{short} {day.year}" if with_year else short


def full_words(day: date) -> str:
    """A date in full with its weekday: 2026年6月20日 周六, Sat 20 Jun 2026."""
    said = (date_words(day), weekday_words(day))
    return " ".join(said if in_chinese() else reversed(said))


def moment_words(moment: datetime) -> str:
    """A moment as people say it: today 15:00, Friday 09:30, 20 June 18:00."""
    local = here(moment)
    return f"{day_words(local.date())} {local:%H:%M}"


def exact_words(value: date | datetime) -> str:
    """The exact date, or moment with its zone, for hover and screen readers."""
    if isinstance(value, datetime):
        local = here(value)
        return f"{full_words(local.date())} {local:%H:%M} ({local.tzname()})"
    return full_words(value)


def span_words(span: timedelta) -> str:
    """A length of time in the two largest units that matter: 7 hours 20 minutes, 1 day, 3 days."""
    minutes = int(span.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    zh = in_chinese()
    if days >= 3:
        return f"{days} 天" if zh else f"{days} days"
    if days:
        tail = f" {hours} 小时" if zh else f" {hours} h"
        return (f"{days} 天" if zh else f"{days} d") + (tail if hours else "")
    if hours:
        tail = f" {rest} 分" if zh else f" {rest} min"
        return (f"{hours} 小时" if zh else f"{hours} h") + (tail if rest else "")
    return f"{rest} 分" if zh else f"{rest} min"


def left_words(due: datetime, now: datetime | None = None) -> str:
    """What a running clock says: so much left, or overdue by so much."""
    left = due - (now or clock.now())
    if left > timedelta():
        return gettext("%s left") % span_words(left)
    return gettext("overdue by %s") % span_words(-left)


def figure(value: Decimal | int | float | None, places: int | None = None) -> str:
    """A number with thousands grouped and no idle zeros (or exactly `places` of them)."""
    if value is None:
        return "–"
    number = Decimal(str(value))
    if places is not None:
        return f"{number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity_words(value: Decimal | int | float | None, unit: str = "") -> str:
    """A number with its unit as one writes it: 45家, 500万元, 15 %, 45 stores."""
    if value is None:
        return "–"
    close = unit[:1] in ("%", "‰", "") or "\u2e80" <= unit[:1] <= "\u9fff"
    return figure(value) + ("" if close else "\u00a0") + (unit or "")


def percent_words(hundredths: int | None) -> str:
    """Hundredths of a percent as a percentage with two places: 2667 → 26.67%."""
    return "–" if hundredths is None else f"{points_words(hundredths)}%"


def points_words(hundredths: int | None) -> str:
    """Hundredths of a percentage point with two places: 1333 → 13.33."""
    if hundredths is None:
        return "–"
    sign = "−" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


class _Facts(dict[str, Any]):
    """Facts of an event; one that was not recorded reads as a dash, so that an old event never breaks a page."""

    def __missing__(self, key: str) -> str:
        return "—"


def fact_words(value: object) -> object:
    """A recorded fact as people read it: moments, days and lists in words, the rest as it is."""
    if isinstance(value, list | tuple):
        return ("、" if in_chinese() else ", ").join(str(fact_words(one)) for one in value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        local = here(datetime.fromisoformat(value))
        return f"{date_words(local.date())} {local:%H:%M}"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date_words(date.fromisoformat(value))
    return value


def event_words(verb: str, actor: Any, title: str, facts: Mapping[str, Any]) -> str:
    """The sentence of an event in the reader's language; `actor` is a person, or None for the system."""
    words = ports.words.get(verb)
    who = str(actor) if actor is not None else pgettext("actor of an event", "The system")
    if facts.get("on_behalf_of"):
        who = gettext("%(who)s (for %(person)s)") % {"who": who, "person": facts["on_behalf_of"]}
    if words is None:
        return f"{who} · {title}"
    said = _Facts({name: fact_words(value) for name, value in facts.items()}) | {"actor": who, "title": title}
    return str(words.sentence).format_map(_Facts(said))


def count_words(n: int) -> str:
    """How many rows a list has."""
    return ngettext("%(n)s row", "%(n)s rows", n) % {"n": f"{n:,}"}
