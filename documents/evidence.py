"""Whether a document is as it was signed: its content, its signatures beside what the log recorded of them, its kept copies.

Whoever owns the database server can change any row; the log of acts, sealed in its chain, says what the row was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import file_digest
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage

from activity.ledger import doubtful
from activity.models import Event
from common.batches import batched
from documents.canonical import signature_digest
from documents.models import Blob, Document, Objection, Signature, Slot

SIGNED, OBJECTED = "document.signed", "document.objected"
COPIES = ("sealed_pdf", "final_pdf", "proof", "reading_pdf")  # the one that counts most first


class Fault(StrEnum):
    """What is no longer as it was; its words for people stand in `documents.verifying`."""

    CONTENT = "content"  # the snapshot does not have the fingerprint
    NAME = "name"  # title, number or version are not those that were signed
    SIGNATURE = "signature"  # a signature is not as it was made
    UNRECORDED = "unrecorded"  # a signature of whose making nothing is known
    MISSING = "missing"  # a signature that was made is gone
    OTHER = "other"  # a signature over another content
    STATE = "state"  # the state of the document or of a slot is none that acts lead to
    OBJECTION = "objection"  # an objection is not as it was made, or gone
    RECORD = "record"  # the record of signing itself was changed
    COPY = "copy"  # a kept copy is lost or not what it was


CHUNK = 100  # documents read at a time
SAID = {
    Fault.CONTENT: "the content was edited",
    Fault.NAME: "the title, the number or the version was edited",
    Fault.SIGNATURE: "a signature was edited",
    Fault.UNRECORDED: "a signature was put in, or the record of it deleted",
    Fault.MISSING: "a signature was deleted",
    Fault.OTHER: "a signature is over another content",
    Fault.STATE: "the state was edited",
    Fault.OBJECTION: "an objection was edited or deleted",
    Fault.COPY: "the bytes are lost or were edited",
}


@dataclass(frozen=True)
class Found:
    """One fault, and where."""

    fault: Fault
    where: str


@dataclass
class Papers:
    """All that is known of one document beside its own row."""

    slots: list[Slot] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def signatures(self) -> list[Signature]:
        return [slot.signature for slot in self.slots if hasattr(slot, "signature")]


def papers_of(documents: Iterable[Document]) -> Mapping[int, Papers]:
    """Slots with signatures and objections, and the events of signing and objecting, of many documents in two statements."""
    keys = [document.pk for document in documents]
    found: dict[int, Papers] = defaultdict(Papers)
    slots = Slot.objects.filter(document__in=keys).order_by("order", "pk")
    for slot in slots.select_related(
        "department", "signer", "objection", "signature__signer", "signature__on_behalf_of", "signature__slot"
    ):
        found[slot.document_id].slots.append(slot)
    kind = ContentType.objects.get_for_model(Document)
    for event in Event.objects.filter(content_type=kind, object_id__in=keys, verb__in=[SIGNED, OBJECTED]).order_by("pk"):
        found[event.object_id].events.append(event)
    return found


def faults(document: Document, papers: Papers) -> Iterator[Found]:
    """What of a document is not as it was, its kept copies and the chain of the log apart."""
    if not _is_genuine(document):
        yield Found(Fault.CONTENT, "")
    yield from _signature_faults(document, papers)
    yield from _name_faults(document, papers)
    yield from _objection_faults(papers)
    yield from _state_faults(document, papers)


def record_faults(papers: Papers) -> Iterator[Found]:
    """Events of signing that are no longer as they were sealed."""
    if doubtful([event.pk for event in papers.events]):
        yield Found(Fault.RECORD, "")


def copy_faults(document: Document) -> Iterator[Found]:
    """Kept copies whose bytes are lost or not what they were."""
    for name in COPIES:
        blob = getattr(document, name)
        if blob is not None and not is_whole(blob):
            yield Found(Fault.COPY, name)
    sealing = getattr(document, "sealing", None)
    if sealing is not None and document.sealed_pdf_id and sealing.intended_sha256 not in ("", document.sealed_pdf_id):
        yield Found(Fault.COPY, "sealed_pdf")


def lines() -> Iterator[str]:
    """For `manage.py verify_ledger`: a line for each document, signature and kept file that is no longer as it was."""
    for some in batched(Document.objects.order_by("pk").iterator(chunk_size=CHUNK), CHUNK):
        papers = papers_of(some)
        for document in some:
            for found in faults(document, papers[document.pk]):
                where = f" ({found.where})" if found.where else ""
                yield f"document {document.uid}{where}: {SAID[found.fault]}"
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=CHUNK):
        if not is_whole(blob):
            yield f"file {blob.sha256}: {SAID[Fault.COPY]}"


def is_whole(blob: Blob) -> bool:
    """Whether the bytes that are kept under a SHA-256 have it."""
    try:
        with default_storage.open(blob.stored_as) as file:
            return file_digest(file, "sha256").hexdigest() == blob.sha256
    except FileNotFoundError:
        return False


def _is_genuine(document: Document) -> bool:
    try:
        return document.is_genuine
    except (TypeError, ValueError):  # what was put there has no canonical form
        return False


def _digest(signature: Signature) -> str:
    try:
        return signature_digest(signature)
    except (TypeError, ValueError):
        return ""


def _signature_faults(document: Document, papers: Papers) -> Iterator[Found]:
    events = [event for event in papers.events if event.verb == SIGNED]
    recorded = {uid: digest for event in events for uid, digest in event.facts.get("signatures", {}).items()}
    earlier = {event.actor_id for event in events if "signatures" not in event.facts}  # before rows were recorded with the act
    for row in papers.signatures:
        where, uid = row.slot.department.name, str(row.uid)
        if uid not in recorded:
            if row.signer_id not in earlier:
                yield Found(Fault.UNRECORDED, where)
        elif recorded.pop(uid) != _digest(row):
            yield Found(Fault.SIGNATURE, where)
        if row.document_sha256 != document.sha256:
            yield Found(Fault.OTHER, where)
    for _uid in recorded:
        yield Found(Fault.MISSING, "")


def _name_faults(document: Document, papers: Papers) -> Iterator[Found]:
    """Each act names the document with its version; each statement of intent its number."""
    named = all(event.title == str(document)[:300] for event in papers.events)
    stated = [row for row in papers.signatures if row.method != Signature.Method.PAPER]
    numbered = all(document.number in row.statement for row in stated)
    if not (named and numbered):
        yield Found(Fault.NAME, "")


def _objection_faults(papers: Papers) -> Iterator[Found]:
    rows: list[Objection] = [slot.objection for slot in papers.slots if hasattr(slot, "objection")]
    made = sorted((row.objector_id, row.clause, row.reason) for row in rows)
    events = [event for event in papers.events if event.verb == OBJECTED]
    if made != sorted((event.actor_id or 0, event.facts.get("clause"), event.facts.get("reason")) for event in events):
        yield Found(Fault.OBJECTION, "")


def _state_faults(document: Document, papers: Papers) -> Iterator[Found]:
    done = document.state in (Document.State.COMPLETE, Document.State.SUPERSEDED)
    left = {Slot.State.OPEN, Slot.State.OBJECTED, Slot.State.VOID} if done else set()
    if document.state == Document.State.WITHDRAWN:
        left = {Slot.State.OPEN, Slot.State.SIGNED}
    for slot in papers.slots:
        if slot.state in left or not _slot_fits(slot):
            yield Found(Fault.STATE, slot.department.name)


def _slot_fits(slot: Slot) -> bool:
    """Whether a slot is signed exactly when there is a signature, made by whoever stands in it or on his behalf."""
    signature: Any = getattr(slot, "signature", None)
    if signature is None:
        return slot.state != Slot.State.SIGNED and (slot.state != Slot.State.OBJECTED or hasattr(slot, "objection"))
    return slot.signer_id in (signature.signer_id, signature.on_behalf_of_id) and slot.state in (
        Slot.State.SIGNED,
        Slot.State.VOID,
    )
