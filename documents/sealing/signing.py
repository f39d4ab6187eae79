"""Signing bytes by the key of the seal, and judging such a signature: by certificates alone, without pyHanko.

A signature is `{"algorithm", "certificate", "chain", "value"}`: RSA PKCS#1 v1.5 or ECDSA over SHA-256, value in base64.
"""

import base64
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from documents.models import SealKey
from documents.sealing.certificates import may_issue

ALGORITHM = "SHA-256"
BROKEN = (InvalidSignature, UnsupportedAlgorithm, ValueError, KeyError, TypeError, AttributeError)


def signature_over(content: bytes, key: SealKey, private: str) -> dict[str, str]:
    """A signature over bytes, with the certificates that lead from its key to a root."""
    signer = serialization.load_pem_private_key(private.encode(), password=None)
    match signer:
        case rsa.RSAPrivateKey():
            made = signer.sign(content, padding.PKCS1v15(), hashes.SHA256())
        case ec.EllipticCurvePrivateKey():
            made = signer.sign(content, ec.ECDSA(hashes.SHA256()))
        case _:
            raise ValueError("a key of another kind")
    value = base64.b64encode(made).decode("ascii")
    return {"algorithm": ALGORITHM, "certificate": key.certificate, "chain": key.chain, "value": value}


def is_signed(content: bytes, signature: dict[str, Any], roots: list[str]) -> bool:
    """Whether a certificate that leads to one of these roots signed these bytes."""
    try:
        certificate = x509.load_pem_x509_certificate(signature["certificate"].encode())
        others = certificates_in(signature["chain"])
        if not leads_to(certificate, others, [one for root in roots for one in certificates_in(root)]):
            return False
        value, key = base64.b64decode(signature["value"]), certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, content, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, content, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except BROKEN:
        return False
    return True


def certificates_in(pem: str) -> list[x509.Certificate]:
    """The certificates of a text that holds one after the other, or none."""
    return x509.load_pem_x509_certificates(pem.encode()) if pem.strip() else []


def leads_to(certificate: x509.Certificate, others: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    """Whether a certificate is one of the roots, or was issued below one, each by an authority."""
    below = certificate
    for _step in range(len(others) + 1):
        if below in roots:
            return True
        above = next((one for one in [*roots, *others] if one.subject == below.issuer and one != below), None)
        if above is None or not may_issue(above):
            return False
        try:
            below.verify_directly_issued_by(above)
        except BROKEN:
            return False
        below = above
    return below in roots
