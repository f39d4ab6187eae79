"""Whether distributed minutes and issued certificates are as the operation log recorded them: for `manage.py verify_ledger`."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

from activity.models import Event
from common.batches import batched
from common.canonical import sha256_of
from meetings.models import Certificate, Minutes

CHUNK = 100  # rows read at a time


def lines() -> Iterator[str]:
    """A line for each that is no longer as it was."""
    yield from _minutes()
    yield from _certificates()
    yield from _deleted()


def _minutes() -> Iterator[str]:
    """The content has its hash, and that is the one that was recorded when it was distributed."""
    rows = Minutes.objects.filter(distributed_at__isnull=False).order_by("pk")
    for some in batched(rows.select_related("event").iterator(chunk_size=CHUNK), CHUNK):
        for row in some:
            recorded = row.event.facts.get("content") if row.event is not None else None
            if _digest(row.content) != row.content_sha256:
                yield f"minutes {row.uid}: the content was edited"
            elif recorded not in (None, row.content_sha256):
                yield f"minutes {row.uid}: the content and its fingerprint were edited"


def _certificates() -> Iterator[str]:
    """Each has its hash, follows the one before, and is of the minutes as they are."""
    last: Certificate | None = None
    rows = Certificate.objects.select_related("minutes").order_by("minutes", "number")
    for row in rows.iterator(chunk_size=CHUNK):
        before = last.sha256 if last is not None and last.minutes_id == row.minutes_id else ""
        if _digest(row.content) != row.sha256:
            yield f"certificate {row.uid}: it was edited"
        elif row.previous != before:
            yield f"certificate {row.uid}: the one before was edited or deleted"
        elif row.content["certificate"]["header"]["minutes"]["content_sha256"] != row.minutes.content_sha256:
            yield f"certificate {row.uid}: the minutes are no longer those that it certifies"
        last = row


def _deleted() -> Iterator[str]:
    """Certificates that were issued and are gone, or were put in: each is told in the log with its fingerprint."""
    kind = ContentType.objects.get_for_model(Minutes)
    told = {event.facts["certificate"] for event in Event.objects.filter(content_type=kind, verb="minutes.certified")}
    kept = set(Certificate.objects.values_list("sha256", flat=True))
    for digest in sorted(told - kept):
        yield f"certificate {digest}: it was edited or deleted"
    for digest in sorted(kept - told):
        yield f"certificate {digest}: it was edited or put in"


def _digest(value: Any) -> str:
    try:
        return sha256_of(value)
    except (TypeError, ValueError):  # what was put there has no canonical form
        return ""
