"""How a certificate is chained: each entry covers the one before, the first the header. Knows no database.

`{"certificate": {"format", "header", "start", "entries": [{"number", "said", "sha256"}, …], "head"}, "signature": {…} | null}`;
`start` is the SHA-256 of the header, an entry's that over {"previous", "number", "said"}, `head` the last of them; all in
canonical JSON (sorted keys, UTF-8, no space). The signature is over the canonical JSON of "certificate".
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from common.canonical import spelled

FORMAT = "collab-distribution/1"
ACCEPTED, IN_APP, SENDER, WAITING, REFUSED, EXCUSED = "accepted", "in_app", "sender", "waiting", "refused", "excused"
STATES = (ACCEPTED, IN_APP, SENDER, WAITING, REFUSED, EXCUSED)
IN_TIME, LATE, RUNNING, NO_DEADLINE = "in_time", "late", "running", "no_deadline"


def digest_of(value: Any) -> str:
    """The SHA-256 over the canonical spelling of what is plain already: text, whole numbers, true/false/null, lists, objects."""
    return sha256(spelled(value)).hexdigest()


def link(previous: str, number: int, said: Any) -> str:
    """The SHA-256 of an entry, over what it says and the one before."""
    return digest_of({"previous": previous, "number": number, "said": said})


def chained(header: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Header and entries as one chain."""
    start = digest = digest_of(header)
    rows = []
    for number, said in enumerate(entries, 1):
        digest = link(digest, number, said)
        rows.append({"number": number, "said": said, "sha256": digest})
    return {"format": FORMAT, "header": header, "start": start, "entries": rows, "head": digest}


def counted(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many people, how many in each state, how many opened the minutes here."""
    counts = {"people": 0, "opened": 0, **dict.fromkeys(STATES, 0)}
    for said in entries:
        counts["people"] += 1
        counts["opened"] += said["opened_at"] is not None
        counts[said["state"]] += 1
    return counts


def judged(begun: datetime | None, hours: int, reached: datetime | None, now: datetime) -> dict[str, Any]:
    """The deadline, so many hours after the end, and how the last one reached stands to it; without a beginning there is none.

    Late and reached by now: by how many seconds. What is late and not all reached is late still.
    """
    if begun is None:
        return {"from": None, "hours": hours, "due_at": None, "reached_at": reached, "verdict": NO_DEADLINE, "late_seconds": None}
    due = begun + timedelta(hours=hours)
    late = (reached or now) > due
    return {
        "from": begun,
        "hours": hours,
        "due_at": due,
        "reached_at": reached,
        "verdict": LATE if late else IN_TIME if reached else RUNNING,
        "late_seconds": int((reached - due).total_seconds()) if late and reached else None,
    }
