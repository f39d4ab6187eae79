"""Where the seal's private keys lie: a directory outside the database; the database knows the public certificates alone.

`authority.key` and `authority.pem` are the organisation's own authority, `seal-….key` the keys that seal, each named by the
fingerprint of its certificate. The directory is the same on every machine that seals, or each is given the same PKCS#12
(COLLAB_SEAL_P12), of which then nothing is copied.
"""

import os
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.refusals import Refused
from documents.models import SealKey
from documents.sealing import certificates
from documents.sealing.certificates import Pair
from people.queries import organisation

PARTS = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.S)
AUTHORITY = "authority"
SOON = 60  # days before its end at which a certificate is spoken of


class KeyLacking(Exception):
    """Why this machine cannot seal, in words for people who have no access to it."""


def folder() -> Path:
    return Path(settings.ENV.keys)


def in_use() -> SealKey | None:
    """The certificate that seals now."""
    return SealKey.objects.filter(retired_at__isnull=True).order_by("-pk").first()


def roots() -> list[str]:
    """Whom to trust (PEM): the organisation's own authorities; of a given certificate nobody but itself."""
    tops = []
    for key in SealKey.objects.order_by("pk"):
        parts = PARTS.findall(key.chain) if key.source == SealKey.Source.MADE else []
        tops.append(parts[-1] if parts else key.certificate)
    return list(dict.fromkeys(tops))


def time_roots() -> list[str]:
    """The certificates of the time-stamp server, where they were named to us."""
    named = settings.ENV.tsa_certificate
    return [named.read_text(encoding="ascii")] if named else []


def private_key(row: SealKey) -> str:
    """The private key of a certificate (PEM). Errors: KeyLacking."""
    given = _given()
    if given is not None and given.fingerprint == row.fingerprint:
        return given.key
    try:
        return _file_of(row.fingerprint).read_text(encoding="ascii")
    except OSError as trouble:
        raise KeyLacking(_("The private key of the seal cannot be read on this server.")) from trouble


def to_seal_by() -> tuple[SealKey, str]:
    """The certificate in use and its private key. Errors: KeyLacking, also when its time is over."""
    row = in_use()
    if row is None:
        raise KeyLacking(_("There is no key to seal by yet."))
    if not row.not_before <= clock.now() <= row.not_after:
        raise KeyLacking(_("The certificate of the seal is not valid any more; it must be replaced."))
    return row, private_key(row)


def is_at_hand(row: SealKey) -> bool:
    """Whether the file that should hold the private key can be read; looks at no content, so that it costs nothing."""
    given = settings.ENV.seal_p12
    return os.access(given if given is not None else _file_of(row.fingerprint), os.R_OK)


def ending_soon() -> str:
    """That the certificate in use ends within two months, in words ("" while it does not)."""
    row = in_use()
    if row is None or row.not_after - clock.now() >= timedelta(days=SOON):
        return ""
    return _("The certificate of the seal ends on %s; replace it in time.") % f"{row.not_after:%Y-%m-%d}"


def _file_of(fingerprint: str) -> Path:
    return folder() / f"seal-{fingerprint[:32]}.key"


def _given() -> Pair | None:
    """The key that the operator names by COLLAB_SEAL_P12. Errors: KeyLacking when it cannot be used."""
    named = settings.ENV.seal_p12
    if named is None:
        return None
    try:
        return certificates.open_p12(named.read_bytes(), settings.ENV.seal_password)
    except OSError as trouble:
        raise KeyLacking(_("The file of the seal's key cannot be read on this server.")) from trouble
    except Refused as refusal:
        raise KeyLacking(str(refusal)) from refusal


@transaction.atomic
def prepare_keys() -> str:
    """At the start: register the given key, or make the first one; what was done, in words ("" when nothing).

    Where the database names a certificate whose key is not here, none is made in its place: that would be another seal.
    Errors: KeyLacking.
    """
    given = _given()
    row = in_use()
    if given is not None:
        if row is not None and row.fingerprint == given.fingerprint:
            return ""
        _register(given, SealKey.Source.GIVEN)
        return _("the certificate that was given seals from now on")
    if row is not None:
        private_key(row)
        return ""
    found = _laid_down_before()
    _register(found or _make(), SealKey.Source.MADE)
    return _("the key of the seal was found in %s") % folder() if found else _("a key was made in %s; keep a copy") % folder()


def rotate(*, new_authority: bool = False) -> SealKey:
    """Seal by a new key from now on; the old certificate stays, and what it sealed stays valid.

    Refused when a given key is in use, or the authority's key is not here (a new one is made only when asked for).
    """
    if settings.ENV.seal_p12 is not None:
        raise Refused(_("The key is given by COLLAB_SEAL_P12: put another file there and start anew."), code="given")
    if not new_authority and not _path(AUTHORITY, "key").exists():
        raise Refused(
            _("The key of the authority is not in %s. Bring it back, or make a new authority (--new-authority).") % folder(),
            code="authority",
        )
    if new_authority:
        _set_aside_authority()
    with transaction.atomic():
        return _register(_make(), SealKey.Source.MADE)


def take_in(content: bytes, password: str) -> SealKey:
    """Seal by a given key (PKCS#12) from now on; it is kept in the directory. Refused says what is wrong with it."""
    if settings.ENV.seal_p12 is not None:
        raise Refused(_("The key is given by COLLAB_SEAL_P12: put another file there and start anew."), code="given")
    pair = certificates.open_p12(content, password)
    _keep(_file_of(pair.fingerprint), pair.key)
    with transaction.atomic():
        return _register(pair, SealKey.Source.GIVEN)


def _register(pair: Pair, source: str) -> SealKey:
    """The certificate in the database; whichever sealed before is retired."""
    now, read = clock.now(), certificates.read(pair.certificate)
    for row in SealKey.objects.select_for_update().filter(retired_at__isnull=True):
        row.retired_at = now
        row.save(update_fields=["retired_at"])
    known = SealKey.objects.filter(fingerprint=pair.fingerprint).first()
    if known is not None:
        known.retired_at = None
        known.save(update_fields=["retired_at"])
        return known
    return SealKey.objects.create(
        fingerprint=pair.fingerprint,
        certificate=pair.certificate,
        chain=pair.chain,
        not_before=read.not_valid_before_utc,
        not_after=read.not_valid_after_utc,
        source=source,
    )


def _make() -> Pair:
    """A new key under the authority, which is made where there is none; both are on the disk before anybody seals by them."""
    name = organisation().name
    if not _path(AUTHORITY, "key").exists():
        authority = certificates.make_authority(name)
        _keep(_path(AUTHORITY, "pem"), authority.certificate)
        _keep(_path(AUTHORITY, "key"), authority.key)
    authority = Pair(_path(AUTHORITY, "key").read_text("ascii"), _path(AUTHORITY, "pem").read_text("ascii"))
    made = certificates.make_seal(authority, name)
    _keep(_file_of(made.fingerprint).with_suffix(".pem"), made.certificate)
    _keep(_file_of(made.fingerprint), made.key)
    return made


def _path(name: str, suffix: str) -> Path:
    return folder() / f"{name}.{suffix}"


def _laid_down_before() -> Pair | None:
    """A key that lies in the directory though the database does not know it: its start was cut short, or the database is new."""
    if not _path(AUTHORITY, "pem").exists():
        return None
    chain = _path(AUTHORITY, "pem").read_text("ascii")
    files = sorted(folder().glob("seal-*.key"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files:
        if file.with_suffix(".pem").exists():
            return Pair(file.read_text("ascii"), file.with_suffix(".pem").read_text("ascii"), chain)
    return None


def _set_aside_authority() -> None:
    """An authority that is replaced is kept under another name."""
    stamp = f"{clock.now():%Y%m%d%H%M%S}"
    for suffix in ("key", "pem"):
        with suppress(FileNotFoundError):
            _path(AUTHORITY, suffix).rename(_path(f"{AUTHORITY}-until-{stamp}", suffix))


def _keep(file: Path, text: str) -> None:
    """Write a file whole or not at all, for its owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
