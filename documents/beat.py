"""What the clock starts for documents: what the doorbell missed."""

import logging
import time

from celery import shared_task

from documents.pdf import print_paper
from documents.sealing.seal import seal_document, unsealed
from documents.sealing.watching import begin_waiting, tell_stuck
from documents.services.finishing import finish_document, print_document, unfinished, unprinted

log = logging.getLogger(__name__)
ONE_RUN = 150.0  # seconds; what is left is found in a minute


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


@shared_task
def seal_documents() -> None:
    """Seal what all have signed and nobody has sealed; say what has been waiting for long."""
    began = time.monotonic()
    begin_waiting()
    for pk in unsealed():
        try:
            seal_document(pk)
        except Exception:
            log.exception("document %s could not be sealed; tried again in some minutes", pk)
        if time.monotonic() - began > ONE_RUN:
            break
    tell_stuck()
