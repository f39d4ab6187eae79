"""What follows from the last signature, and the printed copies: both may be late, neither can undo a signature."""

import logging
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock, errands, ports
from documents.access import project_of
from documents.blobs import keep
from documents.models import Document

log = logging.getLogger(__name__)

Printer = Callable[[Document, bool], bytes]


class CannotPrint(Exception):
    """Why no PDF can be made here, in words for people."""


@transaction.atomic
def finish_document(pk: int) -> bool:
    """Do what a completely signed document brings about, in one transaction; twice is once. True when done now.

    While its project is read only it brings about nothing; the sweep comes to it once the project goes on.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=pk)
    if document.state != Document.State.COMPLETE or document.finished_at is not None:
        return False
    if document.project_id is not None and project_of(document).is_frozen:
        return False
    follow = ports.after_signing.get(document.kind)
    if follow is not None:
        follow(document)
    document.finished_at = clock.now()
    document.save(update_fields=["finished_at"])
    return True


def unfinished() -> list[int]:
    """Documents signed by all whose consequences are still to come."""
    rows = Document.objects.filter(state=Document.State.COMPLETE, finished_at__isnull=True)
    return list(rows.order_by("completed_at").values_list("pk", flat=True))


def unprinted() -> list[int]:
    """Documents whose reading copy, or whose final copy, is still to be printed; those that failed come last."""
    wanted = Document.objects.filter(state=Document.State.SIGNING, reading_pdf__isnull=True) | Document.objects.filter(
        state__in=[Document.State.COMPLETE, Document.State.SUPERSEDED], final_pdf__isnull=True
    )
    return list(wanted.order_by("pdf_trouble", "pk").values_list("pk", flat=True))


def print_document(pk: int, printer: Printer) -> Document:
    """Print what is missing, keep the bytes by their hash, once; what went wrong is kept in words and tried again."""
    document = Document.objects.get(pk=pk)
    if document.state == Document.State.SIGNING and document.reading_pdf_id is None:
        _print(document, final=False, printer=printer)
    if document.completed_at is not None and document.final_pdf_id is None:
        _print(document, final=True, printer=printer)
    return document


def _print(document: Document, *, final: bool, printer: Printer) -> None:
    field = "final_pdf" if final else "reading_pdf"
    try:
        blob = keep(printer(document, final), "application/pdf")
    except CannotPrint as trouble:
        _say_trouble(document, str(trouble))
        return
    except errands.ErrandFailed:
        log.exception("document %s could not be printed; tried again in a minute", document.pk)
        _say_trouble(document, _("Printing failed; the log of the server says why."))
        return
    except OSError as trouble:
        log.exception("document %s: the printed copy could not be kept; tried again in a minute", document.pk)
        _say_trouble(document, _("The file could not be stored: %s") % (trouble.strerror or type(trouble).__name__))
        return
    with transaction.atomic():
        row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if getattr(row, f"{field}_id") is None:
            setattr(row, field, blob)
            row.pdf_trouble = ""
            row.save(update_fields=[field, "pdf_trouble"])


def _say_trouble(document: Document, words: str) -> None:
    document.pdf_trouble = words[:300]
    document.save(update_fields=["pdf_trouble"])
