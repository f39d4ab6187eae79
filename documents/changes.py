"""What is new in a version: its clauses beside those of the version before."""

from dataclasses import dataclass
from typing import Any

COMPARED = ("department", "text", "deliverable", "standard", "quantity", "unit", "starts_on", "due_on", "handed_to")


@dataclass(frozen=True)
class Change:
    """One clause that is new, gone, or worded otherwise; `fields` are (name, before, after)."""

    kind: str
    clause: dict[str, Any]
    fields: tuple[tuple[str, Any, Any], ...] = ()


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Clauses added, changed and removed, in the order of the paper; a number that moved alone is no change."""
    old = {row["uid"]: row for row in before.get("clauses", [])}
    new = {row["uid"]: row for row in after.get("clauses", [])}
    found: list[Change] = []
    for uid, row in new.items():
        if uid not in old:
            found.append(Change("added", row))
            continue
        fields = tuple((name, old[uid].get(name), row.get(name)) for name in COMPARED if old[uid].get(name) != row.get(name))
        if fields:
            found.append(Change("changed", row, fields))
    return found + [Change("removed", row) for uid, row in old.items() if uid not in new]


def touches(change: Change, departments: set[str]) -> bool:
    """Whether a change concerns one of these departments, as giver or receiver, before or after."""
    named = {change.clause.get("department"), change.clause.get("handed_to")}
    for name, before, after in change.fields:
        if name in ("department", "handed_to"):
            named |= {before, after}
    return bool(named & departments)
