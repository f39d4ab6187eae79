"""Canonical JSON: one value, one sequence of bytes, one SHA-256."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def plain(value: Any) -> Any:
    """The value in what JSON and every database keep alike: text, whole numbers, true/false/null, lists, objects.

    Decimals, dates and uids become text. Errors: TypeError for floats and what else has no one spelling, ValueError
    for text that cannot be stored (NUL, half characters).
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(str(value))
        case Decimal():
            return format(value.normalize() if value else Decimal(0), "f")
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {_key(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError("text with a NUL cannot be stored")
    value.encode("utf-8")
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("keys of a snapshot are text")
    return _text(key)


def canonical(value: Any) -> bytes:
    """Sorted keys, UTF-8, no insignificant space."""
    return spelled(plain(value))


def spelled(value: Any) -> bytes:
    """The same spelling for what was read back from the database, whatever JSON it is."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def sha256_of(value: Any) -> str:
    """The SHA-256 over the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
