"""Sealing a document once: a job that may be killed at any step, and is done again by the sweep (rule C6).

What the sealed file will be is said in the database before its bytes are laid down, so whoever comes after a crash finds
either whole bytes under that hash, and takes them, or none, and seals anew: one sealed file remains. A lease keeps two
workers apart; who holds an older one can neither hand out nor mark.
"""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock, errands, ports
from documents.access import project_of
from documents.blobs import laid_down, lay_down, read, take_away
from documents.models import Blob, Document, Sealing, SealKey, Slot
from documents.queries import all_signed
from documents.sealing.keys import KeyLacking, roots, to_seal_by
from documents.sealing.proof import proof_of
from people.queries import organisation

log = logging.getLogger(__name__)

ERRAND = "documents.sealing.errand"
SECONDS = 90  # for the whole errand
STAMP_SECONDS = 30  # of these for the time-stamp server
LEASE = timedelta(minutes=3)
WAITS = [timedelta(minutes=m) for m in (1, 2, 4, 5)]  # between attempts; the last for ever
WITHOUT_STAMP = timedelta(minutes=30)  # as long as a time-stamp server is waited for


class Trouble(Exception):
    """Why there is no seal yet, in words for people."""


@dataclass(frozen=True)
class Held:
    """A lease on the sealing of one document; the number of attempts is its token."""

    document: Document
    sealing: Sealing
    token: int


def unsealed() -> list[int]:
    """Documents that all have signed and that still lack their seal or their proof; those that failed come last."""
    rows = all_signed(Document.objects.all())
    lacking = rows.filter(sealed_pdf__isnull=True) | rows.filter(proof__isnull=True)
    return list(lacking.order_by("sealing__attempts", "pk").values_list("pk", flat=True))


def seal_document(pk: int) -> bool:
    """Seal what all have signed and write its proof; twice is once. True when both are there now.

    What goes wrong is kept in words and tried again; it undoes nothing.
    """
    held = _take(pk)
    if held is None:
        return False
    try:
        if held.document.sealed_pdf_id is None:
            _seal(held)
        if held.document.proof_id is None:
            _prove(held)
    except Trouble as trouble:
        _put_down(held, str(trouble))
    except OSError as trouble:
        log.warning("document %s: not sealed: %s", pk, trouble)
        _put_down(held, _("The file could not be stored: %s") % (trouble.strerror or type(trouble).__name__))
    except errands.ErrandFailed:
        log.exception("document %s: not sealed", pk)
        _put_down(held, _("Sealing failed; the log of the server says why."))
    return held.document.proof_id is not None


@transaction.atomic
def _take(pk: int) -> Held | None:
    """A lease, when there is work and nobody else has one; None otherwise, also where the final copy is not printed yet."""
    document = all_signed(Document.objects.select_for_update(of=("self",))).filter(pk=pk).first()
    if document is None or (document.sealed_pdf_id and document.proof_id):
        return None
    sealing, _made = Sealing.objects.get_or_create(document=document)
    if document.final_pdf_id is None or sealing.next_attempt_at > clock.now():
        return None
    try:
        to_seal_by()
    except KeyLacking as lacking:  # no attempt: another machine may have the key
        if sealing.trouble != str(lacking):
            sealing.trouble = str(lacking)
            sealing.save(update_fields=["trouble"])
        return None
    sealing.attempts += 1
    sealing.next_attempt_at = clock.now() + LEASE
    sealing.save(update_fields=["attempts", "next_attempt_at"])
    return Held(document, sealing, sealing.attempts)


def _put_down(held: Held, trouble: str) -> None:
    """The lease ends; when it is tried again depends on how often it went wrong."""
    log.warning("document %s: not sealed: %s", held.document.pk, trouble)
    wait = WAITS[min(held.token, len(WAITS)) - 1]
    mine = Sealing.objects.filter(pk=held.sealing.pk, attempts=held.token)
    mine.update(trouble=trouble[:300], next_attempt_at=clock.now() + wait)


def _seal(held: Held) -> None:
    """Seal, say which bytes it will be, lay them down, hand them out."""
    content = laid_down(held.sealing.intended_sha256) if held.sealing.intended_sha256 else None
    if content is None:
        content = _sealed(held)
    digest = sha256(content).hexdigest()
    stored = lay_down(content)
    if not _hand_out(held, digest, len(content), stored):
        take_away(digest)
        raise Trouble(_("Another machine is sealing this document."))


def _sealed(held: Held) -> bytes:
    """A fresh seal, its hash said in the database before anybody keeps the bytes."""
    try:
        key, private = to_seal_by()
    except KeyLacking as lacking:
        raise Trouble(str(lacking)) from lacking
    stamp = bool(settings.ENV.tsa_url) and clock.now() - held.sealing.began_at < WITHOUT_STAMP
    content = _ask_for_seal(held.document, key, private, stamp=stamp)
    mine = Sealing.objects.filter(pk=held.sealing.pk, attempts=held.token, sealed_at__isnull=True)
    said = {"intended_sha256": sha256(content).hexdigest(), "key": key, "is_timestamped": stamp}
    if not mine.update(**said):
        raise Trouble(_("Another machine is sealing this document."))
    return content


def _ask_for_seal(document: Document, key: SealKey, private: str, *, stamp: bool) -> bytes:
    """The errand of sealing. Errors: Trouble when the time-stamp server gives none."""
    if document.final_pdf is None:
        raise Trouble(_("The final copy is not printed yet."))
    try:
        content = read(document.final_pdf)
    except FileNotFoundError as lost:
        raise Trouble(_("The final copy that is to be sealed cannot be read.")) from lost
    filed = document.is_filed or document.slots.filter(state=Slot.State.SILENT).exclude(role=Slot.Role.INFORMED).exists()
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Archived; sealed by the organisation") if filed else _("Signed by all; sealed by the organisation")
    said = {
        "do": "seal",
        "key": private,
        "certificate": key.certificate,
        "chain": key.chain,
        "roots": roots(),
        "reason": reason,
        "name": organisation().name,
        "at": clock.now().isoformat(),
        "tsa": settings.ENV.tsa_url if stamp else "",
        "tsa_seconds": STAMP_SECONDS,
    }
    answer = errands.run(ERRAND, json.dumps(said).encode() + b"\n" + content, seconds=SECONDS)
    head, _line, made = answer.partition(b"\n")
    lacking = json.loads(head).get("no_time_stamp")
    if lacking:
        log.warning("no time stamp: %s", lacking)
        raise Trouble(_("The time-stamp server gives no answer that can be used."))
    return made


@transaction.atomic
def _hand_out(held: Held, digest: str, size: int, stored: str) -> bool:
    """From here on the sealed file is what is handed out; False when another lease is newer."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=held.document.pk)
    sealing = Sealing.objects.select_for_update(of=("self",)).get(pk=held.sealing.pk)
    if sealing.attempts != held.token or sealing.intended_sha256 != digest or document.sealed_pdf_id is not None:
        return False
    document.sealed_pdf, _made = Blob.objects.get_or_create(
        sha256=digest, defaults={"size": size, "media_type": "application/pdf", "stored_as": stored}
    )
    document.save(update_fields=["sealed_pdf"])
    sealing.sealed_at = clock.now()
    unstamped = settings.ENV.tsa_url and not sealing.is_timestamped
    sealing.trouble = _("Sealed without a time stamp: the server gave none for half an hour.") if unstamped else ""
    sealing.save(update_fields=["sealed_at", "trouble"])
    ports.record(
        actor=None,
        verb="document.sealed",
        subject=document,
        project=project_of(document),
        facts={"version": document.version, "sealed": digest, "certificate": sealing.key.fingerprint if sealing.key else ""},
        tell=ports.projects().steers(project_of(document)) if sealing.told_at else [],
    )
    held.document.sealed_pdf = document.sealed_pdf
    return True


def _prove(held: Held) -> None:
    """The proof file: everything that speaks for the document, signed by the same key."""
    try:
        key, private = to_seal_by()
    except KeyLacking as lacking:
        raise Trouble(str(lacking)) from lacking
    content = proof_of(held.document, key, private)
    _name_proof(held, sha256(content).hexdigest(), len(content), lay_down(content))


@transaction.atomic
def _name_proof(held: Held, digest: str, size: int, stored: str) -> None:
    """The first proof that is there stays."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=held.document.pk)
    if document.proof_id is None:
        kept = {"size": size, "media_type": "application/json", "stored_as": stored}
        document.proof, _made = Blob.objects.get_or_create(sha256=digest, defaults=kept)
        document.save(update_fields=["proof"])
    held.document.proof_id = document.proof_id
