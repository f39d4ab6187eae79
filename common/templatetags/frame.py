"""Parts of the frame around every page."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from common import ports, saying
from common.templatetags.signs import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_link(context: dict[str, Any], name: str, sign: str, label: str, count: int = 0) -> str:
    """A link of the rail or the bottom bar; nothing at all while the page does not exist."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        return ""
    request = context.get("request")
    path = request.path if request is not None else ""
    here = path == url if url == "/" else path.startswith(url)
    return format_html(
        '<a class="nav-item-link{}" href="{}"{}>{}<span class="nav-item-text">{}</span>{}</a>',
        " here" if here else "", url, mark_safe(' aria-current="page"' if here else ""), icon(sign), label,
        format_html('<span class="count">{}</span>', count) if count else "",
    )  # fmt: skip


@register.filter
def initial(name: str) -> str:
    """The one character that stands for a person in a round sign: the given name's last for Chinese names, else the first."""
    name = (name or "?").strip()
    return name[-1] if "一" <= name[-1:] <= "鿿" else name[:1].upper()


@register.simple_tag(takes_context=True)
def finish_in_place(context: dict[str, Any], row: Any) -> str:
    """The fragment that finishes a row of My desk."""
    return render_to_string(row.template, {**row.context, "row": row}, request=context["request"]) if row.template else ""


@register.simple_tag
def full_day(day: date) -> str:
    """A date in full with its weekday."""
    return saying.full_words(day)


SIGNS = {
    "document": "file-text",
    "meeting": "calendar-event",
    "task": "checkbox",
    "risk": "alert-triangle",
    "people": "user",
    "project": "affiliate",
    "talk": "message",
}


@register.filter
def sign_of(verb: str) -> str:
    """The icon of the kind of an act."""
    words = ports.words.get(verb)
    return SIGNS.get(words.kind if words else "", "affiliate")


@register.filter
def day_words(day: date) -> str:
    """A date as people say it."""
    return saying.day_words(day)


@register.filter
def hour(moment: datetime) -> str:
    """The time of day, where the day stands above."""
    return f"{saying.here(moment):%H:%M}"
