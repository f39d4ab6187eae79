"""A document as paper: the same body on the page and in print, drawn from the snapshot alone."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from common import ports
from documents.models import Document, Slot
from documents.queries import with_slots


def language() -> str:
    """Papers are printed in the language of the organisation, whoever reads them."""
    return str(settings.LANGUAGE_CODE)


def check_address(document: Document) -> str:
    """Where anybody sees whether a copy is genuine; the QR leads there."""
    return f"{settings.BASE_URL}{reverse('verify_code', args=[document.code])}"


def body_html(document: Document, spoken: str = "") -> SafeString:
    """The text of the document as HTML without a frame, by the layout that its kind has plugged in.

    What was signed is data; the words around it (headings, the heads of tables) are in this language, else the paper's.
    """
    layout = ports.pdfs.get(document.kind)
    with translation.override(spoken or language()):
        return mark_safe(layout(document) if layout else render_to_string("documents/pdf/plain.html", {"s": document.snapshot}))


def paper_html(document: Document, *, final: bool) -> str:
    """A whole page for printing: text, signature table, and, once all have signed, the evidence."""
    read = with_slots(Document.objects.filter(pk=document.pk)).get()
    slots = [slot for slot in read.slots.all() if slot.state != Slot.State.VOID]
    context: dict[str, Any] = {
        "document": read,
        "body": body_html(read),
        "slots": slots,
        "signing": [slot for slot in slots if slot.signs],
        "missing": any(slot.signs and slot.state == Slot.State.SILENT for slot in slots),
        "final": final,
        "address": check_address(read),
        "home": check_address(read).removesuffix(f"{read.code}/"),
    }
    with translation.override(language()):
        return render_to_string("documents/pdf/page.html", context)
