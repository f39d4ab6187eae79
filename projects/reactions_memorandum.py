"""What the memorandum does when a document is objected to."""

from typing import Any

from common import ports
from documents.models import Document
from projects.services.amending import amendment_returned_by
from projects.services.signers import end_signers, name_signer
from projects.services.signing import returned_by


def _objected(event: Any) -> None:
    if event.subject.kind == Document.Kind.MEMORANDUM:
        returned_by(event.subject)
    elif event.subject.kind == Document.Kind.AMENDMENT:
        amendment_returned_by(event.subject)


def _name_signer(event: Any) -> None:
    """Whoever is asked by name to sign gets to see the project, and reads it as a named viewer does."""
    name_signer(event.project_id, event.facts["to_id"])


def _end_signers(event: Any) -> None:
    """Whose place went to somebody else, or fell with the document, has nothing to read there any more."""
    end_signers(event.project_id)


ports.react("document.objected", _objected)
for _verb in ("document.passed_on", "document.signer_added"):
    ports.react(_verb, _name_signer)
for _verb in (
    *("document.passed_on", "document.slot_passed_on", "document.objected"),
    *("memorandum.taken_back", "amendment.taken_back"),
):
    ports.react(_verb, _end_signers)
