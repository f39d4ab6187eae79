"""A passkey in software: it answers as a device does, to whatever origin and challenge it is told."""

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

UP, UV, AT = 0x01, 0x04, 0x40


class Authenticator:
    """One credential; `rp`, `origin` and `verified` may be wrong on purpose."""

    def __init__(self, rp: str = "localhost", origin: str = "http://localhost:8000") -> None:
        self.rp, self.origin, self.count = rp, origin, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = AttestedCredentialData.create(
            b"\0" * 16, sha256(str(id(self)).encode()).digest(), ES256.from_cryptography_key(self.key.public_key())
        )

    def register(self, challenge: bytes) -> str:
        """The answer to `navigator.credentials.create`, as the browser sends it."""
        data = AuthenticatorData.create(sha256(self.rp.encode()).digest(), UP | UV | AT, self.count, bytes(self.credential))
        said = CollectedClientData.create("webauthn.create", challenge, self.origin)
        made = AttestationObject.create("none", data, {})
        return self._answer(
            {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(made), "transports": ["internal"]}
        )

    def sign(self, challenge: bytes, *, verified: bool = True, counts: bool = True) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += counts
        data = AuthenticatorData.create(sha256(self.rp.encode()).digest(), UP | (UV if verified else 0), self.count)
        said = CollectedClientData.create("webauthn.get", challenge, self.origin)
        signature = self.key.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            }
        )

    def _answer(self, response: dict[str, Any]) -> str:
        name = websafe_encode(self.credential.credential_id)
        said = {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
        return json.dumps(said)
