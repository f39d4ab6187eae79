"""Checking a certificate file by itself: chain, signature, deadline, counts. Asks no database and no network.

What the file was when it was issued is spelled in one way only, so that no byte of it can be another.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256 as Sha256
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from common.canonical import spelled
from common.saying import span_words
from documents.sealing.signing import ALGORITHM, BROKEN, certificates_in, is_signed
from meetings.certificate import chain

DAY = 24  # hours that rule D4 gives
SHA256 = Sha256()
WRONG = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


class Unreadable(Exception):
    """The file is no distribution certificate at all."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it holds, and how to say it; `aside`: said, but no proof of anything."""

    holds: bool
    words: str
    aside: bool = False


def check(content: bytes, roots: list[str] | None = None) -> Iterator[Check]:
    """Every check in turn, the first broken entry named. `roots`: certificates (PEM) to trust; None: those in the file."""
    file = _opened(content)
    yield _spelling(content, file)
    parts = (_entries, _signature, _deadline, _counts)
    for part in parts:
        try:
            yield from part(file, roots)
        except Exception:  # whatever a broken file makes a reader stumble over
            yield Check(False, _("Something is missing that belongs to a certificate, or is of another kind."))
            return


def _opened(content: bytes) -> dict[str, Any]:
    """The file as data. Errors: Unreadable."""
    try:
        file: dict[str, Any] = json.loads(content)
        known = file["certificate"]["format"] == chain.FORMAT
    except (*WRONG, RecursionError) as trouble:
        raise Unreadable(_("This is no distribution certificate, or it is damaged beyond reading.")) from trouble
    if not known:
        raise Unreadable(_("This is no distribution certificate, or one of another edition of Collab."))
    return file


def _spelling(content: bytes, file: dict[str, Any]) -> Check:
    if spelled(file) == content and set(file) == {"certificate", "signature"}:
        return Check(True, _("The file is spelled as certificates are issued"))
    return Check(False, _("The file is not spelled as certificates are issued: it was written by somebody else"))


def _entries(file: dict[str, Any], _roots: list[str] | None) -> Iterator[Check]:
    """Along the chain, to the first entry that does not fit and why."""
    said = file["certificate"]
    if chain.digest_of(said["header"]) != said["start"]:
        yield Check(False, _("The head of the certificate was altered (meeting, version, deadline or counts)"))
        return
    digest, number = said["start"], 0
    for row in said["entries"]:
        fault = _fault(row, number + 1, digest)
        if fault:
            yield Check(False, fault)
            return
        digest, number = row["sha256"], row["number"]
    if digest != said["head"]:
        yield Check(False, _("The chain does not end where it says: after entry %d something was cut off or put in") % number)
        return
    yield Check(True, _("%d entries, each follows the one before") % number)


def _fault(row: dict[str, Any], expected: int, digest: str) -> str:
    """What is wrong with an entry in its place; "" when nothing is."""
    number = row["number"]
    if set(row) != {"number", "said", "sha256"}:
        return _("Entry %d holds more or less than an entry does") % expected
    if number != expected and isinstance(number, int) and number > expected:
        return _("Entry %(missing)d is missing: number %(found)d stands in its place") % {"missing": expected, "found": number}
    if number != expected:
        return _("Entry %(expected)d is out of order: number %(found)s stands in its place") % {
            "expected": expected,
            "found": number,
        }
    if chain.link(digest, number, row["said"]) != row["sha256"]:
        name = row["said"].get("person", {}).get("name", "") if isinstance(row["said"], dict) else ""
        return _("Entry %(number)d (%(name)s) was altered, or does not follow the one before") % {"number": number, "name": name}
    return ""


def _signature(file: dict[str, Any], roots: list[str] | None) -> Iterator[Check]:
    """Whether the organisation signed it, and by whose word."""
    said, signature = file["certificate"], file["signature"]
    promised = said["header"]["signed_by"]
    if signature is None:
        if promised:
            yield Check(False, _("The signature was taken away: the certificate says that it is signed"))
        else:
            yield Check(False, _("It was issued without a signature: whoever wrote it can have written anything. "
                                 "Whether it was issued at all, the check page tells by the file's fingerprint"))  # fmt: skip
        return
    certificate = _certificate(signature)
    if certificate is None or certificate.fingerprint(SHA256).hex() != promised:
        yield Check(False, _("The signature was altered, or is by another key than the certificate names"))
        return
    top = _top(signature)
    if not is_signed(spelled(said), signature, [top]):
        yield Check(False, _("The signature is not over this content: something was altered after it was signed"))
        return
    issued = parse_datetime(said["header"]["issued_at"])
    if issued is None or not certificate.not_valid_before_utc <= issued <= certificate.not_valid_after_utc:
        yield Check(False, _("It was signed at a time at which the key was not valid"))
        return
    yield Check(True, _("Signed by %(who)s (certificate %(short)s)") % {"who": _name(certificate), "short": promised[:16]})
    yield _trust(said, signature, roots, top)


def _trust(said: dict[str, Any], signature: dict[str, Any], roots: list[str] | None, top: str) -> Check:
    """Whose certificate it is: known to the reader, or by the file's own word alone."""
    if roots is not None:
        known = is_signed(spelled(said), signature, roots)
        return Check(
            known,
            _("The signing key leads to the certificate that you trust") if known
            else _("The signing key does not lead to the certificate that you trust: somebody else signed this"),
        )  # fmt: skip
    root = certificates_in(top)[0]
    print_ = root.fingerprint(SHA256).hex()
    words = _("Only the certificates inside the file were used: who stands behind them was not checked. "
              "Compare this fingerprint with the organisation's, or name its certificate by --ca FILE: %s")  # fmt: skip
    return Check(True, words % print_, aside=True)


def _certificate(signature: dict[str, Any]) -> x509.Certificate | None:
    """The certificate of the key that signed; None where the signature's own parts are not spelled as they were."""
    try:
        (found,) = certificates_in(signature["certificate"])
        others = certificates_in(signature["chain"])
        value = base64.b64encode(base64.b64decode(signature["value"], validate=True)).decode("ascii")
    except BROKEN:
        return None
    same = (
        signature["algorithm"] == ALGORITHM
        and set(signature) == {"algorithm", "certificate", "chain", "value"}
        and value == signature["value"]
        and _pem([found]) == signature["certificate"]
        and _pem(others) == signature["chain"]
        and all(_own(one) for one in others if one.issuer == one.subject)
    )
    return found if same else None


def _pem(rows: list[x509.Certificate]) -> str:
    return "".join(row.public_bytes(Encoding.PEM).decode("ascii") for row in rows)


def _own(root: x509.Certificate) -> bool:
    try:
        root.verify_directly_issued_by(root)
    except BROKEN:
        return False
    return True


def _top(signature: dict[str, Any]) -> str:
    """The topmost certificate of the file: the organisation's own authority, or what was given."""
    others = certificates_in(signature["chain"])
    return _pem(others[-1:]) or str(signature["certificate"])


def _name(certificate: x509.Certificate) -> str:
    return ", ".join(str(part.value) for part in reversed(list(certificate.subject)))


def _deadline(file: dict[str, Any], _roots: list[str] | None) -> Iterator[Check]:
    """24 hours from the actual end, and how the last one reached stands to them, computed anew."""
    header = file["certificate"]["header"]
    said, entries = header["deadline"], [row["said"] for row in file["certificate"]["entries"]]
    begun, reached, issued = _moment(said["from"]), _moment(said["reached_at"]), _moment(header["issued_at"])
    first = header["minutes"]["edition"] == 1
    if issued is None or (first and not _counts_from_the_end(header)) or said["hours"] != DAY:
        yield Check(False, _("The deadline does not count 24 hours from the actual end of the meeting"))
        return
    computed = {**chain.judged(begun, DAY, reached, issued)}
    if any(_spell(computed[name]) != said[name] for name in computed):
        yield Check(False, _("The deadline, or what is said of it, is not what follows from its moments"))
        return
    own = [_moment(entry["reached_at"]) for entry in entries if entry["excused_at"] is None]
    last = max((one for one in own if one), default=None)
    whole = header["covers"]["kind"] == "all"
    if (whole and reached != (last if None not in own else None)) or (last and reached and last > reached):
        yield Check(False, _("When the last one was reached is not what the entries say"))
        return
    yield Check(True, _verdict(said))


def _counts_from_the_end(header: dict[str, Any]) -> bool:
    """From the actual end, without the time that the project was held up, as the header names it.

    From an earlier moment only where a breach was recorded, which an end said later does not undo.
    """
    begun, counted = _moment(header["deadline"]["from"]), _moment(header["meeting"]["ended_at"])
    if begun is None or counted is None:
        return False
    last = counted
    for stretch in header.get("held_up", []):
        since, until = _moment(stretch["since"]), _moment(stretch["until"])
        if since is None or until is None or not last <= since < until:
            return False
        counted, last = counted + (until - since), until
    return begun == counted or (header["breach_recorded_at"] is not None and begun < counted)


def _moment(said: str | None) -> datetime | None:
    return parse_datetime(said) if said is not None else None


def _spell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _verdict(said: dict[str, Any]) -> str:
    """What follows from the deadline, in words."""
    match said["verdict"]:
        case chain.IN_TIME:
            return _("In time: within 24 hours of the end")
        case chain.LATE if said["late_seconds"] is not None:
            return _("Late by %s, and says so") % span_words(timedelta(seconds=said["late_seconds"]))
        case chain.LATE:
            return _("Late, and not everybody was reached when it was issued; it says so")
        case chain.RUNNING:
            return _("Not everybody was reached when it was issued; the deadline had not passed")
    return _("A version without a deadline of its own")


def _counts(file: dict[str, Any], _roots: list[str] | None) -> Iterator[Check]:
    """The counts of the head are those of the entries."""
    header = file["certificate"]["header"]
    counts = chain.counted(row["said"] for row in file["certificate"]["entries"])
    if counts != header["counts"]:
        yield Check(False, _("The counts are not those of the entries"))
        return
    words = _("%(people)d people: accepted by the mail server for %(accepted)d, told in the application alone %(in_app)d, "
              "opened here by %(opened)d")  # fmt: skip
    yield Check(True, words % counts)
    if header["covers"]["kind"] != "all":
        yield Check(True, _("It covers the lines of some alone, not the whole list"), aside=True)
