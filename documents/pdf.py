"""Printing, for the worker alone: each document in a small process of its own, within a time (`documents/printing_errand.py`)."""

import json
import logging
import unicodedata

from django.utils.translation import gettext as _

from common import errands
from documents.models import Document
from documents.paper import paper_html
from documents.services.finishing import CannotPrint

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
ERRAND = "documents.printing_errand"
SECONDS = 60
DRAWN = "签\U00020bb7"  # the fonts that papers need draw both, the rare one too
TURNS = 3  # the numbers themselves are drawn by every font
log = logging.getLogger(__name__)


def print_paper(document: Document, final: bool) -> bytes:
    """The PDF of a document; CannotPrint says plainly what is missing on this server."""
    return print_html(paper_html(document, final=final))


def print_html(html: str) -> bytes:
    """Lay out a page of our own making: nothing is fetched but data: addresses, and no character may be missing.

    What not even the right fonts draw is spelled by its number, [U+10600]: nobody's words keep a paper from being printed.
    """
    content, undrawn = _laid_out(html)
    if undrawn and _laid_out(f"<p>{DRAWN}</p>")[1]:
        raise CannotPrint(
            _("The fonts of this server cannot draw “%(signs)s”; install: fonts-noto-cjk") % {"signs": undrawn[:20]}
        )
    for _turn in range(TURNS):
        if not undrawn:
            break
        html = html.translate({ord(sign): f"[U+{ord(sign):04X}]" for sign in undrawn})
        content, undrawn = _laid_out(html)
    return content


def _laid_out(html: str) -> tuple[bytes, str]:
    """The PDF of a page, and what carries meaning in it and is not drawn; CannotPrint where the server lacks packages."""
    head, _line, content = errands.run(ERRAND, html.encode(), seconds=SECONDS).partition(b"\n")
    said: dict[str, str] = json.loads(head)
    if said.get("lacking"):
        log.warning("no PDF can be printed: %s", said["lacking"])
        raise CannotPrint(_("This server lacks system packages for PDF; install: %s") % PACKAGES)
    return content, "".join(sign for sign in said["undrawn"] if _carries_meaning(sign))


def _carries_meaning(sign: str) -> bool:
    """Letters, figures, and what is newer than our tables; a picture (emoji) that cannot be drawn changes no name."""
    return unicodedata.category(sign)[0] in "LN" or (
        unicodedata.category(sign) in ("Cn", "Co") and not 0x1F000 <= ord(sign) < 0x20000
    )
