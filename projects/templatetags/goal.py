"""Parts of the goal page."""

from decimal import Decimal
from typing import Any

from django import forms, template

from common.vague import vague_words
from projects.models import Kpi, Project
from projects.said import round_number_words, shown_target

register = template.Library()


@register.inclusion_tag("projects/_vague.html")
def vague_hint(text: Any) -> dict[str, list[str]]:
    """The vague words of a text, as a hint."""
    return {"words": vague_words(str(text or ""))}


@register.filter
def target(kpi: Kpi) -> str:
    """A key result's target as it was said."""
    return shown_target(kpi)


@register.filter
def round_words(value: Decimal | None, unit: str = "") -> str:
    """A number as one says it: 500万元, 1万台, 5,000,000 yuan."""
    return round_number_words(value, unit)


@register.filter
def span(form: Any, name: str) -> int:
    """How wide a field of a form is, in twelfths."""
    return int(form.spans.get(name, 4))


@register.filter
def theirs(form: Any, name: str) -> str:
    """What somebody else saved in this field meanwhile."""
    return str(form.theirs.get(name, ""))


@register.filter
def is_vague(field: forms.BoundField) -> bool:
    """Whether vague words are pointed out while this field is typed."""
    return "data-vague" in field.field.widget.attrs


@register.inclusion_tag("projects/_row_actions.html")
def row_actions(project: Project, kind: str, row: Any, may: bool) -> dict[str, Any]:
    """Edit and remove, for one row."""
    return {"project": project, "kind": kind, "row": row, "may": may}
