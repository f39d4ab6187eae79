"""Papers that are kept as they are: filed without signatures, or with those that have come (rule D6)."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from common.moves import move
from documents.models import Document, Slot
from documents.services.freezing import drop_scans, freeze
from documents.services.settling import complete


def file_document(
    *, kind: str, subject: models.Model, project: Any, version: int, number: str, title: str, snapshot: Mapping[str, Any]
) -> Document:
    """Freeze a paper that nobody signs: complete at once, with its final copy and seal to follow; inside the caller's act."""
    document = freeze(
        kind=kind, subject=subject, project=project, version=version, number=number, title=title, snapshot=snapshot, signers=()
    )
    complete(document)
    return document


def close_signing(document: Document) -> list[Slot]:
    """No more signatures are waited for: who has not signed is printed so, the paper is complete; returns their slots.

    Inside the caller's act. A document that is not open for signature any more is left as it is.
    """
    row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if row.state != Document.State.SIGNING:
        return []
    missing = list(row.slots.filter(state=Slot.State.OPEN).select_related("department", "signer"))
    drop_scans(missing, _("The document is filed without this signature."))
    for slot in missing:
        move(slot, Slot.State.SILENT)
        slot.save(update_fields=["state"])
    complete(row)
    document.refresh_from_db(fields=["state", "completed_at"])
    return missing
