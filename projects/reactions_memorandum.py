"""What the memorandum does when a document is objected to."""

from typing import Any

from common import ports
from documents.models import Document
from projects.models import Participant
from projects.services.amending import amendment_returned_by
from projects.services.signing import returned_by


def _objected(event: Any) -> None:
    if event.subject.kind == Document.Kind.MEMORANDUM:
        returned_by(event.subject)
    elif event.subject.kind == Document.Kind.AMENDMENT:
        amendment_returned_by(event.subject)


def _name_signer(event: Any) -> None:
    """Whoever is asked by name to sign gets to see the project, and reads it as a named viewer does."""
    Participant.objects.get_or_create(project_id=event.project_id, user_id=event.facts["to_id"], kind=Participant.Kind.SIGNER)


ports.react("document.objected", _objected)
for _verb in ("document.passed_on", "document.signer_added"):
    ports.react(_verb, _name_signer)
