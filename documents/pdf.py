"""Printing with WeasyPrint, for the worker alone: importing it is slow, and it needs system packages that may be missing."""

import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents.models import Document
from documents.paper import paper_html
from documents.services.finishing import CannotPrint

try:
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError
except OSError as missing:  # Pango or HarfBuzz is not installed on this machine
    weasyprint = None
    MISSING = str(missing)
    FatalURLFetchingError = OSError

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
log = logging.getLogger(__name__)


def print_paper(document: Document, final: bool) -> bytes:
    """The PDF of a document; CannotPrint says plainly what is missing on this server."""
    with translation.override("zh-hans"):
        html = paper_html(document, final=final)
    return print_html(html)


def print_html(html: str) -> bytes:
    """Lay out a page of our own making: nothing is fetched but data: addresses, and no character may be missing."""
    if weasyprint is None:
        log.warning("no PDF can be printed: %s", MISSING)
        raise CannotPrint(_("This server lacks system packages for PDF; install: %s") % PACKAGES)
    with _missing_characters() as missing:
        try:
            content: bytes = weasyprint.HTML(string=html, url_fetcher=_fetcher()).write_pdf()
        except FatalURLFetchingError as error:  # a BaseException, which would end the worker
            raise RuntimeError(str(error)) from error
    unreadable = "".join(dict.fromkeys(sign for sign in missing if _carries_meaning(sign)))
    if unreadable:
        raise CannotPrint(
            _("The fonts of this server cannot draw “%(signs)s”; install: fonts-noto-cjk") % {"signs": unreadable[:20]}
        )
    return content


def _carries_meaning(sign: str) -> bool:
    """Letters, figures, and what is newer than our tables; a picture (emoji) that cannot be drawn changes no name."""
    return unicodedata.category(sign)[0] in "LN" or (
        unicodedata.category(sign) in ("Cn", "Co") and not 0x1F000 <= ord(sign) < 0x20000
    )


def _fetcher() -> Any:
    class DataOnly(weasyprint.URLFetcher):
        """Anything but data: ends the printing, loudly."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.lower().startswith("data:"):
                raise FatalURLFetchingError(f"a document may not fetch {url[:100]}")
            return super().fetch(url, headers)

    return DataOnly(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)


class _Listener(logging.Handler):
    """Hears of every character for which no font has a glyph."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.signs: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.signs.append(str(record.args[0]))


@contextmanager
def _missing_characters() -> Iterator[list[str]]:
    logger = logging.getLogger("weasyprint")
    listener, level, spread = _Listener(), logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield listener.signs
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = spread
