"""One act for several papers: one statement and one proof, each paper signed by itself, each outcome said (rule C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from common.plain_text import plain_text
from common.refusals import Refused
from documents.models import Document
from documents.services.signing import sign
from people.models import User
from people.proving import Proof


@dataclass(frozen=True)
class Outcome:
    """What came of one paper: signed, or why not."""

    uid: UUID
    document: Document | None
    trouble: str = ""

    @property
    def is_signed(self) -> bool:
        return self.document is not None


def sign_many(
    *,
    actor: User,
    papers: Sequence[tuple[UUID, str]],
    proof: Proof,
    remark: str = "",
    address: str | None = None,
    agent: str = "",
) -> list[Outcome]:
    """Sign these papers (uid, and the hash that was read of each); one that is refused holds up no other.

    Refused, at its field: a remark that is no text.
    """
    remark, outcomes = plain_text(remark, "remark"), []
    for uid, seen in papers:
        try:
            signed = sign(
                actor=actor, document_uid=uid, seen_sha256=seen, proof=proof, remark=remark, address=address, agent=agent
            )
        except Refused as refusal:
            outcomes.append(Outcome(uid, None, str(refusal)))
        except (Http404, PermissionDenied):
            outcomes.append(Outcome(uid, None, _("This is no longer yours to sign.")))
        else:
            outcomes.append(Outcome(uid, signed))
    return outcomes
