"""Not signing: an objection returns a document to its authors; who is only informed says that there is none (rules C6, C9)."""

from uuid import UUID

from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.moves import move
from common.plain_text import plain_text
from common.refusals import Refused
from documents.access import Act, document_for, project_of
from documents.models import Document, Objection, Slot
from documents.services.freezing import withdraw
from documents.services.settling import settle
from documents.services.signing import open_slots, say_in_whose_place
from people.models import User


@act
def object_to(*, actor: User, document_uid: UUID, reason: str, clause: str = "") -> Objection:
    """Do not sign, and say why and to which clause: the document is withdrawn and goes back to its authors.

    Everybody who was to sign is told, those who had signed as well.
    """
    document = document_for(actor, document_uid, Act.OBJECT, lock=True)
    slots = _open_in_time(actor, document)
    reason = plain_text(reason, "reason")
    if not reason:
        raise Refused(_("Say why, so that it can be mended."), field="reason")
    known = {str(row["number"]) for row in document.snapshot.get("clauses", [])}
    if clause and clause not in known:
        raise Refused(_("This document has no clause %s.") % clause, field="clause")
    slot = next((row for row in slots if row.signs), slots[0])
    say_in_whose_place(actor, slot)
    objection = Objection.objects.create(slot=slot, objector=actor, clause=clause, reason=reason)
    move(slot, Slot.State.OBJECTED)
    slot.save(update_fields=["state"])
    withdraw(document)
    project = project_of(document)
    signers = [row.signer for row in document.slots.select_related("signer")]
    ports.record(
        actor=actor,
        verb="document.objected",
        subject=document,
        project=project,
        facts={
            "department": slot.department.name,
            "clause": clause,
            "reason": objection.reason,
            "version": document.version,
        },
        tell=[*signers, *ports.projects().steers(project)],
    )
    return objection


@act
def note_document(*, actor: User, document_uid: UUID) -> Document:
    """Whoever is only informed says that there is no objection; when nothing else is missing the document is complete."""
    document = document_for(actor, document_uid, Act.NOTE, lock=True)
    slots = [slot for slot in _open_in_time(actor, document) if not slot.signs]
    if not slots:
        raise Refused(_("You are to sign this document, not only to note it."), code="signs")
    for slot in slots:
        say_in_whose_place(actor, slot)
        move(slot, Slot.State.NOTED, noted_at=clock.now())
        slot.save(update_fields=["state", "noted_at"])
    ports.record(
        actor=actor,
        verb="document.noted",
        subject=document,
        project=project_of(document),
        facts={"departments": "、".join(slot.department.name for slot in slots)},
        tell=[slot.signer for slot in slots],
    )
    settle(document)
    return document


def _open_in_time(actor: User, document: Document) -> list[Slot]:
    """One's open slots; of those who are only informed none any more once their time is over, even before the clock says so."""
    slots = open_slots(actor, document)
    if any(slot.signs for slot in slots) or document.object_by is None or document.object_by > clock.now():
        return slots
    raise Refused(_("The time to object to this document is over."), code="silent")
