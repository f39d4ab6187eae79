"""Whether a document or a file is genuine, for anybody who holds its code or the file (rule C7): never what is written in it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.again import Again
from documents.codes import readings
from documents.evidence import Fault, Papers, copy_faults, faults, papers_of, record_faults
from documents.levels import level_of
from documents.models import Document, Signature, Slot


class Outcome(StrEnum):
    """What is to be said, in one word."""

    VALID = "valid"
    UNSEALED = "unsealed"  # signed by all, the seal is still to come
    UNSIGNED = "unsigned"  # open for signature
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    ALTERED = "altered"  # the file is not the document of the code
    ANOTHER = "another"  # the file is genuine, but another document than the code's
    TAMPERED = "tampered"  # what is kept here is not as it was signed
    UNKNOWN = "unknown"


class Copy(StrEnum):
    """Which of the files of a document was held against it."""

    SEALED = "sealed_pdf"
    FINAL = "final_pdf"
    PROOF = "proof"
    READING = "reading_pdf"
    SNAPSHOT = "snapshot"


REASONS: dict[Fault, Promise | str] = {
    Fault.CONTENT: _("The content that is kept here no longer has the fingerprint that was signed."),
    Fault.NAME: _("The title, number or version kept here are not those that were signed."),
    Fault.SIGNATURE: _("A signature was changed after it was made."),
    Fault.UNRECORDED: _("A signature is kept here whose making was never recorded."),
    Fault.MISSING: _("A signature that was made is missing."),
    Fault.OTHER: _("A signature was made over another content."),
    Fault.STATE: _("The state of the document or of a signature was changed past the application."),
    Fault.OBJECTION: _("An objection was changed or removed after it was made."),
    Fault.RECORD: _("The record of signing in the operation log was changed."),
    Fault.COPY: _("A copy kept here is lost or damaged."),
}
OUTCOME_OF = {
    Document.State.SIGNING: Outcome.UNSIGNED,
    Document.State.WITHDRAWN: Outcome.REVOKED,
    Document.State.SUPERSEDED: Outcome.SUPERSEDED,
}


@dataclass(frozen=True)
class Signer:
    """A signature as anybody may know it: neither remark nor address."""

    department: str
    name: str
    in_place_of: str
    at: datetime | None
    proof: str  # how the signer proved who he is
    level: str  # how far that goes


@dataclass(frozen=True)
class Shown:
    """All that the page may say of a document; a template is given this, and no row."""

    kind: str
    number: str
    version: int
    sha256: str
    signers: list[Signer]
    waiting: int
    missing: int  # of those who were to sign, when it was filed without them
    is_filed: bool  # without the signatures of all, or of anybody
    completed_at: datetime | None
    sealed_at: datetime | None
    fingerprint: str  # of the certificate that sealed it
    superseded_at: datetime | None
    superseded_by: str


@dataclass
class Verdict:
    """What was found; what is to be shown of the document is read only where it is shown."""

    outcome: Outcome
    document: Document | None = None
    copy: Copy | None = None
    reasons: list[str] = field(default_factory=list)

    @cached_property
    def shown(self) -> Shown | None:
        if self.document is None:
            return None
        row = whole(self.document)
        return _shown(row, papers_of([row])[row.pk])


def verify(*, code: str = "", sha256: str = "") -> Verdict:
    """Judge a code, a file by its SHA-256, or a file by the code it should belong to."""
    of_code = find_by_code(code) if code else None
    of_file = find_by_file(sha256) if sha256 else None
    if of_code is not None and sha256 and copy_of(of_code, sha256) is None:
        return Verdict(Outcome.ANOTHER if of_file else Outcome.ALTERED, of_code)
    document = of_code or of_file
    if document is None:
        return Verdict(Outcome.UNKNOWN)
    copy = copy_of(document, sha256) if sha256 else None
    if code and of_code is None:
        return Verdict(Outcome.ANOTHER, document, copy)
    return _judged(document, copy)


def find_by_code(said: str) -> Document | None:
    """The document of a code, typed as people type; one look into an index, whether there is one or not."""
    meant = readings(said)
    return next(iter(_of_code(meant[0], meant[-1])), None) if meant else None


def find_by_file(sha256: str) -> Document | None:
    """The newest document that a file of this SHA-256 is a copy of."""
    return next(iter(_of_file(sha256)), None)


def _having(sha256: str) -> QuerySet[Document]:
    copies = Q(sealed_pdf=sha256) | Q(final_pdf=sha256) | Q(proof=sha256) | Q(reading_pdf=sha256) | Q(sha256=sha256)
    return Document.objects.defer("snapshot").filter(copies).order_by("-pk")[:1]


_of_code = Again(  # anybody may ask, as often as he likes
    lambda one, other: Document.objects.defer("snapshot").filter(code__in=[one, other]).order_by("pk"), "one code", "other code"
)
_of_file = Again(_having, "a file")


def whole(document: Document) -> Document:
    """The row with all that is held against it."""
    beside = ("sealed_pdf", "final_pdf", "proof", "reading_pdf", "superseded_by", "sealing__key")
    return Document.objects.select_related(*beside).get(pk=document.pk)


def copy_of(document: Document, sha256: str) -> Copy | None:
    """Which copy of a document has this SHA-256, if any."""
    known = {
        document.sha256: Copy.SNAPSHOT,
        document.reading_pdf_id: Copy.READING,
        document.proof_id: Copy.PROOF,
        document.final_pdf_id: Copy.FINAL,
        document.sealed_pdf_id: Copy.SEALED,
    }
    return known.get(sha256)


def _judged(document: Document, copy: Copy | None) -> Verdict:
    """Everything is held against what was recorded before a document is called valid."""
    row = whole(document)
    papers = papers_of([row])[row.pk]
    found = [*faults(row, papers), *record_faults(papers), *copy_faults(row)]
    if found:
        reasons = dict.fromkeys(str(REASONS[one.fault]) for one in found)
        return Verdict(Outcome.TAMPERED, document, copy, list(reasons))
    sealed = Outcome.VALID if row.sealed_pdf_id else Outcome.UNSEALED
    return Verdict(OUTCOME_OF.get(Document.State(row.state), sealed), document, copy)


def _shown(document: Document, papers: Papers) -> Shown:
    done = document.completed_at is not None
    sealing = getattr(document, "sealing", None)
    newer = document.superseded_by
    missing = sum(slot.signs and slot.state == Slot.State.SILENT for slot in papers.slots)
    return Shown(
        kind=document.get_kind_display(),
        number=document.number,
        version=document.version,
        sha256=document.sha256,
        signers=[_signer(slot) for slot in papers.slots if slot.signs and slot.state == Slot.State.SIGNED],
        waiting=0 if done else sum(slot.is_open and slot.signs for slot in papers.slots),
        missing=missing,
        is_filed=document.is_filed or missing > 0,
        completed_at=document.completed_at,
        sealed_at=sealing.sealed_at if sealing is not None else None,
        fingerprint=sealing.key.fingerprint if sealing is not None and sealing.key and document.sealed_pdf_id else "",
        superseded_at=document.superseded_at,
        superseded_by=f"{newer.get_kind_display()} {newer.number} v{newer.version}" if newer else "",
    )


def _signer(slot: Slot) -> Signer:
    signature: Signature | None = getattr(slot, "signature", None)
    if signature is None:  # changed past the application
        return Signer(slot.department.name, slot.signer.name, "", None, "", "")
    behalf = signature.on_behalf_of.name if signature.on_behalf_of is not None else ""
    return Signer(
        department=slot.department.name,
        name=signature.signer.name,
        in_place_of=behalf,
        at=signature.signed_at,
        proof=signature.get_method_display(),
        level=level_of(signature.method),
    )
