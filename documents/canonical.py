"""How a signature is spelled, so that its row can be checked against what was recorded of it."""

from datetime import UTC
from ipaddress import ip_address
from typing import Any

from common.canonical import sha256_of


def signature_digest(signature: Any) -> str:
    """The SHA-256 over all that a signature was made with: its frozen columns, as the database gives them back."""
    columns = {name: signature._meta.get_field(name).attname for name in signature.FROZEN}
    row = {name: getattr(signature, column) for name, column in columns.items()}
    row["signed_at"] = row["signed_at"].astimezone(UTC)
    row["address"] = str(ip_address(row["address"])) if row["address"] else None
    return sha256_of(row)
