"""Once a day the heads of all chains are written down outside the database and sent to the auditors: what is cut off shows.

A file says how many entries each chain had, and the last digest; a chain is named by the uid of its first event. Nothing else.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from activity.ledger import lock_mark, seal_events
from activity.models import Event, LedgerDay, LedgerEntry
from activity.services import record
from common import clock, ports
from people.models import User


def keep_heads() -> LedgerDay | None:
    """Seal all, write down today's heads and tell the auditors; None when that was done today. Twice is once."""
    today = clock.today(settings.TIME_ZONE)
    if LedgerDay.objects.filter(day=today).exists():
        return None
    seal_events()
    with transaction.atomic():
        lock_mark()
        before = LedgerDay.objects.order_by("-day").first()
        if before is not None and before.day >= today:
            return None
        day = LedgerDay(day=today, at=clock.now())
        day.sha256, day.chains = _written(day, before.sha256 if before else "")
        day.save()
        record(
            actor=None,
            verb="ledger.heads_kept",
            subject=day,
            project=None,
            facts={"chains": day.chains, "sha256": day.sha256},
            tell=User.objects.filter(is_auditor=True, is_active=True),
        )
    return day


def file_of(day: Any, folder: Path | None = None) -> Path:
    """Where the heads of a day are kept."""
    return (folder or settings.LEDGER_DIR) / f"ledger-{day:%Y-%m-%d}.jsonl"


def _written(day: LedgerDay, before: str) -> tuple[str, int]:
    """Write the file at once or not at all; its SHA-256 and the number of chains."""
    file = file_of(day.day)
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(f".{os.getpid()}.half")
    digest, chains = hashlib.sha256(), -1  # the first line is none of a chain
    with open(half, "wb") as out:
        for line in _lines(day, before):
            said = json.dumps(line, separators=(",", ":")).encode() + b"\n"
            digest.update(said)
            out.write(said)
            chains += 1
        out.flush()
        os.fsync(out.fileno())
    os.replace(half, file)
    return digest.hexdigest(), chains


def _lines(day: LedgerDay, before: str) -> Iterator[dict[str, Any]]:
    """First of which day, and the SHA-256 of the file before; then each chain, its number of entries and its last digest."""
    yield {"day": day.day.isoformat(), "at": day.at.isoformat(), "previous": before}
    newest = LedgerEntry.objects.filter(chain=OuterRef("chain")).order_by("-number")
    heads = LedgerEntry.objects.filter(number=1).annotate(
        entries=Subquery(newest.values("number")[:1]), last=Subquery(newest.values("digest")[:1])
    )
    for uid, entries, last in heads.order_by("chain").values_list("event__uid", "entries", "last").iterator(chunk_size=2000):
        yield {"chain": str(uid), "entries": entries, "digest": last}


def letter(event: Event, _reader: User) -> ports.Letter:
    """The mail to an auditor: keep the file, it tells later whether anything was cut off or written anew."""
    day = LedgerDay.objects.get(pk=event.object_id)
    file = file_of(day.day)
    lines = [
        _("The operation log of Collab was sealed. The attached file says up to where, and with which check figures."),
        _("Please keep it where the administrator of the server cannot change it."),
        _("Check figure of the file (SHA-256): %s") % day.sha256,
    ]
    attached = [(file.name, file.read_bytes(), "application/jsonl")] if file.exists() else []
    if not attached:
        lines.append(_("The file lies on another machine of this system."))
    return ports.Letter(_("Operation log sealed, %s") % day.day.isoformat(), lines, attached)
