"""Judging a sealed PDF by its bytes and the organisation's certificates alone: no database, no network.

Loads pyHanko, which is heavy, and reads files that strangers made: pages ask by `documents.sealing.asking`, which does this
in a small process with limits. Whether a file is the very one that was handed out is told by its SHA-256, which the caller
compares; here also a copy is valid whose seal was padded differently within the room reserved for it.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.sealing.findings import Findings, Reason

log = logging.getLogger(__name__)

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


def check_pdf(content: bytes, roots: Iterable[str], time_roots: Iterable[str] = ()) -> Findings:
    """Judge a file by the certificates (PEM) that the organisation seals by; `time_roots` are those of its time-stamp server.

    Never raises for what a file may hold.
    """
    trusted, clocks = _read(roots), _read(time_roots)
    found = _look(content, trusted, clocks)
    end = _end_of_seal(content)
    if found.reason == Reason.ALTERED and end < len(content) and _look(content[:end], trusted, clocks).is_valid:
        return replace(found, reason=Reason.APPENDED)  # not even a revision: what follows makes the whole unreadable
    return found


def _look(content: bytes, roots: list[x509.Certificate], times: list[x509.Certificate]) -> Findings:
    digest = sha256(content).hexdigest()
    if b"%PDF-" not in content[:1024] and not RANGE.search(content):
        return Findings(Reason.NOT_PDF, digest)
    try:
        seals = list(PdfFileReader(BytesIO(content)).embedded_signatures)
        if seals:
            return _judge(content, digest, seals, roots, times)
    except Exception as trouble:  # whatever a broken file makes a reader stumble over
        log.debug("unreadable", exc_info=trouble)
        return Findings(_unreadable(content), digest)
    return Findings(_unreadable(content) if RANGE.search(content) or _is_cut(content) else Reason.UNSEALED, digest)


def _read(pems: Iterable[str]) -> list[x509.Certificate]:
    """Certificates from PEM, each text with one or several."""
    return [found for pem in pems if pem.strip() for found in load_certs_from_pemder_data(pem.encode())]


def _named(certificate: x509.Certificate) -> str:
    """What a certificate calls its holder; the organisation, where that is another name."""
    said = certificate.subject.native
    name, house = str(said.get("common_name") or ""), str(said.get("organization_name") or "")
    return f"{name}, {house}" if house and house not in name else name or house


def _is_cut(content: bytes) -> bool:
    """Whether the end is missing: of what the seal covers, or of the PDF itself."""
    if RANGE.search(content):
        return _end_of_seal(content) > len(content)
    return not content.rstrip(b"\r\n \0").endswith(b"%%EOF")


def _unreadable(content: bytes) -> Reason:
    if _is_cut(content):
        return Reason.TRUNCATED
    return Reason.ALTERED if RANGE.search(content) else Reason.NOT_PDF


def _judge(
    content: bytes, digest: str, seals: list[EmbeddedPdfSignature], roots: list[x509.Certificate], times: list[x509.Certificate]
) -> Findings:
    seal = seals[0]
    seal.compute_integrity_info()
    own = [root for token in extract_tst_data_iter(seal.signer_info, signed=False) for root in _token_roots(token)]
    said = seal.self_reported_timestamp
    status = _status(seal, roots, [*times, *own], said)
    stamp = status.timestamp_validity
    when = stamp.timestamp if stamp is not None else said
    if stamp is not None and not status.trusted:
        status = _status(seal, roots, [*times, *own], when)
    certificate = seal.signer_cert
    known = _status(seal, roots, times, when).timestamp_validity if stamp is not None and times else None
    return Findings(
        reason=_reason(content, status, seals, certificate, when),
        sha256=digest,
        fingerprint=sha256(certificate.dump()).hexdigest(),
        sealed_by=_named(certificate),
        sealed_at=when,
        timed_by=_named(stamp.signing_cert) if stamp is not None else "",
        is_time_trusted=known is not None and known.trusted,
    )


def _status(
    seal: EmbeddedPdfSignature, roots: list[x509.Certificate], times: list[x509.Certificate], when: datetime | None
) -> PdfSignatureStatus:
    """pyHanko's judgement, as of the moment of sealing: a certificate that ended since has sealed validly."""
    chain = ValidationContext(trust_roots=roots, allow_fetching=False, moment=when, revocation_mode="soft-fail")
    clock = ValidationContext(trust_roots=times, allow_fetching=False, moment=when, revocation_mode="soft-fail")
    return validate_pdf_signature(seal, chain, clock, key_usage_settings=USAGE)


def _token_roots(token: Any) -> list[x509.Certificate]:
    """Whoever stands topmost in a time stamp: its word is shown as such, and as not checked unless it was named to us."""
    found = [choice.chosen for choice in token["certificates"] if choice.name == "certificate"]
    subjects = {certificate.subject.hashable for certificate in found if certificate.subject != certificate.issuer}
    return [one for one in found if one.issuer.hashable not in subjects or one.self_signed != "no"] or found


def _reason(
    content: bytes,
    status: PdfSignatureStatus,
    seals: list[EmbeddedPdfSignature],
    certificate: x509.Certificate,
    when: datetime | None,
) -> Reason:
    if not (status.intact and status.valid):
        return Reason.TRUNCATED if _is_cut(content) else Reason.ALTERED
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and RANGE.search(content) is not None
    if len(seals) > 1 or not whole or _end_of_seal(content) != len(content):
        return Reason.APPENDED
    if status.modification_level not in (None, ModificationLevel.NONE):
        return Reason.APPENDED
    if not status.trusted:
        is_timely = when is not None and certificate.not_valid_before <= when <= certificate.not_valid_after
        return Reason.FOREIGN if is_timely else Reason.UNTIMELY
    permission = seals[0].docmdp_level
    return Reason.VALID if status.bottom_line and permission == MDPPerm.NO_CHANGES else Reason.ALTERED


def _end_of_seal(content: bytes) -> int:
    """Where the bytes end that the last seal covers; the end of the file when there is none."""
    found = list(RANGE.finditer(content))
    return int(found[-1][3]) + int(found[-1][4]) if found else len(content)
