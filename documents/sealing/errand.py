"""The errand of the seal, in a process of its own: a line of JSON comes, and behind it bytes; the same goes back.

"seal" puts the one certification seal on a PDF (PAdES, no changes allowed), "sign" signs bytes, "check" judges a PDF that
may be anybody's. The key comes on stdin, never by arguments or environment. Loads pyHanko, which is heavy.
"""

import base64
import json
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner, fields
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from common.errands import end_after
from documents.sealing.checks import check_pdf
from documents.sealing.stamping import NoTimeStamp, TimeServer

SECONDS = 90
ROOM = 16_384  # bytes kept free for the seal with its time stamp; without one a third is used
FIELD = "Seal"
STRANGERS = (1024**3, 30)  # memory and seconds for a file that strangers made


@dataclass
class Asked:
    """One errand: what to do, by which key, and the bytes."""

    said: dict[str, Any]
    content: bytes

    def signer(self) -> SimpleSigner:
        """The key and its certificates, all from what came in."""
        store = SimpleCertificateStore()
        store.register_multiple(load_certs_from_pemder_data(self.said["chain"].encode()) if self.said["chain"] else [])
        return SimpleSigner(
            signing_cert=next(iter(load_certs_from_pemder_data(self.said["certificate"].encode()))),
            signing_key=_private(self.said["key"]),
            cert_registry=store,
            embed_roots=False,
        )


def _private(pem: str) -> keys.PrivateKeyInfo:
    return load_private_key_from_pemder_data(pem.encode(), passphrase=None)


class AtMoment(PdfSigner):
    """A signer whose present is the one that was said."""

    moment: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


def seal(asked: Asked) -> tuple[dict[str, Any], bytes]:
    """The sealed PDF, judged before it is handed back; where the time-stamp server fails, why, and no PDF."""
    said = asked.said
    server = TimeServer(said["tsa"], said["tsa_seconds"]) if said.get("tsa") else None
    about = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=said["reason"],
        name=said["name"] or None,
    )
    signer = AtMoment(about, asked.signer(), timestamper=server)
    signer.moment = datetime.fromisoformat(said["at"])
    try:
        sealed = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(asked.content)), bytes_reserved=ROOM).getvalue()
    except NoTimeStamp as trouble:
        return {"no_time_stamp": str(trouble)}, b""
    found = check_pdf(sealed, said["roots"])
    if not found.is_valid:
        raise SystemExit(f"what was sealed does not hold: {found.reason}")
    return {"findings": found.plain()}, sealed


def sign(asked: Asked) -> tuple[dict[str, Any], bytes]:
    """A signature over bytes, as OpenSSL verifies it (`openssl dgst -sha256 -verify`)."""
    key = serialization.load_pem_private_key(asked.said["key"].encode(), password=None)
    match key:
        case rsa.RSAPrivateKey():
            made = key.sign(asked.content, padding.PKCS1v15(), hashes.SHA256())
        case ec.EllipticCurvePrivateKey():
            made = key.sign(asked.content, ec.ECDSA(hashes.SHA256()))
        case _:
            raise SystemExit("a key of another kind")
    return {"signature": base64.b64encode(made).decode("ascii")}, b""


def check(asked: Asked) -> tuple[dict[str, Any], bytes]:
    """What is to be said of a file; with little memory and time, for it may be malicious."""
    memory, seconds = STRANGERS
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))
    return {"findings": check_pdf(asked.content, asked.said["roots"], asked.said["time_roots"]).plain()}, b""


ERRANDS = {"seal": seal, "sign": sign, "check": check}


def main() -> None:
    """Do the one that is asked for."""
    end_after(SECONDS)
    head, _line, content = sys.stdin.buffer.read().partition(b"\n")
    said = json.loads(head)
    answer, made = ERRANDS[said["do"]](Asked(said, content))
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + made)


if __name__ == "__main__":
    main()
