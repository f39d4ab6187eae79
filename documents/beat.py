"""What the clock starts for documents: what the doorbell missed."""

import logging

from celery import shared_task

from documents.pdf import print_paper
from documents.services.finishing import finish_document, print_document, unfinished, unprinted

log = logging.getLogger(__name__)


@shared_task
def finish_documents() -> None:
    """Finish what has been signed by all, print what is not printed; one that fails does not hold up the others."""
    for pk in unfinished():
        try:
            finish_document(pk)
        except Exception:
            log.exception("document %s is signed by all, but what follows failed; tried again in a minute", pk)
    for pk in unprinted()[:20]:
        try:
            print_document(pk, print_paper)
        except Exception:
            log.exception("document %s could not be printed; tried again in a minute", pk)
