"""What was found of a file that claims to be a sealed document; light, so that pages may know it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a file is, or is not, what was sealed; the first that applies. Its words stand in `documents.sealing.words`."""

    VALID = "valid"
    NOT_PDF = "not_pdf"
    TRUNCATED = "truncated"
    UNSEALED = "unsealed"
    ALTERED = "altered"
    APPENDED = "appended"
    FOREIGN = "foreign"
    UNTIMELY = "untimely"


@dataclass(frozen=True)
class Findings:
    """The seal of one file: `reason` is the judgement, the rest says by whom and when (of the seal's own word if no server's)."""

    reason: Reason
    sha256: str  # of the whole file, by which the database knows what was handed out
    fingerprint: str = ""  # SHA-256 of the certificate that sealed it
    sealed_by: str = ""
    sealed_at: datetime | None = None
    timed_by: str = ""  # the time-stamp server, where there was one
    is_time_trusted: bool = False  # its certificate is one that was named to us

    @property
    def is_valid(self) -> bool:
        return self.reason == Reason.VALID

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {
            "reason": self.reason.value,
            "sealed_at": self.sealed_at.isoformat() if self.sealed_at else None,
        }

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Findings":
        """Back from JSON."""
        when = datetime.fromisoformat(said["sealed_at"]) if said["sealed_at"] else None
        return cls(**{**said, "reason": Reason(said["reason"]), "sealed_at": when})
