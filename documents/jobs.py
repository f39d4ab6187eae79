"""Background work on documents; loaded by the worker alone, since printing is heavy (rung by name: common.doorbell)."""

import logging

from celery import shared_task

from documents.pdf import print_paper
from documents.sealing.seal import seal_document
from documents.services.finishing import finish_document, print_document

log = logging.getLogger(__name__)


@shared_task
def print_pdf(pk: int) -> None:
    """Print the copies of a document that are missing."""
    print_document(pk, print_paper)


@shared_task
def finish(pk: int) -> None:
    """Bring about what a completely signed document means, then print and seal it."""
    if finish_document(pk):
        log.info("document %s: signed by all, done what follows", pk)
    print_document(pk, print_paper)
    seal_document(pk)
