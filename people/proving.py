"""How a signer proves who signs: password or signing PIN, a one-time code, a passkey, as the organisation demands (rule C6)."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.refusals import Refused
from people import codes, passkeys
from people.models import Organisation, SecondFactor, SigningPin, User
from people.queries import factors_of, organisation

KEPT = timedelta(minutes=5)  # a proof is at most so old when one signs
NONCE = 16
NONCE_KEPT = timedelta(minutes=30)
_PROOF, _ASKED = "signer_proved", "signer_asked"


class Method(StrEnum):
    """How a proof was given; a signature keeps it under the same name."""

    PASSWORD = "password"  # noqa: S105
    PIN = "pin"
    PASSWORD_TOTP = "password_totp"  # noqa: S105
    PIN_TOTP = "pin_totp"
    PASSKEY = "passkey"
    PASSKEY_TOTP = "passkey_totp"


Demand = Organisation.Demand
CODED = frozenset({Method.PASSWORD_TOTP, Method.PIN_TOTP, Method.PASSKEY_TOTP})
ENOUGH: dict[str, frozenset[Method]] = {  # by demand, what reaches it
    Demand.PASSWORD: frozenset(Method),
    Demand.TOTP: CODED,
    Demand.PASSKEY: frozenset({Method.PASSKEY, Method.PASSKEY_TOTP}),
    Demand.BOTH: frozenset({Method.PASSKEY_TOTP}),
}


@dataclass(frozen=True)
class Proof:
    """Who signs was proved at that moment, by this method; the evidence is kept with the signature."""

    method: str
    evidence: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Lack:
    """What a signer still has to set up, and where."""

    words: str
    url: str


@dataclass(frozen=True)
class Demands:
    """What the form asks of this signer."""

    secret: bool  # password or signing PIN
    has_pin: bool
    code: bool
    passkey: bool
    lacks: list[Lack] = field(default_factory=list)


def demands(user: User) -> Demands:
    """What the organisation asks of this signer, and what is still to be set up for it."""
    demand = organisation().signing_demand
    code, passkey = demand in (Demand.TOTP, Demand.BOTH), demand in (Demand.PASSKEY, Demand.BOTH)
    kinds = {row.kind for row in factors_of(user)} if code or passkey else set()
    lacks = []
    if passkey and not passkeys.are_possible():
        lacks.append(Lack(_("A passkey is asked for, but this site is not served by https. Tell your administrator."), ""))
    elif passkey and SecondFactor.Kind.PASSKEY not in kinds:
        lacks.append(Lack(_("Your organisation asks for a passkey when signing. Set one up first."), reverse("me") + "#signing"))
    if code and SecondFactor.Kind.TOTP not in kinds:
        words = _("Your organisation asks for a one-time code when signing. Set up your device first.")
        lacks.append(Lack(words, reverse("me") + "#signing"))
    return Demands(
        secret=not passkey,
        has_pin=not passkey and SigningPin.objects.filter(user=user).exists(),
        code=code,
        passkey=passkey,
        lacks=lacks,
    )


def prove(*, user: User, secret: str = "", code: str = "", passkey: str = "", challenge: bytes = b"") -> Proof:
    """Check what a signer gave against what the organisation demands; call it before any lock is taken (hashing is slow).

    `passkey` is the device's answer (JSON), `challenge` what it was asked (`challenge`). Refused, at the field: something is
    wrong, used before, or not set up yet. A code is used up only when all else was right.
    """
    asked = demands(user)
    for lack in asked.lacks:
        raise Refused(lack.words, field="passkey" if asked.passkey else "code", code="not_set_up")
    evidence: dict[str, Any] = {}
    if asked.passkey:
        if not passkey or len(challenge) <= NONCE:
            raise Refused(_("Use your passkey to sign."), field="passkey", code="passkey")
        kind, evidence["passkey"] = "passkey", passkeys.use_passkey(user, passkey, challenge)
    else:
        kind = prove_secret(user, secret)
    if asked.code:
        device, step = codes.spend_code(user, code)
        evidence["code"] = {"device": device.name, "step": step}
        kind += "_totp"
    return Proof(method=Method(kind), evidence=evidence, at=clock.now())


def prove_secret(user: User, secret: str) -> str:
    """Whether it is the signing PIN or the password; "pin" or "password". Refused when neither."""
    pin = SigningPin.objects.filter(user=user).first() if secret.isdigit() else None
    if pin is not None and check_password(secret, pin.hashed):
        return "pin"
    if secret and user.check_password(secret):
        return "password"
    if SigningPin.objects.filter(user=user).exists():
        raise Refused(
            _("This is neither your password nor your signing PIN; nothing has been signed."), field="password", code="password"
        )
    raise Refused(_("This is not your password; nothing has been signed."), field="password", code="password")


def count_try(request: HttpRequest) -> None:
    """A proof is tried a few times a minute, not a thousand times. Refused when it was too often."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        field = "passkey" if organisation().signing_demand in (Demand.PASSKEY, Demand.BOTH) else "password"
        raise Refused(_("That was too often in a short time. Please wait a minute."), field=field, code="too_often")


def proof_for(request: HttpRequest, *, hashes: Iterable[str] = (), secret: str = "", code: str = "", passkey: str = "") -> Proof:
    """The proof for signing these documents in this request: the one of the last five minutes, else the one given now.

    What a view calls: it counts tries, remembers what was proved, and asks a passkey for each set of documents anew.
    """
    user = request.user
    assert isinstance(user, User)
    known = recent(request)
    if known is not None:
        return known
    count_try(request)
    asked = challenge(request, hashes) if passkey else b""
    if passkey:
        request.session.pop(_ASKED, None)  # an answer counts once
    proof = prove(user=user, secret=secret, code=code, passkey=passkey, challenge=asked)
    remember(request, proof)
    return proof


def challenge(request: HttpRequest, hashes: Iterable[str]) -> bytes:
    """What a passkey is asked to sign: random bytes kept in the session, and the SHA-256 of each document."""
    kept = request.session.get(_ASKED)
    now = clock.now()
    if not kept or now - datetime.fromisoformat(kept["at"]) > NONCE_KEPT:
        kept = request.session[_ASKED] = {"nonce": secrets.token_hex(NONCE), "at": now.isoformat()}
    return bytes.fromhex(kept["nonce"]) + b"".join(bytes.fromhex(one) for one in hashes)


def spend_challenge(request: HttpRequest) -> bytes:
    """What a device was asked that is to become a passkey; asked once."""
    asked = challenge(request, ())
    request.session.pop(_ASKED, None)
    return asked


def passkey_options(request: HttpRequest, hashes: Iterable[str]) -> dict[str, Any]:
    """What the signing page hands to the browser for a passkey to sign these documents."""
    assert isinstance(request.user, User)
    return passkeys.signing_options(request.user, challenge(request, hashes))


def remember(request: HttpRequest, proof: Proof) -> None:
    """Keep a proof in the session; that of a passkey is for one set of documents and never kept."""
    if "passkey" in proof.evidence:
        return
    kept = {"user": request.user.pk, "method": proof.method, "evidence": proof.evidence, "at": proof.at.isoformat()}
    request.session[_PROOF] = kept


def recent(request: HttpRequest) -> Proof | None:
    """The proof this session keeps, if it is at most five minutes old and reaches what the organisation demands now."""
    kept = request.session.get(_PROOF)
    if not kept or kept["user"] != request.user.pk:
        return None
    at = datetime.fromisoformat(kept["at"])
    if not timedelta() <= clock.now() - at <= KEPT or kept["method"] not in ENOUGH[organisation().signing_demand]:
        return None
    return Proof(method=kept["method"], evidence=kept["evidence"], at=at)


def forget(request: HttpRequest) -> None:
    """Drop what the session keeps: a PIN or a device was changed."""
    request.session.pop(_PROOF, None)
