"""How differences between two versions are shown: the words for fields and parts, and what went and came, word by word."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from common import saying
from documents.wording import Piece, pieces

register = template.Library()

WORDS = {
    "department": gettext_lazy("Department"),
    "text": gettext_lazy("Promise"),
    "deliverable": gettext_lazy("Deliverable"),
    "standard": gettext_lazy("Quality standard"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "starts_on": gettext_lazy("Begins on"),
    "due_on": gettext_lazy("Due"),
    "handed_to": gettext_lazy("Handed to"),
    "node": gettext_lazy("Node"),
    # the rest of the paper
    "goal": gettext_lazy("Goal"),
    "background": gettext_lazy("Background and significance"),
    "ends_on": gettext_lazy("Ends on"),
    "slip_days": gettext_lazy("Tolerance of a short slip, in workdays"),
    "said": gettext_lazy("Target"),
    "target": gettext_lazy("Target"),
    "target_date": gettext_lazy("Target"),
    "direction": gettext_lazy("At least or at most"),
    "relative_days": gettext_lazy("Days before or after"),
    "relative_to": gettext_lazy("Node"),
    "keeper": gettext_lazy("Kept by department"),
    "duty": gettext_lazy("Role and duties"),
    "head": gettext_lazy("Head"),
    "liaison": gettext_lazy("Liaison"),
    "output": gettext_lazy("Output"),
    "from_dept": gettext_lazy("Brought by"),
    "for_dept": gettext_lazy("For"),
    "purpose": gettext_lazy("Purpose"),
    "state": pgettext_lazy("resource", "Answer"),
    "agreed_quantity": gettext_lazy("Agreed quantity"),
    "answer": gettext_lazy("Reason"),
    "channel": gettext_lazy("Channel"),
    "template": gettext_lazy("Report template"),
    "action": gettext_lazy("Action"),
    "owner": gettext_lazy("Owner"),
}
PARTS = {
    "scope_in": gettext_lazy("In scope"),
    "scope_out": gettext_lazy("Out of scope"),
    "kpis": gettext_lazy("Key results"),
    "departments": gettext_lazy("Departments that take part"),
    "standards": gettext_lazy("Delivery standards of key nodes"),
    "resources": gettext_lazy("Resource requests"),
    "communication": gettext_lazy("Communication mechanism"),
    "contingencies": gettext_lazy("Contingency plans"),
}
CHOICES = {
    "asked": pgettext_lazy("resource", "not answered"),
    "agreed": gettext_lazy("Agreed"),
    "partly": gettext_lazy("Agreed in part"),
    "declined": gettext_lazy("Declined"),
    "at_least": gettext_lazy("At least"),
    "at_most": gettext_lazy("At most"),
}
DAYS = {"starts_on", "ends_on", "due_on", "target_date"}
NUMBERS = {"quantity", "agreed_quantity", "target", "slip_days", "relative_days"}
BY_WORD = {"text", "deliverable", "standard", "goal", "background", "duty", "purpose", "answer", "template", "action", "output"}


@register.filter
def field_words(name: str) -> str:
    """The word for a field of a clause, or of another part of the paper."""
    return str(WORDS.get(name, name))


@register.filter
def part_words(section: str) -> str:
    """The word for a part of the paper."""
    return str(PARTS.get(section, section))


@register.simple_tag
def field_value(name: str, value: Any) -> str:
    """A value of a snapshot as people say it: days and figures in the reader's language, a dash where nothing is said."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return "；".join(str(one) for one in value)
    if name in DAYS:
        return saying.date_words(value if isinstance(value, date) else date.fromisoformat(str(value)[:10]))
    if name in NUMBERS:
        try:
            return saying.figure(Decimal(str(value)))
        except InvalidOperation:
            return str(value)
    if name in ("state", "direction"):
        return str(CHOICES.get(str(value), value))
    return str(value)


@register.simple_tag
def word_changes(before: Any, after: Any) -> SafeString:
    """One wording over another: struck out what went, underlined what came, and both said to who cannot see it."""
    return format_html_join("", "{}", ((_marked(piece),) for piece in pieces(str(before or ""), str(after or ""))))


def _marked(piece: Piece) -> SafeString:
    if piece.kind == "out":
        return format_html(
            '<del><span class="visually-hidden">{} </span>{}</del>', pgettext("wording", "struck out:"), piece.text
        )
    if piece.kind == "in":
        return format_html('<ins><span class="visually-hidden">{} </span>{}</ins>', pgettext("wording", "added:"), piece.text)
    return format_html("{}", piece.text)


@register.simple_tag
def changed_field(name: str, before: Any, after: Any) -> SafeString:
    """A field before and after: wording by word, days and figures as a whole."""
    if name in BY_WORD and before and after:
        return word_changes(before, after)
    old, new = field_value(name, before), field_value(name, after)
    arrow = format_html(' <span aria-hidden="true">→</span><span class="visually-hidden">{}</span> ', _("becomes"))
    return format_html("<del>{}</del>{}<ins>{}</ins>", old, arrow, new)
