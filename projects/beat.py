"""What the clock starts for projects: memoranda that all have signed and that are not in force yet."""

import logging

from celery import shared_task

from documents.models import Document
from documents.services import finish_document
from projects.models import Memorandum

log = logging.getLogger(__name__)


@shared_task
def bring_into_force() -> None:
    """Bring into force what all have signed; one that fails does not hold up the others."""
    rows = Memorandum.objects.filter(state=Memorandum.State.SIGNING, document__state=Document.State.COMPLETE)
    for number, pk in rows.values_list("number", "document"):
        try:
            finish_document(pk)
        except Exception:
            log.exception("memorandum %s is signed by all but not in force; tried again in a minute", number)
