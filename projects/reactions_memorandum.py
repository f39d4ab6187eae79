"""What the memorandum does when a document is objected to."""

from typing import Any

from common import ports
from documents.models import Document
from projects.services.amending import amendment_returned_by
from projects.services.signing import returned_by


def _objected(event: Any) -> None:
    if event.subject.kind == Document.Kind.MEMORANDUM:
        returned_by(event.subject)
    elif event.subject.kind == Document.Kind.AMENDMENT:
        amendment_returned_by(event.subject)


ports.react("document.objected", _objected)
