"""Distributed minutes as PDF: printed once per version and language, kept by their bytes (rule D4)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from common import clock, errands
from common.doorbell import ring
from documents.blobs import keep, read
from documents.pdf import print_html
from documents.services.finishing import CannotPrint
from meetings.models import Minutes, MinutesPaper
from meetings.paper import paper_html

log = logging.getLogger(__name__)

PRINTING = "meetings.jobs.print_minutes"
PAUSE = timedelta(minutes=5)  # a print that failed is not tried again for each of a thousand readers
_failed_at: dict[tuple[int, str], datetime] = {}


def known_paper(minutes: Minutes, language: str) -> MinutesPaper | None:
    """The paper in this language, if it has been printed."""
    return minutes.papers.filter(language=language).select_related("blob").first()


def paper_of(minutes: Minutes, language: str) -> MinutesPaper:
    """The paper in this language, printed now if nobody has; of two who print at once the second takes the first's.

    Errors: CannotPrint, ErrandFailed, OSError, when it cannot be printed or kept now.
    """
    known = known_paper(minutes, language)
    if known is not None:
        return known
    blob = keep(print_html(paper_html(minutes, language)), "application/pdf")
    row, _made = MinutesPaper.objects.get_or_create(minutes=minutes, language=language, defaults={"blob": blob})
    return row


def bytes_of(minutes: Minutes, language: str) -> bytes | None:
    """The bytes of the paper for a mail; None where it cannot be printed now, for it never holds the mail up."""
    if not settings.MINUTES_PDF:
        return None
    key = (minutes.pk, language)
    if key in _failed_at and clock.now() - _failed_at[key] < PAUSE:
        return None
    try:
        content = read(paper_of(minutes, language).blob)
    except (CannotPrint, errands.ErrandFailed, OSError):
        log.exception("minutes %s could not be printed; the mail goes out without the PDF", minutes.uid)
        _failed_at[key] = clock.now()
        return None
    _failed_at.pop(key, None)
    return content


def ask_for_paper(minutes: Minutes, language: str) -> None:
    """A worker prints it soon."""
    ring(PRINTING, minutes.pk, language)
