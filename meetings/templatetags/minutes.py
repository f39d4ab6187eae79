"""How frozen minutes, and the project's data beside them, are written on a page or on paper."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common import saying
from common.templatetags.signs import when
from documents.codes import in_groups
from documents.templatetags.paper import item_number, section_number

register = template.Library()
register.simple_tag(section_number, takes_context=True)  # minutes number their sections as every paper does
register.filter(item_number)


@register.filter
def said_day(value: date | str | None) -> str:
    """A date, or the ISO text of one, in full in the reader's language."""
    if not value:
        return "–"
    return saying.date_words(date.fromisoformat(value[:10]) if isinstance(value, str) else value)


@register.filter
def in_percent(hundredths: int | None) -> str:
    """Hundredths of a percent as read from afar: 26.7%, 100%."""
    said = f"{(hundredths or 0) / 100:.1f}"
    return f"{said.removesuffix('.0')}%"


@register.filter
def room_day(value: date | str) -> Any:
    """A date, or the ISO text of one, as people say it."""
    return when(date.fromisoformat(value[:10]) if isinstance(value, str) else value)


@register.filter
def said_moment(value: datetime | str | None, zone: str = "Asia/Shanghai") -> str:
    """A moment, or the ISO text of one, in a project's zone: 2026年4月14日 14:00."""
    if not value:
        return "–"
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(ZoneInfo(zone))
    return f"{saying.date_words(local.date())} {local:%H:%M}"


@register.filter
def said_second(value: datetime | str | None, zone: str = "Asia/Shanghai") -> str:
    """A moment to the second, in a project's zone: 2026年4月14日 14:00:07."""
    if not value:
        return "–"
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(ZoneInfo(zone))
    return f"{saying.date_words(local.date())} {local:%H:%M:%S}"


@register.filter
def said_utc(value: datetime | str | None) -> str:
    """The same moment in UTC, as programs and servers elsewhere name it."""
    if not value:
        return ""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@register.filter
def said_hour(value: datetime | str | None, zone: str = "Asia/Shanghai") -> str:
    """The hour of a moment: 15:30."""
    if not value:
        return "–"
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


@register.filter
def target_words(row: dict[str, Any]) -> str:
    """A key result's target as it was said, else number with unit, date, or days beside a node."""
    target = row.get("target")
    if target in (None, ""):
        return "–"
    if isinstance(target, dict):
        days = target.get("days") or 0
        text = (
            ngettext("%(n)d day before %(node)s", "%(n)d days before %(node)s", abs(days))
            if days < 0
            else ngettext("%(n)d day after %(node)s", "%(n)d days after %(node)s", abs(days))
        )
        return text % {"n": abs(days), "node": target.get("node", "")}
    if isinstance(target, date):
        return _("by %s") % saying.date_words(target)
    return _number_or_day(target, row)


@register.filter
def any_actual(rows: list[dict[str, Any]]) -> bool:
    """Whether an actual figure stands beside one of these key results."""
    return any(row.get("actual") not in (None, "") for row in rows)


@register.filter
def actual_words(row: dict[str, Any]) -> str:
    """What a key result came to so far: a number with its unit, or a date."""
    actual = row.get("actual")
    if actual in (None, ""):
        return "–"
    if isinstance(actual, date):
        return saying.date_words(actual)
    try:
        return saying.quantity_words(Decimal(str(actual)), row.get("unit") or "")
    except InvalidOperation:
        return said_day(str(actual))


def _number_or_day(target: Any, row: dict[str, Any]) -> str:
    try:
        number = Decimal(str(target))
    except InvalidOperation:
        try:
            return _("by %s") % saying.date_words(date.fromisoformat(str(target)))
        except ValueError:
            return str(target)
    said = saying.quantity_words(number, row.get("unit") or "")
    return (_("at most %s") if row.get("direction") == "at_most" else _("at least %s")) % said


@register.filter
def under(rows: list[dict[str, Any]], place: int) -> list[dict[str, Any]]:
    """The resolutions or actions that stand under the topic at this place (counted from 0)."""
    return [row for row in rows if row.get("item") == place]


@register.filter
def unplaced(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The resolutions or actions of the whole meeting."""
    return [row for row in rows if row.get("item") is None]


@register.filter
def names(rows: list[dict[str, Any]]) -> str:
    """People of the frozen attendance, or of those who confirmed, in one line."""
    return _(", ").join(named(row) for row in rows)


@register.filter
def named(row: dict[str, Any]) -> str:
    """One of them, with the department, or with who answered in their place."""
    around = "（%s）" if saying.in_chinese() else " (%s)"
    more = row.get("department") or (pgettext("in whose place", "by %s") % row["by"] if row.get("by") else "")
    return row["name"] + (around % more if more else "")


@register.filter
def came(rows: list[dict[str, Any]], how: str) -> list[dict[str, Any]]:
    """Those of the attendance who were present, absent, of whom nothing was said ("unsaid"), or in copy ("copy")."""
    if how == "copy":
        return [row for row in rows if row["in_copy"]]
    wanted = {"present": True, "absent": False, "unsaid": None}[how]
    return [row for row in rows if not row["in_copy"] and row["present"] is wanted]


@register.filter
def of_kind(data: dict[str, Any], kind: str) -> Any:
    """What a topic of this kind shows."""
    return data.get(kind)


@register.filter
def title_at(items: list[dict[str, Any]], place: int | None) -> str:
    """The title of the topic at this place (counted from 0); nothing for what concerns the whole meeting."""
    return items[place]["title"] if place is not None and 0 <= place < len(items) else ""


@register.filter
def since_words(said: dict[str, Any] | None, zone: str) -> str:
    """The first line of frozen minutes: promises kept, broken and moved since the last meeting, if that was written."""
    if not said:
        return ""
    parts = [
        words % {"n": len(said.get(name) or [])}
        for name, words in (("kept", _("%(n)s kept")), ("broken", _("%(n)s broken")), ("moved", _("%(n)s moved")))
    ]
    counted = ("，" if saying.in_chinese() else ", ").join(parts)
    if said.get("since"):
        return _("Since the last meeting (%(when)s): %(counted)s") % {
            "when": said_moment(said["since"], zone),
            "counted": counted,
        }
    return _("Promises so far: %s") % counted


@register.filter
def grouped(code: str) -> str:
    """A check code as it is printed, in groups of four."""
    return in_groups(code)


@register.filter
def touched(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The topics of which something was noted, or that show the project's own data."""
    return [item for item in items if item["notes"].strip() or item["data"]]


@register.filter
def untouched(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The topics of which nothing was noted."""
    return [item for item in items if not (item["notes"].strip() or item["data"])]


@register.filter
def has_places(rows: list[dict[str, Any]]) -> bool:
    """Whether any of these resolutions belongs to a topic."""
    return any(row.get("item") is not None for row in rows)


@register.filter
def has_quantities(rows: list[dict[str, Any]]) -> bool:
    """Whether any of these actions says how much; those frozen before it was kept do not."""
    return any(row.get("quantity") for row in rows)
