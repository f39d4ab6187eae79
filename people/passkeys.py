"""Passkeys (WebAuthn) for signing: the device signs the document's hash, after it has checked who holds it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from common import clock
from common.refusals import Refused
from people.models import SecondFactor, User
from people.queries import factors_of

SECURE = UserVerificationRequirement.REQUIRED
LONGEST = 20_000
WRONG = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)  # what a made-up answer ends in


def are_possible() -> bool:
    """Browsers offer passkeys on https alone, and on the machine itself."""
    parts = urlsplit(settings.BASE_URL)
    return parts.scheme == "https" or parts.hostname == "localhost"


def origin() -> str:
    """The one address from which an answer may come."""
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _server() -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=urlsplit(settings.BASE_URL).hostname or "localhost", name="Collab")
    return Fido2Server(entity, verify_origin=lambda said: said == origin())


def _credentials(factors: list[SecondFactor]) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(row.credential)) for row in factors if row.credential]


def passkeys_of(user: User) -> list[SecondFactor]:
    """The passkeys with which this person can sign."""
    return [row for row in factors_of(user) if row.kind == SecondFactor.Kind.PASSKEY]


def registration_options(user: User, challenge: bytes) -> dict[str, Any]:
    """What the browser asks of a device that is to become this person's passkey."""
    who = PublicKeyCredentialUserEntity(id=user.uid.bytes, name=user.username, display_name=user.name)
    options, _state = _server().register_begin(
        who,
        _credentials(passkeys_of(user)),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=SECURE,
        challenge=challenge,
    )
    return dict(options.public_key)


def signing_options(user: User, challenge: bytes) -> dict[str, Any]:
    """What the browser asks of the device of a signer; the challenge ends with the hash of what is signed."""
    options, _state = _server().authenticate_begin(_credentials(passkeys_of(user)), SECURE, challenge)
    return dict(options.public_key)


def _said(text: str) -> Mapping[str, Any]:
    try:
        said = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise ValueError("no answer of a device")
    return said


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": SECURE}


def registered(text: str, challenge: bytes) -> AttestedCredentialData:
    """The new credential in a device's answer. Refused when the answer is not to what was asked, or not from here."""
    try:
        data = _server().register_complete(_state(challenge), _said(text))
    except WRONG as wrong:
        raise Refused(_("The device did not answer as it should. Please try again."), field="passkey", code="passkey") from wrong
    assert data.credential_data is not None
    return data.credential_data


@transaction.atomic
def use_passkey(user: User, text: str, challenge: bytes) -> dict[str, str]:
    """Check a device's answer and keep what it counted; the answer, as evidence. Refused when it proves nothing.

    Evidence: credential, public key (COSE), client data (with the challenge: 16 random bytes and the hashes of what is signed),
    authenticator data and signature, all base64url.
    """
    rows = {row.credential_id: row for row in factors_of(user, lock=True) if row.kind == SecondFactor.Kind.PASSKEY}
    try:
        said = AuthenticationResponse.from_dict(_said(text))
        known = _server().authenticate_complete(_state(challenge), _credentials([*rows.values()]), said)
    except WRONG as wrong:
        raise Refused(
            _("The passkey did not prove that it is you. Please try again."), field="passkey", code="passkey"
        ) from wrong
    row, data = rows[websafe_encode(known.credential_id)], said.response.authenticator_data
    if row.sign_count and data.counter <= row.sign_count:
        raise Refused(
            _("This passkey seems to have been copied. Remove it on your page and set up another."),
            field="passkey",
            code="copied",
        )
    row.sign_count, row.used_at = data.counter, clock.now()
    row.save(update_fields=["sign_count", "used_at"])
    return {
        "device": row.name,
        "rp_id": str(_server().rp.id),
        "credential_id": row.credential_id,
        "public_key": websafe_encode(_cose(known)),
        "client_data": websafe_encode(said.response.client_data),
        "authenticator_data": websafe_encode(data),
        "signature": websafe_encode(said.response.signature),
    }


def _cose(known: AttestedCredentialData) -> bytes:
    """The public key as the device gave it (COSE, CBOR): what stands behind identifier and its length."""
    return bytes(known)[16 + 2 + len(known.credential_id) :]


def decoded(text: str) -> bytes:
    """Bytes of a base64url text."""
    return websafe_decode(text)
