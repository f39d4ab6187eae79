"""Parts of the frame around every page."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.inclusion_tag("parts/nav_link.html", takes_context=True)
def nav_link(context: dict[str, Any], name: str, icon: str, label: str, count: int = 0) -> dict[str, Any]:
    """A link of the rail or the bottom bar; nothing at all while the page does not exist."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        url = ""
    request = context.get("request")
    path = request.path if request is not None else ""
    here = path == url if url == "/" else bool(url) and path.startswith(url)
    return {"url": url, "icon": icon, "label": label, "count": count, "here": here}


@register.filter
def initial(name: str) -> str:
    """The one character that stands for a person in a round sign: the given name's last for Chinese names, else the first."""
    name = (name or "?").strip()
    return name[-1] if "一" <= name[-1:] <= "鿿" else name[:1].upper()
