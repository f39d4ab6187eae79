"""Signing on the printed copy (纸质): one hands in the scan, a second person compares it; only then it is signed (rule C6)."""

from datetime import date
from typing import IO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.moves import move
from common.plain_text import plain_text
from common.refusals import Refused
from common.rights import may
from common.uploads import Checked, check
from documents.access import RULES, Act, document_for, project_of
from documents.blobs import keep
from documents.models import Blob, Document, PaperCopy, Signature, Slot
from documents.queries import current_stage
from documents.services.settling import settle
from documents.services.signing import record_signed
from people.models import User
from people.queries import leaves_for

KINDS = ("application/pdf", "image/jpeg", "image/png")


def hand_in_scan(
    *, actor: User, document_uid: UUID, slot_uid: UUID, scan: UploadedFile | IO[bytes], signed_on: date | None
) -> PaperCopy:
    """Hand in the scan of a copy that a signer has signed by hand; it counts once a second person has compared it.

    Refused, at the field: no PDF, JPG or PNG of at most 25 MB; a day before the document was frozen, or still to come.
    """
    document = document_for(actor, document_uid, Act.UPLOAD_SCAN)
    found = _checked(scan)
    _awaited(document, slot_uid, signed_on)  # what is refused leaves no bytes behind
    blob = keep(found.file.read(), found.kind)
    return _hand_in(actor=actor, document_uid=document_uid, slot_uid=slot_uid, blob=blob, signed_on=signed_on)


def _checked(scan: UploadedFile | IO[bytes]) -> Checked:
    try:
        found = check(scan)
    except Refused as refusal:
        raise Refused(refusal.message, field="scan", code=refusal.code) from refusal
    if found.kind not in KINDS:
        raise Refused(_("Hand in the scan as PDF, JPG or PNG."), field="scan", code="kind")
    return found


@act
def _hand_in(*, actor: User, document_uid: UUID, slot_uid: UUID, blob: Blob, signed_on: date | None) -> PaperCopy:
    document = document_for(actor, document_uid, Act.UPLOAD_SCAN, lock=True)
    slot, day = _awaited(document, slot_uid, signed_on, lock=True)
    project = project_of(document)
    try:
        with transaction.atomic():
            copy = PaperCopy.objects.create(
                slot=slot, signer=slot.signer, blob=blob, uploaded_by=actor, uploaded_at=clock.now(), signed_on=day
            )
    except IntegrityError:
        raise _waits_already() from None
    ports.record(
        actor=actor,
        verb="document.scan_handed_in",
        subject=document,
        project=project,
        facts={"slot": str(slot.uid), "signer": slot.signer.name, "department": slot.department.name, "scan": blob.sha256},
        tell=[slot.signer, *ports.projects().steers(project)],
    )
    return copy


def _awaited(document: Document, slot_uid: UUID, signed_on: date | None, *, lock: bool = False) -> tuple[Slot, date]:
    """The slot whose scan is awaited, and the day it was signed on; Refused when none is, or on a day that cannot be."""
    slot, project = _slot_in_turn(document, slot_uid, lock=lock), project_of(document)
    first = document.created_at.astimezone(ZoneInfo(project.time_zone)).date()
    day = signed_on or project.today
    if not first <= day <= project.today:
        raise Refused(_("The day of signing lies between the day it was opened and today."), field="signed_on", code="day")
    if slot.paper_copies.exclude(state=PaperCopy.State.REFUSED).exists():
        raise _waits_already()
    return slot, day


def _waits_already() -> Refused:
    return Refused(_("A scan of this signature waits to be compared already."), field="scan", code="waiting")


def _slot_in_turn(document: Document, slot_uid: UUID, *, lock: bool = True) -> Slot:
    """The slot, locked unless it is only looked at; Refused unless it is to be signed now."""
    rows = document.slots.select_related("department", "signer")
    slots = list(rows.select_for_update(of=("self",)) if lock else rows)
    slot = next((row for row in slots if row.uid == slot_uid), None)
    if slot is None:
        raise Http404
    if document.state != Document.State.SIGNING or not slot.signs or not slot.is_open:
        raise Refused(_("There is nothing left to sign here: signed already, or the document was withdrawn."), code="signed")
    if slot.stage != current_stage(slots):
        raise Refused(_("It is not %s's turn yet.") % slot.signer.name, code="turn")
    return slot


@act
def judge_scan(*, actor: User, document_uid: UUID, scan_uid: UUID, matches: bool, reason: str = "") -> PaperCopy:
    """Whoever neither handed in the scan nor signed it confirms that it is this version, signed by hand, or says why not.

    A deputy of one of the two, who has no right of the own, is none other than they (rule A4).
    """
    document = document_for(actor, document_uid, Act.JUDGE_SCAN, lock=True)
    scans = PaperCopy.objects.select_for_update(of=("self",)).filter(slot__document=document, uid=scan_uid)
    copy = scans.select_related("uploaded_by", "blob").first()
    if copy is None:
        raise Http404
    if copy.state != PaperCopy.State.WAITING:
        raise Refused(_("This scan has been judged already."), code="judged")
    slot = _slot_in_turn(document, copy.slot.uid)
    if matches and copy.signer_id != slot.signer_id:
        raise Refused(_("The scan shows the hand of somebody who does not sign this any more."), code="passed_on")
    _refuse_the_same(actor, document, {copy.uploaded_by_id, slot.signer_id})
    reason = plain_text(reason, "reason")
    if not matches and not reason:
        raise Refused(_("Say what does not match."), field="reason")
    to = PaperCopy.State.CONFIRMED if matches else PaperCopy.State.REFUSED
    move(copy, to, judged_by=actor, judged_at=clock.now(), reason="" if matches else reason[:300])
    copy.save(update_fields=["state", "judged_by", "judged_at", "reason"])
    if matches:
        _sign_by_paper(actor, document, slot, copy)
    else:
        _tell_judged(actor, document, slot, copy)
    return copy


def _refuse_the_same(actor: User, document: Document, concerned: set[int]) -> None:
    """Refused to whoever handed it in or signed it, and to who compares in the place of one of them alone."""
    stood_in = {leave.person_id for signing in (True, False) for leave in leaves_for(actor, signing=signing)}
    own = may(RULES, Act.JUDGE_SCAN, ports.projects().own_roles(actor, project_of(document)))
    if actor.pk in concerned or (stood_in & concerned and not own):
        raise Refused(_("Somebody else compares it: not who handed it in, not who signed it."), code="same_person")


def _sign_by_paper(actor: User, document: Document, slot: Slot, copy: PaperCopy) -> None:
    """The confirmed scan is the signature of whoever stands in the slot; both names of those who handled it are kept."""
    said = {"day": copy.signed_on, "uploader": copy.uploaded_by.name, "judge": actor.name}
    with translation.override(slot.signer.language):
        text = _(
            "Signed by hand on the printed copy on %(day)s; the scan was handed in by %(uploader)s and compared by %(judge)s."
        )
        statement = text % said
    signature = Signature.objects.create(
        slot=slot,
        signer=slot.signer,
        method=Signature.Method.PAPER,
        evidence={"scan": copy.blob_id},
        statement=statement,
        paper=copy,
        document_sha256=document.sha256,
        signed_at=clock.now(),
    )
    move(slot, Slot.State.SIGNED)
    slot.save(update_fields=["state"])
    record_signed(document, [signature])
    _tell_judged(actor, document, slot, copy)
    settle(document, stage=slot.stage)


def _tell_judged(actor: User, document: Document, slot: Slot, copy: PaperCopy) -> None:
    """Who handed it in and who signed it hear what the second person found."""
    ports.record(
        actor=actor,
        verb="document.scan_confirmed" if copy.state == PaperCopy.State.CONFIRMED else "document.scan_refused",
        subject=document,
        project=project_of(document),
        facts={"signer": slot.signer.name, "department": slot.department.name, "reason": copy.reason},
        tell=[copy.uploaded_by, slot.signer],
    )
