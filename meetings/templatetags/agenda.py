"""The signs of an agenda: the three words, from what a matter comes, how the deviation went."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import saying
from common.templatetags.signs import icon
from meetings.agenda.words import Word
from meetings.models import AgendaItem

register = template.Library()
SIGN_OF_WORD = {Word.ON_TIME: "circle-check", Word.MOVED: "calendar-plus", Word.UNDONE: "alert-triangle"}
Source = AgendaItem.Source
SIGN_OF_SOURCE = {
    Source.BROKEN: "alert-triangle",
    Source.SLIPPING: "trending-down",
    Source.DEVIATION: "trending-down",
    Source.CLOCK: "clock-exclamation",
    Source.CHANGE: "arrows-exchange",
    Source.UNSIGNED: "writing-sign",
    Source.ACTION: "checkbox",
    Source.TOPIC: "message-2",
}
WIDE, HIGH = 600, 80


@register.simple_tag
def word_sign(word: str, number: int | None = None) -> SafeString:
    """A word with its sign, never by colour alone; with how many there are of it."""
    said = Word(word)
    many = format_html(" {}", number) if number is not None else ""
    return format_html('<span class="word is-{}">{}{}{}</span>', said.value, icon(SIGN_OF_WORD[said]), said.label, many)


@register.simple_tag
def source_sign(source: str) -> SafeString:
    """From what a matter comes, in words."""
    said = Source(source)
    return format_html('<span class="matter-source">{}{}</span>', icon(SIGN_OF_SOURCE.get(said, "message-2")), said.label)


@register.simple_tag
def source_words(source: str) -> str:
    """From what a matter comes, for paper."""
    return str(Source(source).label)


@register.filter
def shown_of(item: AgendaItem, data: dict[str, Any]) -> Any:
    """What stands under a topic: what was written down with the agenda, else the project's data as they are."""
    return item.facts if item.is_written else data.get(item.shows)


@register.filter
def short_day(value: date | str | None) -> str:
    """A day of this year or the next as one says it: 12月5日."""
    if not value:
        return "–"
    return saying.date_words(date.fromisoformat(value[:10]) if isinstance(value, str) else value, with_year=False)


@register.filter
def figures(since: Any) -> list[tuple[str, list[Any]]]:
    """The three figures of the first line with their lists; of what was frozen, too."""
    of = since.get if isinstance(since, dict) else lambda name: getattr(since, name)
    return [
        (Word.ON_TIME.value, of("kept") or []),
        (Word.UNDONE.value, of("broken") or []),
        (Word.MOVED.value, of("moved") or []),
    ]


@register.simple_tag
def trend_points(evenings: list[dict[str, Any]], threshold: int) -> dict[str, Any]:
    """A line through the deviations of the evenings, as points of a drawing; where the threshold and nought lie in it."""
    values = [row["deviation"] for row in evenings]
    low, high = min(0, *values), max(threshold, *values)
    step = WIDE / max(1, len(values) - 1)

    def y(value: int) -> str:
        return f"{HIGH - (value - low) * HIGH / (high - low or 1):.1f}"

    points = " ".join(f"{n * step:.1f},{y(value)}" for n, value in enumerate(values))
    return {"points": points, "threshold": y(threshold), "nought": y(0), "wide": WIDE, "high": HIGH}
