"""Signing and objecting: a signature commits by itself, and nothing that reacts to it can undo it (rule C6)."""

from uuid import UUID

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from activity.services import stop_clock
from common import acts, clock, ports
from common.acts import act
from common.doorbell import ring
from common.moves import move
from common.refusals import Refused
from documents.access import Act, document_for, project_of
from documents.models import Document, Objection, Signature, Slot
from documents.services.finishing import finish_document
from documents.services.freezing import CLOCK, withdraw
from people.models import User


def statement_for(signer: User, document: Document, departments: list[str]) -> str:
    """What the signer declares, in the signer's own language; kept with the signature."""
    with translation.override(signer.language):
        return _("I have read “%(title)s” (%(number)s, version %(version)s) and sign it on behalf of %(departments)s.") % {
            "title": document.title,
            "number": document.number or document.sha256[:12],
            "version": document.version,
            "departments": _(", ").join(departments),
        }


def sign(
    *,
    actor: User,
    document_uid: UUID,
    seen_sha256: str,
    password: str,
    remark: str = "",
    address: str | None = None,
    agent: str = "",
) -> Document:
    """Sign all of one's slots of a document at once, having proved by password who one is.

    Refused: withdrawn or not the version that was read, signed already, wrong password (at the field).
    """
    proved = actor.check_password(password)  # slow on purpose, so before any lock is taken
    return _sign(
        actor=actor,
        document_uid=document_uid,
        seen_sha256=seen_sha256,
        proved=proved,
        method=Signature.Method.PASSWORD,
        remark=remark,
        address=address,
        agent=agent[:300],
    )


def sign_replayed(*, actor: User, document_uid: UUID, remark: str = "") -> Document:
    """Sign as the sample data says it was signed; what follows from the last signature is done at once, at that time."""
    if not acts.is_quiet():
        raise Refused("Signatures are replayed only while sample data is loaded.", code="not_quiet")
    document = _sign(
        actor=actor,
        document_uid=document_uid,
        seen_sha256=None,
        proved=True,
        method=Signature.Method.REPLAYED,
        remark=remark,
        address=None,
        agent="",
    )
    if document.state == Document.State.COMPLETE:
        finish_document(document.pk)
    return document


@act
def _sign(
    *,
    actor: User,
    document_uid: UUID,
    seen_sha256: str | None,
    proved: bool,
    method: str,
    remark: str,
    address: str | None,
    agent: str,
) -> Document:
    document = document_for(actor, document_uid, Act.SIGN, lock=True)
    slots = _open_slots(actor, document)
    if seen_sha256 is not None and seen_sha256 != document.sha256:
        raise Refused(_("What you read is not this version of the document; read it again and sign then."), code="outdated")
    if not proved:
        raise Refused(_("This is not your password; nothing has been signed."), field="password", code="password")
    departments = [slot.department.name for slot in slots]
    now = clock.now()
    for slot in slots:
        Signature.objects.create(
            slot=slot,
            signer=actor,
            method=method,
            statement=statement_for(actor, document, departments),
            remark=remark.strip(),
            document_sha256=document.sha256,
            signed_at=now,
            address=address,
            agent=agent,
        )
        move(slot, Slot.State.SIGNED)
        slot.save(update_fields=["state"])
    left = document.slots.filter(state=Slot.State.OPEN).count()
    if left == 0:
        _complete(document)
    project = project_of(document)
    ports.record(
        actor=actor,
        verb="document.signed",
        subject=document,
        project=project,
        facts={"departments": "、".join(departments), "version": document.version, "left": left, "remark": remark.strip()},
        tell=ports.projects().steers(project),
    )
    return document


def _open_slots(actor: User, document: Document) -> list[Slot]:
    """One's slots that still wait, locked; Refused says why there is none."""
    if document.state in (Document.State.WITHDRAWN, Document.State.SUPERSEDED):
        newer = newer_version(document)
        if newer is not None:
            text = _("Meanwhile version %(new)s has taken the place of version %(old)s; read and sign that one.")
            raise Refused(text % {"new": newer.version, "old": document.version}, code="outdated")
        raise Refused(_("This document has been withdrawn; it is being revised and cannot be signed."), code="withdrawn")
    mine = document.slots.select_for_update(of=("self",)).filter(signer=actor).select_related("department")
    slots = [slot for slot in mine if slot.is_open]
    if not slots:
        raise Refused(_("You have signed this document already."), code="signed")
    return slots


def newer_version(document: Document) -> Document | None:
    """The version that took a document's place, if there is one."""
    same = Document.objects.filter(content_type=document.content_type_id, object_id=document.object_id, kind=document.kind)
    return same.filter(version__gt=document.version).order_by(F("version").desc()).first()


def _complete(document: Document) -> None:
    """The last has signed: the document is complete; what follows is done after commit, and by the sweep."""
    move(document, Document.State.COMPLETE, completed_at=clock.now())
    document.save(update_fields=["state", "completed_at"])
    stop_clock(subject=document, kind=CLOCK)
    ring("documents.jobs.finish", document.pk)


@act
def object_to(*, actor: User, document_uid: UUID, reason: str, clause: str = "") -> Objection:
    """Do not sign, and say why and to which clause: the document is withdrawn and goes back to its authors.

    Everybody who was to sign is told, those who had signed as well.
    """
    document = document_for(actor, document_uid, Act.OBJECT, lock=True)
    slots = _open_slots(actor, document)
    if not reason.strip():
        raise Refused(_("Say why, so that it can be mended."), field="reason")
    known = {str(row["number"]) for row in document.snapshot.get("clauses", [])}
    if clause and clause not in known:
        raise Refused(_("This document has no clause %s.") % clause, field="clause")
    objection = Objection.objects.create(slot=slots[0], objector=actor, clause=clause, reason=reason.strip())
    move(slots[0], Slot.State.OBJECTED)
    slots[0].save(update_fields=["state"])
    withdraw(document)
    project = project_of(document)
    signers = [slot.signer for slot in document.slots.select_related("signer")]
    ports.record(
        actor=actor,
        verb="document.objected",
        subject=document,
        project=project,
        facts={
            "department": slots[0].department.name,
            "clause": clause,
            "reason": objection.reason,
            "version": document.version,
        },
        tell=[*signers, *ports.projects().steers(project)],
    )
    return objection
