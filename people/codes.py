"""One-time codes (TOTP, RFC 6238): six digits that change every half minute; each works once."""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.refusals import Refused
from people.models import SecondFactor, User

SECONDS = 30
DIGITS = 6
APART = (0, -1, 1)  # a phone's clock may be half a minute off


def _cipher() -> Fernet:
    """Secrets of devices are encrypted by a key that is derived from the secret key: the database alone gives no code."""
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"collab one-time codes").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def new_secret() -> str:
    """A fresh secret, encrypted as it is kept."""
    return _cipher().encrypt(secrets.token_bytes(20)).decode()


def secret_of(factor: SecondFactor) -> bytes | None:
    """The secret of a device; None when it was kept under another secret key."""
    try:
        return _cipher().decrypt(factor.secret.encode())
    except InvalidToken:
        return None


def spoken(secret: bytes) -> str:
    """The secret as one types it: groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, issuer: str, account: str) -> str:
    """What the QR code says to an authenticator app."""
    asked = {"secret": spoken(secret).replace(" ", ""), "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(asked, quote_via=quote)}"


def code_at(secret: bytes, moment: datetime) -> str:
    """The code of a moment."""
    made: bytes = TOTP(secret, DIGITS, hashes.SHA1(), SECONDS).generate(int(moment.timestamp()))  # noqa: S303  what the apps speak
    return made.decode()


def step_of(secret: bytes, code: str, moment: datetime) -> int | None:
    """The time step to which a code belongs, one step off at most; None for a wrong code."""
    now = int(moment.timestamp()) // SECONDS
    for apart in APART:
        said = code_at(secret, datetime.fromtimestamp((now + apart) * SECONDS, moment.tzinfo))
        if hmac.compare_digest(said, code):
            return now + apart
    return None


@transaction.atomic
def spend_code(user: User, code: str, *, factor: SecondFactor | None = None) -> tuple[SecondFactor, int]:
    """Use up a code of one of the user's devices, or of the one that is being set up. Refused: wrong, or used before."""
    said = "".join(code.split())
    rows = SecondFactor.objects.select_for_update().filter(user=user, kind=SecondFactor.Kind.TOTP, ended_at=None)
    rows = rows.filter(pk=factor.pk) if factor is not None else rows.filter(confirmed_at__isnull=False)
    used = False
    for row in rows:
        secret = secret_of(row)
        step = step_of(secret, said, clock.now()) if secret and said.isascii() and len(said) == DIGITS else None
        if step is None:
            continue
        if step > row.last_step:
            row.last_step, row.used_at = step, clock.now()
            row.save(update_fields=["last_step", "used_at"])
            return row, step
        used = True
    if used:
        raise Refused(_("This code has been used. Wait for the next one."), field="code", code="code_used")
    raise Refused(_("This is not the present code of your device."), field="code", code="code")
