"""Up to where a reader has read the events: opaque outside, exact although ids of a sequence commit out of order."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Self

from django.conf import settings
from django.db import connection

from activity.models import Event
from common import clock
from common.again import ListAgain, signs

IN_FLIGHT = 300  # seconds; no transaction lives longer, so an id that has not come by then never will
LOOKED_AT = 100  # newest events among which a fresh cursor looks for ids that are still on their way
MOST_HOLES = 20
NONCE, TAG = 9, 9
_newest = ListAgain(  # every page asks it
    lambda above: Event.objects.filter(pk__gt=above).order_by("-pk").values_list("pk", "at")[:LOOKED_AT], *signs(1)
)


@dataclass(frozen=True)
class Hole:
    """Ids first to last are not there yet: rolled back, or still in a transaction; since when that is known (epoch seconds)."""

    first: int
    last: int
    since: int


@dataclass(frozen=True)
class Cursor:
    """All events up to an id are read, but for those in the holes."""

    upto: int
    holes: tuple[Hole, ...] = ()

    @classmethod
    def present(cls, slack: float = 0) -> Self:
        """Where one stands who has read everything but the last `slack` seconds."""
        rows = _newest(0)
        if not rows:
            return cls(0)
        late = clock.now() - timedelta(seconds=slack)
        read = [pk for pk, at in rows if not slack or at <= late]
        upto = read[0] if read else rows[-1][0] - 1
        ids = sorted(pk for pk, _at in rows if pk <= upto)
        if len(rows) < LOOKED_AT:  # these are all: what lies before the first may still be on its way
            ids = [0, *ids]
        return cls(upto, tuple(_between(ids, _epoch())))

    @classmethod
    def unsealed(cls, said: str) -> Self | None:
        """The cursor that was given out as this text; None for anything else."""
        try:
            raw = base64.urlsafe_b64decode(said.encode("ascii"))
            nonce, tag, body = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
            if not hmac.compare_digest(tag, _mac(nonce + body)):
                return None
            upto, *holes = json.loads(_blurred(nonce, body))
        except ValueError:
            return None
        return cls(upto, tuple(Hole(*hole) for hole in holes))

    @classmethod
    def of_pages(cls, said: Iterable[str]) -> Self | None:
        """The earliest of the cursors that the pages of a browser hold; None when one of them is none of ours."""
        found = [cls.unsealed(text) for text in said]
        first = found[0] if found else None
        for other in found[1:]:
            first = first.earliest(other) if first is not None and other is not None else None
        return first

    def sealed(self) -> str:
        """As it is given out: nothing can be told from it, not even whether anything has happened."""
        nonce = secrets.token_bytes(NONCE)
        said = [self.upto, *([hole.first, hole.last, hole.since] for hole in self.holes)]
        body = _blurred(nonce, json.dumps(said, separators=(",", ":")).encode())
        return base64.urlsafe_b64encode(nonce + _mac(nonce + body) + body).decode("ascii")

    def after(self, found: Iterable[int]) -> Self:
        """The cursor once the events of these ids have been read as well."""
        ids = sorted(found)
        now = _epoch()
        holes = [piece for hole in self.holes if now - hole.since < IN_FLIGHT for piece in _without(hole, ids)]
        new = [pk for pk in ids if pk > self.upto]
        holes += _between([self.upto, *new], now)
        if len(holes) > MOST_HOLES:  # reading some twice is harmless: readers know events by their uid
            holes = [Hole(min(h.first for h in holes), max(h.last for h in holes), min(h.since for h in holes))]
        return type(self)(max([self.upto, *new]), tuple(holes))

    def earliest(self, other: Self) -> Self:
        """A cursor that has read only what both have."""
        low, high = sorted((self, other), key=lambda cursor: cursor.upto)
        return type(self)(low.upto, (*low.holes, *(hole for hole in high.holes if hole.first <= low.upto)))


def _between(ids: list[int], now: int) -> list[Hole]:
    """What is missing between sorted ids; a database with one writer at a time never leaves anything out."""
    if connection.vendor == "sqlite":
        return []
    return [Hole(a + 1, b - 1, now) for a, b in pairwise(ids) if b > a + 1]


def _without(hole: Hole, ids: list[int]) -> list[Hole]:
    """What is left of a hole when these (sorted) ids have come."""
    pieces, first = [], hole.first
    for pk in ids:
        if hole.first <= pk <= hole.last:
            if pk > first:
                pieces.append(Hole(first, pk - 1, hole.since))
            first = pk + 1
    return [*pieces, Hole(first, hole.last, hole.since)] if first <= hole.last else pieces


def _epoch() -> int:
    return int(clock.now().timestamp())


def _key(use: bytes) -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=use).digest()


def _mac(said: bytes) -> bytes:
    return hashlib.blake2b(said, key=_key(b"live-tag"), digest_size=TAG).digest()


def _blurred(nonce: bytes, said: bytes) -> bytes:
    """The bytes crossed with a stream that only this key and nonce make; twice is the original."""
    key, pad = _key(b"live-pad"), b""
    while len(pad) < len(said):
        pad += hashlib.blake2b(nonce + len(pad).to_bytes(4, "big"), key=key).digest()
    return bytes(a ^ b for a, b in zip(said, pad, strict=False))
