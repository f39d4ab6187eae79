"""Making and judging the certificates of the seal: an authority of the organisation's own, and under it the one that seals."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from common import clock
from common.refusals import Refused

AUTHORITY_YEARS, SEAL_YEARS = 30, 10
YEAR = timedelta(days=365)
BEFORE = timedelta(hours=1)  # machines whose clocks are a little behind
NO_PASSWORD = serialization.NoEncryption()


@dataclass(frozen=True)
class Pair:
    """A private key and its certificate (PEM), with the certificates that lead from it to a root."""

    key: str
    certificate: str
    chain: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the certificate (DER)."""
        return read(self.certificate).fingerprint(hashes.SHA256()).hex()


def read(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _key_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """A private key, unencrypted: the file's mode guards it."""
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, NO_PASSWORD).decode("ascii")


def _name(organisation: str, what: str) -> x509.Name:
    said = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64])] if organisation else []
    return x509.Name([*said, x509.NameAttribute(NameOID.COMMON_NAME, what[:64])])


def _usage(*, seals: bool) -> x509.KeyUsage:
    """What a key is for: to sign so that it cannot be denied, or to issue certificates; nothing else."""
    return x509.KeyUsage(
        digital_signature=seals, content_commitment=seals, key_cert_sign=not seals, crl_sign=not seals,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def make_authority(organisation: str) -> Pair:
    """The organisation's own authority, for thirty years."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = _name(organisation, f"{organisation or 'Collab'} CA {clock.now():%Y%m%d}")
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        _begun(name, name, key, AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(seals=False), critical=True)
        .add_extension(identity, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identity), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(_key_pem(key), _pem(made))


def make_seal(authority: Pair, organisation: str) -> Pair:
    """A key to seal by, for ten years, issued by the authority."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    issuer = read(authority.certificate)
    issuing = serialization.load_pem_private_key(authority.key.encode(), password=None)
    name = _name(organisation, f"{organisation or 'Collab'} 数字封印 {clock.now():%Y%m%d}")
    made = (
        _begun(name, issuer.subject, key, SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(seals=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)  # type: ignore[arg-type]
        .sign(issuing, hashes.SHA256())  # type: ignore[arg-type]
    )
    return Pair(_key_pem(key), _pem(made), authority.certificate)


def _begun(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, years: int) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + years * YEAR)
    )


def open_p12(content: bytes, password: str) -> Pair:
    """A key given as PKCS#12, judged. Errors: Refused says what is wrong with it."""
    try:
        found = pkcs12.load_pkcs12(content, password.encode() or None)
    except ValueError as trouble:
        raise Refused(_("The file cannot be opened: it is no PKCS#12 file, or the password is another."), code="p12") from trouble
    if found.key is None or found.cert is None:
        raise Refused(_("The file holds no private key with its certificate."), code="p12")
    if not isinstance(found.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Refused(_("The key must be RSA or an elliptic curve; others are not read by common programs."), code="p12")
    others = _upward(found.cert.certificate, [more.certificate for more in found.additional_certs])
    judge(found.cert.certificate, clock.now())
    return Pair(_key_pem(found.key), _pem(found.cert.certificate), "".join(map(_pem, others)))


def _upward(certificate: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """The issuers of a certificate in order, the root last; where none is given, it stands for itself."""
    found: list[x509.Certificate] = []
    below = certificate
    while below.issuer != below.subject:
        above = next((one for one in others if one.subject == below.issuer and one not in found), None)
        if above is None:
            break
        found.append(above)
        below = above
    return found


def judge(certificate: x509.Certificate, now: datetime) -> None:
    """Refused unless a certificate is for signing undeniably, is nobody's authority, and is valid now."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is None or not (usage.digital_signature and usage.content_commitment):
        raise Refused(
            _("The certificate is not for sealing: its key usage must name digitalSignature and nonRepudiation."), code="usage"
        )
    if _is_authority(certificate):
        raise Refused(_("The certificate is that of an authority; seal by one that it has issued."), code="usage")
    days = {"from": f"{certificate.not_valid_before_utc:%Y-%m-%d}", "until": f"{certificate.not_valid_after_utc:%Y-%m-%d}"}
    if now > certificate.not_valid_after_utc:
        raise Refused(_("The certificate ended on %(until)s.") % days, code="dates")
    if now < certificate.not_valid_before_utc:
        raise Refused(_("The certificate is valid only from %(from)s.") % days, code="dates")


def may_issue(certificate: x509.Certificate) -> bool:
    """Whether others may stand below it: an authority's, whose key is for signing certificates."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return _is_authority(certificate)
    return _is_authority(certificate) and usage.key_cert_sign


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def same(key: str, certificate: str) -> bool:
    """Whether a private key belongs to a certificate."""
    found = serialization.load_pem_private_key(key.encode(), password=None)
    return bool(found.public_key() == read(certificate).public_key())
