"""Whether a proof of who signs is fresh, strong enough, and meant for this document (rule C6)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from common import clock
from common.refusals import Refused
from people.passkeys import decoded
from people.proving import ENOUGH, KEPT, NONCE, Proof
from people.queries import organisation

HASH = 32  # bytes of a SHA-256


def check_proof(proof: Proof, sha256: str) -> None:
    """Refused when the proof is older than five minutes, reaches less than is demanded, or is a passkey's for other papers."""
    if not timedelta() <= clock.now() - proof.at <= KEPT:
        raise Refused(_("More than five minutes have passed; prove again that it is you."), field="password", code="proof_old")
    if proof.method not in ENOUGH[organisation().signing_demand]:
        raise Refused(_("Your organisation asks for a stronger proof when signing."), field="password", code="proof_weak")
    said = proof.evidence.get("passkey")
    if said is not None and sha256 not in [one.hex() for one in hashes_in(said)]:
        raise Refused(_("The passkey was used for another document; use it again for this one."), field="passkey", code="passkey")


def hashes_in(evidence: Mapping[str, Any]) -> list[bytes]:
    """The hashes that stand in the challenge a passkey has signed, behind its random bytes."""
    challenge = decoded(json.loads(decoded(evidence["client_data"]))["challenge"])[NONCE:]
    return [challenge[at : at + HASH] for at in range(0, len(challenge), HASH)]
