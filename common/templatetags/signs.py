"""The few signs that carry the product, each one component, used everywhere."""

import logging
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common import clock as clocks
from common import ports, saying

register = template.Library()
log = logging.getLogger(__name__)


@lru_cache(maxsize=512)
def _drawing(name: str) -> str:
    """The strokes of an icon of the one set; a name that the set lacks draws nothing and is logged."""
    try:
        drawn = (settings.ICONS_DIR / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        log.warning("no icon named %s", name)
        return ""
    inner = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    return re.sub(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>\s*|\n\s*', "", inner)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon; with a label it speaks, without one it is decoration."""
    drawing = mark_safe(_drawing(name))
    start = '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    start += 'stroke-linecap="round" stroke-linejoin="round" '
    if label:
        return format_html(mark_safe(start + 'role="img" aria-label="{}">{}</svg>'), label, drawing)
    return format_html(mark_safe(start + 'aria-hidden="true" focusable="false">{}</svg>'), drawing)


@register.simple_tag
def now_stamp() -> str:
    """The server's present, against which pages count."""
    return clocks.now().isoformat()


@register.inclusion_tag("parts/clock.html")
def clock_sign(clock: Any) -> dict[str, Any]:
    """A running deadline: time left in words, calm, near (last third) or breached; a stopped one says how it ended."""
    if clock is None:
        return {"clock": None}
    now = clocks.now()
    running = clock.stopped_at is None
    breached = clock.breached_at is not None or (now if running else clock.stopped_at) > clock.due_at
    near = running and not breached and now >= clock.due_at - (clock.due_at - clock.started_at) / 3
    return {
        "clock": clock,
        "running": running,
        "breached": breached,
        "near": near,
        "words": saying.left_words(clock.due_at, now),
        "exact": saying.exact_words(clock.due_at),
        "stopped": saying.exact_words(clock.stopped_at) if clock.stopped_at else "",
    }


@register.inclusion_tag("parts/deviation.html")
def deviation_bar(
    planned: int | None, actual: int | None, threshold: int = 1000, day: date | None = None, compact: bool = False
) -> dict[str, Any]:
    """One bar for actual, a tick for planned, the figures beside it (all in hundredths); flagged over the threshold."""
    planned, actual = planned or 0, actual or 0
    deviation = planned - actual
    return {
        "planned": planned,
        "actual": actual,
        "deviation": deviation,
        "flagged": deviation > threshold,
        "behind": 0 < deviation <= threshold,
        "planned_width": f"{min(max(planned, 0), 10000) / 100:.2f}",
        "actual_width": f"{min(max(actual, 0), 10000) / 100:.2f}",
        "day": day,
        "compact": compact,
    }


@register.inclusion_tag("parts/promise.html")
def promise_tag(clause: Any) -> dict[str, Any]:
    """Which clause of which memorandum is behind a row; one click opens it."""
    return {"clause": clause}


@register.inclusion_tag("parts/person.html")
def person_chip(user: Any, role: str = "") -> dict[str, Any]:
    """A person with department and title, and the role held here."""
    return {"person": user, "role": role}


@register.inclusion_tag("parts/document_state.html")
def document_state(document: Any) -> dict[str, Any]:
    """Version, state and how many of those who sign have signed (slots prefetched: no query)."""
    if document is None:
        return {"document": None}
    slots = [slot for slot in document.slots.all() if slot.state != "void" and slot.role != "informed"]
    signed = sum(slot.state == "signed" for slot in slots)
    withdrawn = document.state == "withdrawn"  # what was signed fell with it; a count would mislead
    filed = document.state == "complete" and signed < max(len(slots), 1)  # with signatures missing, or without any
    return {"document": document, "signed": signed, "slots": 0 if withdrawn else len(slots), "filed": filed}


@register.inclusion_tag("parts/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """Who did what when, from events (with their actors selected)."""
    lines = []
    for event in events:
        words = ports.words.get(event.verb)
        lines.append({"event": event, "said": event.sentence, "kind": words.kind if words else ""})
    return {"lines": lines}


@register.simple_tag
def when(value: date | datetime | None, words: str = "") -> SafeString | str:
    """A date or moment as people say it, exact on hover."""
    if not value:
        return "–"
    said = words or (saying.moment_words(value) if isinstance(value, datetime) else saying.day_words(value))
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), saying.exact_words(value), said)


@register.simple_tag
def from_to(start: date | None, end: date | None) -> SafeString | str:
    """A span of days; both ends as dates, since "5 November – Wednesday" does not read as one."""
    year = saying.here(clocks.now()).year
    ends = [
        format_html(
            '<time datetime="{}" title="{}">{}</time>',
            day.isoformat(),
            saying.exact_words(day),
            saying.date_words(day, with_year=day.year != year),
        )
        if day
        else ""
        for day in (start, end)
    ]
    return format_html("{} – {}", *ends) if all(ends) else ends[0] or ends[1] or "–"


@register.filter
def quantity(value: Decimal | int | None, unit: str = "") -> str:
    """A number with its unit."""
    return saying.quantity_words(value, unit or "")


@register.filter
def percent(hundredths: int | None) -> str:
    """Hundredths of a percent as 26.67%."""
    return saying.percent_words(hundredths)


@register.filter
def points(hundredths: int | None) -> str:
    """Hundredths of a percentage point as 13.33."""
    return saying.points_words(hundredths)


@register.filter
def sentence(event: Any) -> str:
    """What an event says in the reader's language."""
    return event.sentence


def _dress(field: forms.BoundField, described: str) -> dict[str, str | bool]:
    """The classes and descriptions that a control needs."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        kind = ""
    else:
        kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    given = widget.attrs.get("class", "")
    attrs: dict[str, str | bool] = {"class": " ".join(x for x in (given, kind, "is-invalid" if field.errors else "") if x)}
    if described:
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    return attrs


@register.inclusion_tag("parts/field.html")
def form_field(field: forms.BoundField, label: str = "", hide_label: bool = False) -> dict[str, Any]:
    """A control with its label, help and error at the field."""
    ids = [f"{field.id_for_label}-{part}" for part, there in (("error", field.errors), ("help", field.help_text)) if there]
    widget = field.field.widget
    many = isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect)
    return {
        "field": field,
        "label": label or field.label,
        "hide_label": hide_label,
        "control": field if widget.is_hidden else field.as_widget(attrs=_dress(field, " ".join(ids))),
        "hidden": widget.is_hidden,
        "check": isinstance(widget, forms.CheckboxInput),
        "many": many,
    }


@register.inclusion_tag("parts/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("parts/empty.html")
def empty_state(text: str, url: str = "", label: str = "", sign: str = "mood-smile") -> dict[str, str]:
    """An empty list says so, and what to do next."""
    return {"text": text, "url": url, "label": label, "sign": sign}


@register.inclusion_tag("parts/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Page, name: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list, by the parameter that asks for them; the rest of the address is kept."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is not None:
        query.pop(name, None)
    kept = f"{query.urlencode()}&" if query else ""
    return {
        "page": page,
        "name": name,
        "kept": mark_safe(conditional_escape(kept)),
        "total": saying.count_words(page.paginator.count),
    }
