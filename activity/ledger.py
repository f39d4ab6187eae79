"""The operation log, sealed: each event stands in the chain of its project, and each digest covers the one before it."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from activity.models import Event, LedgerEntry, LedgerMark
from common import clock
from common.adding import add
from common.canonical import spelled

BATCH = 5000  # events of one transaction
SETTLED = timedelta(hours=1)  # no transaction lives longer, so an id that has not come by then never will
ONE_RUN = 200.0  # seconds; what is left is for the next run
ONLY = 1  # the key of the one mark
COLUMNS = (
    *("pk", "uid", "project_id", "actor_id", "verb", "content_type_id", "object_id"),
    *("title", "url", "facts", "at"),
)
Said = Mapping[str, Any]  # an event by the names of its columns


def digest_of(chain: int, number: int, previous: str, at: datetime, event: Said) -> str:
    """SHA-256 over the place in the chain, the digest before, the moment of sealing, and the event, as canonical JSON."""
    said = {
        "chain": chain,
        "number": number,
        "previous": previous,
        "sealed_at": _moment(at),
        "event": {
            "uid": str(event["uid"]),
            "project": event["project_id"],
            "actor": event["actor_id"],
            "verb": event["verb"],
            "kind": event["content_type_id"],
            "object": event["object_id"],
            "title": event["title"],
            "url": event["url"],
            "facts": event["facts"],
            "at": _moment(event["at"]),
        },
    }
    return hashlib.sha256(spelled(said)).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seal_events() -> int:
    """Seal what is not sealed yet, in the order of ids; how many. Twice is once, and two at once make one chain."""
    began, started, above, count = clock.now(), time.monotonic(), None, 0
    while time.monotonic() - started < ONE_RUN:
        sealed, above = _seal_batch(above)
        count += sealed
        if sealed < BATCH:
            _settle(began)
            break
    return count


@transaction.atomic
def _seal_batch(above: int | None) -> tuple[int, int]:
    """Seal the next events above an id (at first: above the mark); how many, and the id to go on from. Six statements."""
    mark = lock_mark()
    above = mark.upto if above is None else above
    known = LedgerEntry.objects.filter(event=OuterRef("pk"))
    found = Event.objects.filter(~Exists(known), pk__gt=above).order_by("pk").values_list(*COLUMNS)[:BATCH]
    events = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    heads = _heads(events)
    now, entries = clock.now(), []
    for event in events:
        chain = event["project_id"] or 0
        number, previous = heads[chain][0] + 1, heads[chain][1]
        digest = digest_of(chain, number, previous, now, event)
        entry = LedgerEntry(chain=chain, number=number, event_id=event["pk"], previous=previous, digest=digest, at=now)
        entries.append(entry)
        heads[chain] = (number, digest)
    add(*entries)
    return len(events), events[-1]["pk"] if events else above


def lock_mark() -> LedgerMark:
    """The mark, locked: one seals at a time, whatever the chain."""
    LedgerMark.objects.get_or_create(pk=ONLY)
    return LedgerMark.objects.select_for_update().get(pk=ONLY)


def _heads(events: Iterable[Said]) -> dict[int, tuple[int, str]]:
    """Number and digest of the newest entry in each chain that these events go to, in one statement."""
    firsts = {event["project_id"] or 0: event["pk"] for event in events}
    newest = LedgerEntry.objects.filter(chain=Coalesce(OuterRef("project_id"), 0)).order_by("-number")
    rows = Event.objects.filter(pk__in=firsts.values()).order_by()
    found = rows.annotate(number=Subquery(newest.values("number")[:1]), digest=Subquery(newest.values("digest")[:1]))
    return {
        chain or 0: (number or 0, digest or "") for chain, number, digest in found.values_list("project_id", "number", "digest")
    }


@transaction.atomic
def _settle(began: datetime) -> None:
    """All was looked at since `began`: an id that was given out an hour before that is sealed by now, or will never come."""
    mark = lock_mark()
    if began - mark.since < SETTLED:
        return
    mark.upto, mark.ahead, mark.since = mark.ahead, Event.objects.aggregate(last=Max("pk"))["last"] or 0, clock.now()
    mark.save(update_fields=["upto", "ahead", "since"])


def doubtful(keys: Iterable[int]) -> set[int]:
    """Which of these few events are not as they were sealed, or stand between entries that do not follow each other.

    An event that is not sealed yet is not doubted. Three statements; the whole chain is judged by `manage.py verify_ledger`.
    """
    entries = list(LedgerEntry.objects.filter(event__in=[*keys]))
    rows = Event.objects.filter(pk__in=[entry.event_id for entry in entries]).order_by().values_list(*COLUMNS)
    events = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}
    beside = Q(pk__in=[])
    for entry in entries:
        beside |= Q(chain=entry.chain, number__in=[entry.number - 1, entry.number + 1])
    known = {(row.chain, row.number): row for row in LedgerEntry.objects.filter(beside)}
    return {entry.event_id for entry in entries if not _stands(entry, events[entry.event_id], known)}


def _stands(entry: LedgerEntry, event: Said, known: Mapping[tuple[int, int], LedgerEntry]) -> bool:
    """Whether an entry fits its event, the entry before and, where there is one, the entry behind."""
    before, behind = known.get((entry.chain, entry.number - 1)), known.get((entry.chain, entry.number + 1))
    follows = entry.previous == (before.digest if before is not None else "" if entry.number == 1 else None)
    is_followed = behind is None or behind.previous == entry.digest
    return follows and is_followed and digest_of(entry.chain, entry.number, entry.previous, entry.at, event) == entry.digest


def sealed_until(project_id: int) -> LedgerEntry | None:
    """The newest entry in the chain of a project; its event is the last that is sealed."""
    return LedgerEntry.objects.filter(chain=project_id).select_related("event").order_by("-number").first()
