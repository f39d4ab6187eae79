"""Reads of amendments: the version in force, whom an amendment binds, what is frozen of it (rule C9)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from documents.models import Document
from projects.models import Amendment, Clause, ClauseChange, Memorandum, Party
from projects.terms import TERMS, Ground, whole_of

SNAPSHOT_FORM = 1
BINDING = (ClauseChange.Kind.CHANGED, ClauseChange.Kind.ADDED, ClauseChange.Kind.ENDED)


def document_in_force(memorandum: Memorandum) -> Document | None:
    """The newest version that binds: that of the last amendment in force, else the memorandum's own."""
    amended = memorandum.amendments.filter(state=Amendment.State.IN_FORCE).select_related("document").order_by("-edition").first()
    if amended is not None:
        return amended.document
    return memorandum.document if memorandum.state == Memorandum.State.IN_FORCE else None


def next_edition(memorandum: Memorandum) -> int:
    """One more than any version that was ever out, those that an objection returned among them."""
    kind = ContentType.objects.get_for_model(Amendment)
    opened = Document.objects.filter(content_type=kind, object_id__in=memorandum.amendments.values("pk"))
    return max(memorandum.edition, opened.aggregate(last=Max("version"))["last"] or 0) + 1


def changes_of(amendment: Amendment) -> list[ClauseChange]:
    """The lines of an amendment in order, each with its clause."""
    rows = amendment.changes.select_related("clause__department", "clause__handed_to", "clause__node")
    return list(rows.order_by("order", "id"))


def signed_day(clause: Clause) -> date | None:
    """The day that was last signed as a change, in the memorandum or an amendment: before all slips written down since then."""
    day = clause.due_on
    for change in clause.changes.filter(amendment__state=Amendment.State.IN_FORCE).order_by("-amendment__edition", "-id"):
        if "due_on" not in change.after:
            continue
        if change.kind != ClauseChange.Kind.SLIPPED:
            break
        before = change.before.get("due_on")
        day = date.fromisoformat(before) if before else None
    return day


def bound_by(changes: Iterable[ClauseChange], ground: Ground) -> set[int]:
    """The departments that must sign: givers and receivers, before and after, of what is changed, added or taken out."""
    found: set[int] = set()
    for change in changes:
        if change.kind not in BINDING:
            continue
        found |= ground.concerned(change.after)
        if change.clause is not None:
            found |= {pk for pk in (change.clause.department_id, change.clause.handed_to_id) if pk is not None}
    return found


def signers_of(amendment: Amendment, ground: Ground, changes: list[ClauseChange]) -> tuple[list[Party], list[Party]]:
    """The parties that sign and those that are informed; where only slips are written down, the lead signs."""
    project = amendment.memorandum.project
    bound = bound_by(changes, ground) or {project.lead_dept_id}
    parties = list(project.parties.select_related("department", "head").order_by("order", "id"))
    return [row for row in parties if row.department_id in bound], [row for row in parties if row.department_id not in bound]


def snapshot_of_amendment(
    amendment: Amendment, changes: list[ClauseChange], ground: Ground, edition: int, parties: tuple[list[Party], list[Party]]
) -> dict[str, Any]:
    """All that the heads sign: what it amends, the changed clauses before and after, the slips written down."""
    memorandum, base = amendment.memorandum, amendment.base
    project = memorandum.project
    binding = [row for row in changes if row.kind in BINDING]
    return {
        "form": SNAPSHOT_FORM,
        "number": amendment.number,
        "edition": edition,
        "project": {
            "code": project.code,
            "name": project.name,
            "initiating_dept": project.initiating_dept.name,
            "lead_dept": project.lead_dept.name,
            "time_zone": project.time_zone,
        },
        "amends": {
            "memorandum": memorandum.number,
            "number": base.number,
            "version": base.version,
            "sha256": base.sha256,
            "title": base.title,
        },
        "reason": amendment.reason,
        "changes": [_change(row, ground) for row in binding],
        "slips": [_change(row, ground) for row in changes if row.kind == ClauseChange.Kind.SLIPPED],
        "clauses": [_as_clause(row, ground) for row in binding if row.kind != ClauseChange.Kind.ENDED],
        "signers": [_party(row) for row in parties[0]],
        "informed": [_party(row) for row in parties[1]],
    }


def _change(change: ClauseChange, ground: Ground) -> dict[str, Any]:
    before, after = ground.worded(change.before), ground.worded(change.after)
    whole = ground.worded(whole_of(change))
    return {
        "uid": _uid(change),
        "kind": change.kind,
        "number": number_of(change),
        "department": whole["department"],
        "text": whole["text"],
        "fields": [
            {"name": name, "before": before.get(name), "after": after.get(name)}
            for name in TERMS
            if name in before or name in after
        ],
    }


def _as_clause(change: ClauseChange, ground: Ground) -> dict[str, Any]:
    return {"uid": _uid(change), "number": number_of(change), **ground.worded(whole_of(change))}


def _uid(change: ClauseChange) -> str:
    return str(change.clause.uid if change.clause is not None else change.uid)


def number_of(change: ClauseChange) -> str:
    """The clause's number; of an added one, the number that it was opened under."""
    return change.clause.number if change.clause is not None else str(change.after.get("number", ""))


def _party(row: Party) -> dict[str, str]:
    return {"department": row.department.name, "head": row.head.name, "head_title": row.head.title}


def living_clauses(memorandum: Memorandum) -> list[Clause]:
    """The clauses that bind now, in the order of the paper."""
    rows = memorandum.clauses.filter(ended_at=None).select_related("department", "handed_to", "node")
    return list(rows.order_by("order", "id"))
