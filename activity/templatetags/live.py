"""The place on a page from which it stays live."""

from typing import Any

from django import template

from activity.live.cursor import Cursor

register = template.Library()

DRAWN_WITHIN = 10.0  # seconds: what happened while the page was being drawn is told again, since it may not stand on it


@register.inclusion_tag("activity/_live.html", takes_context=True)
def live_here(context: dict[str, Any], project: Any) -> dict[str, Any]:
    """Who else is here, and where this page's live reading begins; once per page of a project."""
    return {"project": project, "me": context["request"].user, "since": Cursor.present(DRAWN_WITHIN).sealed()}
