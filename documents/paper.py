"""A document as paper: the same body on the page and in print, drawn from the snapshot alone."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from common import ports
from documents.models import Document
from documents.queries import with_slots

LANGUAGE = "zh-hans"  # documents are written in Chinese for now


def body_html(document: Document) -> SafeString:
    """The text of the document as HTML without a frame, by the layout that its kind has plugged in."""
    layout = ports.pdfs.get(document.kind)
    with translation.override(LANGUAGE):
        return mark_safe(layout(document) if layout else render_to_string("documents/pdf/plain.html", {"s": document.snapshot}))


def paper_html(document: Document, *, final: bool) -> str:
    """A whole page for printing: text, signature table, and, once all have signed, the evidence."""
    read = with_slots(Document.objects.filter(pk=document.pk)).get()
    context: dict[str, Any] = {
        "document": read,
        "body": body_html(read),
        "slots": [slot for slot in read.slots.all() if slot.state != "void"],
        "final": final,
    }
    with translation.override(LANGUAGE):
        return render_to_string("documents/pdf/page.html", context)
