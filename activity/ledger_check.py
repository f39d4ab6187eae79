"""The chains, computed anew: the first wrong place of each fault is named with its reason. Nothing is changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q

from activity.ledger import COLUMNS, digest_of
from activity.ledger_days import file_of
from activity.models import Event, LedgerDay, LedgerEntry
from common import clock
from common.batches import batched

CHUNK = 2000  # entries read at a time
LATE = timedelta(minutes=10)  # an event is sealed within a minute; later than this, something is wrong
FEW = 200  # heads looked up by one statement


def wrong_places(folder: Path, *, all_days: bool) -> Iterator[str]:
    """A line for each fault in the chains and against the files of heads in `folder`; with `all_days`, each day has its file."""
    yield from chains()
    yield from unsealed()
    yield from days(folder, all_days=all_days)


def chains() -> Iterator[str]:
    """Walk along every chain from its first entry."""
    walk: Walk | None = None
    for entry, event in _entries():
        if walk is None or walk.chain != entry.chain:
            if walk is not None:
                yield from walk.end()
            walk = Walk(entry.chain)
        yield from walk.step(entry, event)
    if walk is not None:
        yield from walk.end()


def _entries() -> Iterator[tuple[LedgerEntry, dict[str, Any] | None]]:
    """Every entry with its event, or None where that is gone; two statements for two thousand."""
    for some in batched(LedgerEntry.objects.order_by("chain", "number").iterator(chunk_size=CHUNK), CHUNK):
        rows = Event.objects.filter(pk__in=[entry.event_id for entry in some]).order_by().values_list(*COLUMNS)
        events = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}
        for entry in some:
            yield entry, events.get(entry.event_id)


class Walk:
    """Along one chain. Whether an event or its entry was altered is known once the next entry says which digest it followed."""

    def __init__(self, chain: int) -> None:
        self.chain = chain
        self.last: LedgerEntry | None = None
        self.computed: str | None = ""  # the digest that the last entry should have; None where its event is gone

    def step(self, entry: LedgerEntry, event: dict[str, Any] | None) -> Iterator[str]:
        """What is wrong between the last entry and this one, and with this one where it is known already."""
        number, digest = (self.last.number, self.last.digest) if self.last else (0, "")
        is_wrong = False
        if entry.number != number + 1:
            yield from self.end()
            gone = f"entry {number + 1} is" if entry.number == number + 2 else f"entries {number + 1} to {entry.number - 1} are"
            yield f"chain {self.chain}: {gone} missing: deleted together with what happened"
        elif entry.previous != digest:
            is_wrong, said = self._break(entry, event)
            yield said
        elif self.computed not in (digest, None):
            yield f"{self._place(self.last)}: the event was edited"
        self.last, self.computed = entry, entry.digest
        if event is None:
            yield f"{self._place(entry)}: the event was deleted"
            self.computed = None
        elif not is_wrong:
            self.computed = digest_of(entry.chain, entry.number, entry.previous, entry.at, event)

    def _break(self, entry: LedgerEntry, event: dict[str, Any] | None) -> tuple[bool, str]:
        """This entry does not follow the last: whether it is this one that was edited, and the line that says so."""
        itself = event and digest_of(entry.chain, entry.number, entry.previous, entry.at, event) == entry.digest
        if self.last is not None and entry.previous == self.computed:
            return False, f"{self._place(self.last)}: the entry was edited"
        if self.last is not None and itself:
            return False, f"{self._place(self.last)}: the event was edited and its entry rewritten"
        return True, f"{self._place(entry)}: the entry was edited"

    def end(self) -> Iterator[str]:
        """What is doubtful of the last entry, after which none says more."""
        if self.last is not None and self.computed not in (self.last.digest, None):
            yield f"{self._place(self.last)}: the event was edited, or its entry (it is the last, so none tells which)"
        self.computed = self.last.digest if self.last else ""

    def _place(self, entry: LedgerEntry | None) -> str:
        if entry is None:
            return f"chain {self.chain}, its beginning"
        said = Event.objects.filter(pk=entry.event_id).values_list("verb", "at").first()
        what = f" ({said[0]}, {said[1]:%Y-%m-%d %H:%M} UTC)" if said else ""
        return f"chain {self.chain}, entry {entry.number}{what}"


def unsealed() -> Iterator[str]:
    """Events that no entry knows although there was time."""
    late = Event.objects.filter(~Exists(LedgerEntry.objects.filter(event=OuterRef("pk"))), at__lt=clock.now() - LATE)
    first = late.order_by("pk").first()
    if first is not None:
        yield f"{late.count()} events are not sealed, the first of them {first.verb}, {first.at:%Y-%m-%d %H:%M} UTC"


def days(folder: Path, *, all_days: bool) -> Iterator[str]:
    """The files of heads: each as its day's row knows it, and each chain still with what was written down then."""
    known = {day.day: day for day in LedgerDay.objects.order_by("day")}
    for day in known.values():
        if all_days and not file_of(day.day, folder).exists():
            yield f"{file_of(day.day, folder).name}: the file of that day is missing"
    for file in sorted(folder.glob("ledger-*.jsonl")):
        yield from _file(file, {day.isoformat(): row.sha256 for day, row in known.items()})


def _file(file: Path, sha256: dict[str, str]) -> Iterator[str]:
    with open(file, "rb") as said:
        found = hashlib.file_digest(said, "sha256").hexdigest()
    try:
        with open(file, encoding="utf-8") as said:
            day = json.loads(next(said))["day"]
            if day not in sha256:
                yield f"{file.name}: the database does not know that day: its row was deleted"
            elif sha256[day] != found:
                yield f"{file.name}: the file was edited, or the row of its day"
            for some in batched(map(json.loads, said), FEW):
                yield from _heads(file.name, some)
    except (ValueError, KeyError, TypeError, StopIteration):
        yield f"{file.name}: the file cannot be read: it was edited"


def _heads(name: str, heads: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Some heads of a file beside the chains as they are now."""
    heads = list(heads)
    firsts = LedgerEntry.objects.filter(number=1, event__uid__in=[head["chain"] for head in heads])
    chain_of = {str(uid): chain for uid, chain in firsts.values_list("event__uid", "chain")}
    places = Q(pk__in=[])
    for head in heads:
        places |= Q(chain=chain_of.get(head["chain"], -1), number=head["entries"])
    digests = {
        (chain, number): said
        for chain, number, said in LedgerEntry.objects.filter(places).values_list("chain", "number", "digest")
    }
    for head in heads:
        chain, entries = chain_of.get(head["chain"]), head["entries"]
        if chain is None:
            yield f"{name}: the chain that began with the event {head['chain']} is gone, or its beginning"
        elif (chain, entries) not in digests:
            now = LedgerEntry.objects.filter(chain=chain).order_by("-number").values_list("number", flat=True).first()
            yield f"chain {chain}: cut at its end: {entries} entries were written down in {name}, now it ends at {now}"
        elif digests[chain, entries] != head["digest"]:
            yield f"chain {chain}: written anew up to entry {entries}: {name} says another digest"
