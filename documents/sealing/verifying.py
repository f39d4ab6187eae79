"""Checks of a file in hand, one plain line each: a sealed PDF, or a proof file; by certificates, or by the database as well."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from fido2 import cbor
from fido2.cose import CoseKey

from common.canonical import canonical, sha256_of
from common.saying import exact_words
from documents.canonical import signature_digest
from documents.evidence import copy_faults, faults, papers_of, record_faults
from documents.models import Document, Signature
from documents.sealing.findings import Findings
from documents.sealing.proof import FORMAT
from documents.sealing.signing import is_signed
from documents.sealing.words import REASONS
from documents.services.proofs import hashes_in
from documents.verifying import REASONS as REASONS_KEPT
from people.passkeys import decoded


@dataclass(frozen=True)
class Check:
    """One thing that was checked: whether it holds, and how to say it."""

    holds: bool
    words: str


def of_pdf(found: Findings) -> Iterator[Check]:
    """What the seal of a PDF says."""
    yield Check(found.is_valid, str(REASONS[found.reason]))
    if not found.fingerprint:
        return
    yield Check(True, _("Sealed by: %(who)s (certificate %(short)s)") % {"who": found.sealed_by, "short": found.fingerprint[:16]})
    when = exact_words(found.sealed_at) if found.sealed_at else "—"
    if not found.timed_by:
        yield Check(True, _("Sealed at %s, by its own clock") % when)
        return
    said = {"when": when, "who": found.timed_by}
    if found.is_time_trusted:
        yield Check(True, _("Sealed at %(when)s, by the time-stamp server %(who)s") % said)
    else:
        yield Check(True, _("Sealed at %(when)s, by the time-stamp server %(who)s, whose certificate was not checked") % said)


def of_proof(content: bytes, roots: list[str]) -> Iterator[Check]:
    """What a proof file says of itself: its signature, the document's hash, each signature over that hash."""
    try:
        said = json.loads(content)
        proof, signature = said["proof"], said["signature"]
        known = proof["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        yield Check(False, _("This is neither a PDF nor a proof file of Collab."))
        return
    signed = is_signed(canonical(proof), signature, roots)
    yield Check(
        signed,
        _("The proof file is signed by the organisation")
        if signed
        else _("The proof file was changed, or signed by somebody else"),
    )
    document = proof["document"]
    same = sha256_of(document["content"]) == document["sha256"]
    name = {"title": document["title"], "number": document["number"], "version": document["version"]}
    yield Check(
        same,
        (_("“%(title)s” (%(number)s, version %(version)s): the content has its fingerprint") if same
         else _("“%(title)s” (%(number)s, version %(version)s): the content is not what was signed")) % name,
    )  # fmt: skip
    for slot in proof["slots"]:
        if slot["signature"]:
            yield _signature(slot, document["sha256"])


def _signature(slot: dict[str, Any], digest: str) -> Check:
    """One signature: over this document's hash, and by passkey verified anew."""
    said = slot["signature"]
    holds = said["document_sha256"] == digest
    passkey = said["evidence"].get("passkey") if isinstance(said["evidence"], dict) else None
    if holds and passkey is not None:
        holds = _device_signed(passkey, digest)
    when = parse_datetime(said["signed_at"])
    name = {
        "who": said["signer"],
        "department": slot["department"],
        "when": exact_words(when) if when else "—",
        "how": said["level"],
    }
    if holds:
        return Check(True, _("%(department)s: signed by %(who)s on %(when)s (%(how)s)") % name)
    return Check(False, _("%(department)s: the signature of %(who)s is not over this document") % name)


def _device_signed(evidence: dict[str, str], digest: str) -> bool:
    """Whether the device whose public key stands there signed a challenge that holds the document's hash."""
    try:
        key = CoseKey.parse(cbor.decode(decoded(evidence["public_key"])))  # type: ignore[arg-type]
        data = decoded(evidence["authenticator_data"]) + sha256(decoded(evidence["client_data"])).digest()
        key.verify(data, decoded(evidence["signature"]))
        return bytes.fromhex(digest) in hashes_in(evidence)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False


def of_both(found: Findings, proof: bytes) -> Check:
    """Whether a proof file belongs to a PDF."""
    same = json.loads(proof)["proof"]["seal"]["sha256"] == found.sha256
    return Check(same, _("The proof file belongs to this PDF") if same else _("The proof file belongs to another PDF"))


def known_here(digest: str) -> Iterator[Check]:
    """Whether a file is the very one that this database handed out, and whether the document still holds."""
    document = Document.objects.filter(sealed_pdf=digest).first() or Document.objects.filter(proof=digest).first()
    if document is None:
        early = Document.objects.filter(final_pdf=digest).first() or Document.objects.filter(reading_pdf=digest).first()
        if early is not None:
            yield Check(False, _("This is an unsealed copy of “%s”; the sealed one is another file") % early.title)
        else:
            yield Check(False, _("This database has handed out no file like this"))
        return
    name = {"title": document.title, "number": document.number, "version": document.version}
    yield Check(True, _("This very file was handed out here: “%(title)s” (%(number)s, version %(version)s)") % name)
    if document.superseded_by is not None:
        newer = document.superseded_by
        yield Check(
            True, _("It has been superseded by “%(title)s” (%(number)s)") % {"title": newer.title, "number": newer.number}
        )
    papers = papers_of([document])[document.pk]
    found = [*faults(document, papers), *record_faults(papers), *copy_faults(document)]
    for one in found:
        yield Check(False, f"{REASONS_KEPT[one.fault]} {one.where}".strip())
    if not found:
        yield Check(True, _("Content, signatures and the record of signing stand in the database as they were made"))


def same_signatures(proof: bytes) -> Check:
    """Whether the signatures of a proof file stand unchanged in the database."""
    said = {
        slot["signature"]["uid"]: slot["signature"]["digest"] for slot in json.loads(proof)["proof"]["slots"] if slot["signature"]
    }
    here = {str(row.uid): signature_digest(row) for row in Signature.objects.filter(uid__in=said)}
    return Check(
        said == here,
        _("Its signatures stand unchanged in the database") if said == here else _("Its signatures differ from the database"),
    )
