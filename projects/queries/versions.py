"""The versions of a memorandum that can be held beside each other: each that has been out, and how it reads now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from common.canonical import plain
from documents.changes import compare
from documents.models import Document
from projects.models import Amendment, Memorandum
from projects.queries.memorandum import snapshot_in_force, snapshot_of

NOW = "draft"


@dataclass(frozen=True)
class Version:
    """One version: its key in addresses, how it is called, what it says."""

    key: str
    words: str
    snapshot: dict[str, Any]


def versions_of(memorandum: Memorandum) -> list[Version]:
    """The oldest first: each that was out, each amendment as the whole read with it; last the draft, or what slipped since."""
    kind = ContentType.objects.get_for_model(Memorandum)
    rows = Document.objects.filter(content_type=kind, object_id=memorandum.pk, kind=Document.Kind.MEMORANDUM).order_by("version")
    found = [Version(str(row.version), f"v{row.version} · {row.get_state_display()}", row.snapshot) for row in rows]
    if memorandum.state == Memorandum.State.DRAFT:
        return [*found, Version(NOW, _("the draft"), plain(snapshot_of(memorandum)))]
    if memorandum.state != Memorandum.State.IN_FORCE:
        return found
    found += _amended(memorandum, found[-1].snapshot)
    now = plain(snapshot_in_force(memorandum))
    return [*found, Version(NOW, _("as it reads now"), now)] if compare(found[-1].snapshot, now) else found


def _amended(memorandum: Memorandum, first: dict[str, Any]) -> Iterator[Version]:
    rows = memorandum.amendments.filter(state=Amendment.State.IN_FORCE).select_related("document").order_by("edition")
    for row in rows:
        if row.document is not None:
            first = with_amendment(first, row.document.snapshot)
            yield Version(str(row.edition), f"v{row.edition} · {row.number}", first)


def with_amendment(before: dict[str, Any], amendment: dict[str, Any]) -> dict[str, Any]:
    """A version as an amendment changed it: clauses reworded, added, taken out, and the slips that it wrote down."""
    clauses = {row["uid"]: dict(row) for row in before["clauses"]}
    for row in amendment.get("clauses", []):
        clauses[row["uid"]] = clauses.get(row["uid"], {}) | row
    for row in amendment.get("changes", []):
        if row["kind"] == "ended":
            clauses.pop(row["uid"], None)
    for row in amendment.get("slips", []):
        if row["uid"] in clauses:
            clauses[row["uid"]] |= {field["name"]: field["after"] for field in row["fields"]}
    return {**before, "edition": amendment["edition"], "clauses": list(clauses.values())}


def chosen(versions: list[Version], before: str, after: str) -> tuple[Version | None, Version | None]:
    """The two that the address names; else the newest beside the one before it."""
    if len(versions) < 2:
        return None, None
    known = {version.key: version for version in versions}
    newest = known.get(after) or versions[-1]
    place = versions.index(newest)
    return known.get(before) or versions[max(place - 1, 0)], newest
