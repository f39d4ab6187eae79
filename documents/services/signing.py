"""Signing: a signature commits by itself, and nothing that reacts to it can undo it (rule C6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from common import acts, clock, ports
from common.acts import act
from common.moves import move
from common.plain_text import plain_text
from common.refusals import Refused
from documents.access import Act, document_for, mandates, own_slots, project_of, refuse_whose_slot_passed, slots_of
from documents.canonical import signature_digest
from documents.models import Document, Signature, Slot
from documents.queries import current_stage
from documents.services.drawing import keep_drawing
from documents.services.finishing import finish_document
from documents.services.freezing import drop_scans
from documents.services.proofs import check_proof
from documents.services.settling import settle
from people.models import Leave, User
from people.proving import Proof


@dataclass(frozen=True)
class Given:
    """What a signer gave beside the will to sign; it is kept with each signature."""

    method: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""
    drawing: bytes = b""
    address: str | None = None
    agent: str = ""


def statement_for(signer: User, document: Document, departments: list[str], in_place_of: list[str] | None = None) -> str:
    """What the signer declares, in the signer's own language; kept with the signature."""
    with translation.override(signer.language):
        said = {
            "title": document.title,
            "number": document.number or document.sha256[:12],
            "version": document.version,
            "departments": _(", ").join(departments),
            "heads": _(", ").join(in_place_of or []),
        }
        if in_place_of:
            text = _(
                "I have read “%(title)s” (%(number)s, version %(version)s) and sign it on behalf of %(departments)s, "
                "in the place of %(heads)s."
            )
        else:
            text = _("I have read “%(title)s” (%(number)s, version %(version)s) and sign it on behalf of %(departments)s.")
        return text % said


def mandate_words(signer: User, leave: Leave) -> str:
    """By what right a deputy signs: from when until when, named by whom; in the language of the statement."""
    with translation.override(signer.language):
        said = {"who": leave.person.name, "from": leave.starts_on, "until": leave.ends_on, "by": leave.named_by.name}
        return (_("Deputy of %(who)s from %(from)s to %(until)s, named by %(by)s.") % said)[:300]


def sign(
    *,
    actor: User,
    document_uid: UUID,
    seen_sha256: str,
    proof: Proof,
    remark: str = "",
    drawing: bytes = b"",
    address: str | None = None,
    agent: str = "",
) -> Document:
    """Sign all slots of a document that are one's own or of whom one stands in for, having proved who one is.

    Refused: withdrawn or not the version that was read, signed already, not one's turn yet, a proof that is too old,
    too weak or for another document, a drawing that is no small PNG, a remark that is no text (each at its field).
    """
    check_proof(proof, seen_sha256)
    given = Given(proof.method, proof.evidence, plain_text(remark, "remark"), drawing, address, agent)
    return _sign(actor=actor, document_uid=document_uid, seen_sha256=seen_sha256, given=given)


def sign_replayed(*, actor: User, document_uid: UUID, remark: str = "") -> Document:
    """Sign as the sample data says it was signed; what follows from the last signature is done at once, at that time."""
    if not acts.is_quiet():
        raise Refused("Signatures are replayed only while sample data is loaded.", code="not_quiet")
    given = Given(Signature.Method.REPLAYED, remark=plain_text(remark, "remark"))
    document = _sign(actor=actor, document_uid=document_uid, seen_sha256=None, given=given)
    if document.state == Document.State.COMPLETE:
        finish_document(document.pk)
    return document


@act
def _sign(*, actor: User, document_uid: UUID, seen_sha256: str | None, given: Given) -> Document:
    document = document_for(actor, document_uid, Act.SIGN, lock=True)
    slots, stage = slots_to_sign(actor, document)
    if seen_sha256 is not None and seen_sha256 != document.sha256:
        raise Refused(_("What you read is not this version of the document; read it again and sign then."), code="outdated")
    leaves = mandates(actor)
    _refuse_one_for_all(actor, document, slots)
    signatures = _signatures(actor, document, slots, leaves, given)
    for slot in slots:
        say_in_whose_place(actor, slot)
        move(slot, Slot.State.SIGNED)
        slot.save(update_fields=["state"])
    drop_scans(slots, _("Signed online meanwhile."))
    _note_own(actor, document)
    record_signed(document, signatures)
    settle(document, stage=stage)
    return document


def _signatures(actor: User, document: Document, slots: list[Slot], leaves: Mapping[int, Leave], given: Given) -> list[Signature]:
    departments = [slot.department.name for slot in slots]
    in_place_of = list(dict.fromkeys(slot.signer.name for slot in slots if slot.signer_id != actor.pk))
    statement = statement_for(actor, document, departments, in_place_of)
    drawing = keep_drawing(given.drawing)
    now = clock.now()
    return [
        Signature.objects.create(
            slot=slot,
            signer=actor,
            on_behalf_of=None if slot.signer_id == actor.pk else slot.signer,
            mandate="" if slot.signer_id == actor.pk else mandate_words(actor, leaves[slot.signer_id]),
            method=given.method,
            evidence=dict(given.evidence),
            statement=statement,
            remark=given.remark,
            drawing=drawing,
            document_sha256=document.sha256,
            signed_at=now,
            address=given.address,
            agent=given.agent[:300],
        )
        for slot in slots
    ]


def record_signed(document: Document, signatures: list[Signature]) -> None:
    """The one event of signing, by whoever signed, on screen or on paper.

    Its facts cover the rows of the signatures, so that the chain of events covers them too.
    """
    project = project_of(document)
    first = signatures[0]
    digests = {str(row.uid): signature_digest(row) for row in signatures}
    heads = [row.on_behalf_of for row in signatures if row.on_behalf_of is not None]
    ports.record(
        actor=first.signer,
        verb="document.signed",
        subject=document,
        project=project,
        facts={
            "departments": "、".join(row.slot.department.name for row in signatures),
            "version": document.version,
            "left": document.slots.filter(state=Slot.State.OPEN).exclude(role=Slot.Role.INFORMED).count(),
            "remark": first.remark,
            "method": first.method,
            "signature": digests[str(first.uid)],
            "signatures": digests,
        },
        tell=[*heads, *ports.projects().steers(project)],
    )


def _refuse_one_for_all(actor: User, document: Document, slots: list[Slot]) -> None:
    """As a deputy one does not become the only person who signs what several were to sign."""
    signing = document.slots.exclude(role=Slot.Role.INFORMED).order_by()
    others = signing.exclude(pk__in=[slot.pk for slot in slots])
    if not others.exclude(signature__signer=actor).exists() and signing.values("signer").distinct().count() > 1:
        raise Refused(_("You would be the only person who signs this. Somebody else must sign for one of you."), code="alone")


def _note_own(actor: User, document: Document) -> None:
    """Who signs for one department has no objection for another of which he is only informed."""
    rows = document.slots.select_for_update(of=("self",)).filter(signer=actor, role=Slot.Role.INFORMED, state=Slot.State.OPEN)
    for slot in rows:
        move(slot, Slot.State.NOTED, noted_at=clock.now())
        slot.save(update_fields=["state", "noted_at"])


def slots_to_sign(actor: User, document: Document) -> tuple[list[Slot], int]:
    """One's slots whose turn it is, locked, and whose turn that is; Refused says why there is none."""
    slots = [slot for slot in open_slots(actor, document) if slot.signs]
    if not slots:
        raise Refused(_("You are only informed of this document; you can say that you have no objection."), code="informed")
    everybody = list(document.slots.select_related("department"))
    stage = current_stage(everybody)
    ready = [slot for slot in slots if slot.stage == stage]
    if stage is None or not ready:
        before = [slot.department.name for slot in everybody if slot.is_open and slot.signs and slot.stage == stage]
        raise Refused(_("%s sign before you. You will be told when it is your turn.") % _(", ").join(before), code="turn")
    return ready, stage


def open_slots(actor: User, document: Document) -> list[Slot]:
    """One's slots that still wait, locked; Refused says why there is none."""
    if document.state in (Document.State.WITHDRAWN, Document.State.SUPERSEDED):
        newer = newer_version(document)
        if newer is not None:
            text = _("Meanwhile version %(new)s has taken the place of version %(old)s; read and sign that one.")
            raise Refused(text % {"new": newer.version, "old": document.version}, code="outdated")
        raise Refused(_("This document has been withdrawn; it is being revised and cannot be signed."), code="withdrawn")
    theirs = slots_of(actor).filter(document=document).select_for_update(of=("self",))
    slots = [slot for slot in theirs.select_related("department", "signer") if slot.is_open]
    if not slots:
        _refuse_answered(actor, document, own_slots(actor, document))
    return slots


def _refuse_answered(actor: User, document: Document, slots: list[Slot]) -> None:
    if not slots:  # it passed to somebody else while this one was on the way
        refuse_whose_slot_passed(actor, document.uid)
        raise PermissionDenied
    if any(slot.state == Slot.State.SILENT for slot in slots):
        raise Refused(_("The time to object to this document is over."), code="silent")
    if all(slot.state == Slot.State.NOTED for slot in slots):
        raise Refused(_("You have said already that you have no objection."), code="noted")
    raise Refused(_("You have signed this document already."), code="signed")


def say_in_whose_place(actor: User, slot: Slot) -> None:
    """What a deputy does at a head's slot is recorded as done for that head (rule A4)."""
    if slot.signer_id != actor.pk:
        acts.say_on_behalf_of(slot.signer.name)


def newer_version(document: Document) -> Document | None:
    """The version that took a document's place, if there is one."""
    same = Document.objects.filter(content_type=document.content_type_id, object_id=document.object_id, kind=document.kind)
    return same.filter(version__gt=document.version).order_by(F("version").desc()).first()
