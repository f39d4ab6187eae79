"""What stands around the text of a paper: number, page count, evidence, the code that leads to the check."""

import base64

import segno
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from documents.blobs import read
from documents.levels import level_of
from documents.models import Blob, Document

register = template.Library()


@register.filter
def level(method: str) -> str:
    """How far the proof of who signed goes."""
    return level_of(method)


@register.filter
def picture(blob: Blob) -> str:
    """A small kept picture as a data: address, for print, where nothing may be fetched; nothing when its bytes are lost."""
    try:
        content = read(blob)
    except FileNotFoundError:
        return ""
    return f"data:{blob.media_type};base64,{base64.b64encode(content).decode('ascii')}"


@register.filter
def qr(text: str) -> SafeString:
    """A QR code as a drawing within the page."""
    return mark_safe(segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=0))


@register.simple_tag
def page_count() -> SafeString:
    """What stands at the foot of each page, as CSS counts it: 第 1 页 共 3 页."""
    said = pgettext("paper", "Page %(page)s of %(pages)s") % {"page": '" counter(page) "', "pages": '" counter(pages) "'}
    return mark_safe(f'"{said}"')


@register.simple_tag
def paper_language() -> str:
    """The language that papers are written in, whoever reads them."""
    return "zh-Hans" if settings.LANGUAGE_CODE == "zh-hans" else settings.LANGUAGE_CODE


@register.simple_tag
def paper_number(document: Document) -> str:
    """Number and version as they stand under the title, in the language of the paper."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("documents/pdf/_number.html", {"document": document})
