"""How the fields of a clause are called on the signing page."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

WORDS = {
    "department": _("Department"),
    "text": _("Promise"),
    "deliverable": _("Deliverable"),
    "standard": _("Quality standard"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "starts_on": _("Begins on"),
    "due_on": _("Due"),
    "handed_to": _("Handed to"),
}


@register.filter
def field_words(name: str) -> str:
    """The word for a field of a clause."""
    return str(WORDS.get(name, name))
