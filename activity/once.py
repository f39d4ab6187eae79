"""An act under a key is done once: the key is claimed in the act's own transaction, and its answer is kept with it.

Who sends the same key again gets the same answer; of two who send it at once the second waits. A crash in between leaves
neither effect nor key. Keys are forgotten after seven days.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from activity.models import Once
from common import acts, clock
from common.refusals import Refused
from people.models import User

KEPT = timedelta(days=7)
LONGEST_ANSWER = 200_000
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "HX-Redirect", "HX-Refresh", "HX-Retarget", "HX-Reswap", "HX-Trigger")


class Repeated(Exception):
    """The key was used before, or by somebody who was faster."""


class RepeatedAnswer(HttpResponse):
    """Stands for Repeated where an exception has become an answer already."""


class KeyReused(Refused):
    """One key, two different requests."""

    status = 422


@dataclass
class OnceClaim:
    """The key of one request; the first act in it takes it, in its transaction."""

    user: User
    key: str
    fingerprint: str
    row: Once | None = None

    def take(self) -> bool:
        if self.row is not None:
            return False
        try:
            with transaction.atomic():
                self.row = Once.objects.create(user=self.user, key=self.key, fingerprint=self.fingerprint)
        except IntegrityError:
            raise Repeated from None
        return True

    def give_back(self) -> None:
        self.row = None


def done_once(*, user: User, key: str, fingerprint: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `do`, or the one that was given under this key before. Errors: KeyReused."""
    known = _known(user, key)
    if known is None:
        try:
            return _first(OnceClaim(user, key, fingerprint), do)
        except Repeated:
            known = Once.objects.get(user=user, key=key)
    if known.fingerprint != fingerprint:
        raise KeyReused(_("This key was used for another request already. Take a new one."), code="key_reused")
    return _again(known)


def _known(user: User, key: str) -> Once | None:
    return Once.objects.filter(user=user, key=key).first()


def _first(claim: OnceClaim, do: Callable[[], HttpResponse]) -> HttpResponse:
    with transaction.atomic():
        with acts.claiming(claim):
            response = do()
        if isinstance(response, RepeatedAnswer):
            raise Repeated
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif claim.row is not None:
            _keep(claim.row, response)
    return response


def _keep(row: Once, response: HttpResponse) -> None:
    body = response.content.decode() if not response.streaming else ""
    said = {"headers": {name: response[name] for name in KEPT_HEADERS if name in response}, "body": body}
    row.status = response.status_code
    row.location = response.get("Location", "")[:500]
    row.answer = json.dumps(said, ensure_ascii=False) if len(body) <= LONGEST_ANSWER else ""
    row.save(update_fields=["status", "location", "answer"])


def _again(row: Once) -> HttpResponse:
    """The answer as it was given; of one too long to keep, that the page be read again."""
    if not row.answer:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    said = json.loads(row.answer)
    response = HttpResponse(said["body"], status=row.status, headers=said["headers"])
    response["Idempotency-Replayed"] = "true"
    return response


def fingerprint_of(*parts: bytes | str) -> str:
    """What a request asks for, in 64 characters."""
    digest = hashlib.sha256()
    for part in parts:
        said = part.encode() if isinstance(part, str) else part
        digest.update(len(said).to_bytes(8, "big") + said)
    return digest.hexdigest()


def forget_old_keys() -> int:
    """Keys older than seven days are forgotten; how many."""
    return Once.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
