"""What is new in a version: its clauses, terms and tables beside those of the version before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARED = ("department", "text", "deliverable", "standard", "quantity", "unit", "starts_on", "due_on", "handed_to")
TERMS = ("goal", "background", "starts_on", "ends_on", "slip_days")
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {  # of a snapshot: what names a row, and what is compared of it
    "kpis": (
        "name",
        ("said", "direction", "target", "unit", "target_date", "relative_days", "relative_to", "due_on", "department"),
    ),
    "scope_out": ("text", ("keeper",)),
    "departments": ("department", ("duty", "head", "liaison")),
    "standards": ("node", ("department", "output", "due_on", "standard")),
    "resources": (
        "spec",
        ("quantity", "unit", "from_dept", "for_dept", "starts_on", "ends_on", "purpose", "state", "agreed_quantity", "answer"),
    ),
    "communication": ("cadence", ("channel", "template")),
    "contingencies": ("trigger", ("action", "owner")),
}

Fields = tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Change:
    """One clause that is new, gone, or worded otherwise; `fields` are (name, before, after)."""

    kind: str
    clause: dict[str, Any]
    fields: Fields = ()


@dataclass(frozen=True)
class RowChange:
    """One row of another part of the paper (`section`), named by what it is called there."""

    section: str
    kind: str
    name: str
    fields: Fields = ()


@dataclass(frozen=True)
class Comparison:
    """All that differs between two versions."""

    clauses: list[Change]
    terms: Fields
    rows: list[RowChange]

    def __bool__(self) -> bool:
        return bool(self.clauses or self.terms or self.rows)


def compare(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    """Everything that differs, clause by clause and field by field."""
    return Comparison(changes(before, after), _fields(TERMS, before, after), list(_rows(before, after)))


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Clauses added, changed and removed, in the order of the paper; a number that moved alone is no change."""
    old = {row["uid"]: row for row in before.get("clauses", [])}
    new = {row["uid"]: row for row in after.get("clauses", [])}
    found: list[Change] = []
    for uid, row in new.items():
        if uid not in old:
            found.append(Change("added", row))
            continue
        fields = _fields(COMPARED, old[uid], row)
        if fields:
            found.append(Change("changed", row, fields))
    return found + [Change("removed", row) for uid, row in old.items() if uid not in new]


def stated(snapshot: dict[str, Any]) -> list[Change]:
    """What an amendment says that it changes, clause by clause; other papers say nothing of the kind."""
    whole = {row["uid"]: row for row in snapshot.get("clauses", [])}
    kinds = {"ended": "removed"}
    return [
        Change(
            kinds.get(row["kind"], row["kind"]),
            row | whole.get(row["uid"], {}),
            tuple((field["name"], field["before"], field["after"]) for field in row["fields"]),
        )
        for row in snapshot.get("changes", [])
    ]


def _fields(names: tuple[str, ...], before: dict[str, Any], after: dict[str, Any]) -> Fields:
    """What differs; nothing said then and nothing said now is no difference."""
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple((name, old, new) for name, old, new in pairs if old != new and (old or new or old == 0 or new == 0))


def _rows(before: dict[str, Any], after: dict[str, Any]) -> Iterator[RowChange]:
    yield from _texts("scope_in", before, after)
    for section, (key, compared) in TABLES.items():
        old, new = _named(before.get(section, []), key), _named(after.get(section, []), key)
        for name, row in new.items():
            fields = _fields(compared, old.get(name, {}), row)
            if name not in old:
                yield RowChange(section, "added", name[0], fields)
            elif fields:
                yield RowChange(section, "changed", name[0], fields)
        for name, row in old.items():
            if name not in new:
                yield RowChange(section, "removed", name[0], _fields(compared, row, {}))


def _texts(section: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[RowChange]:
    old, new = before.get(section, []), after.get(section, [])
    yield from (RowChange(section, "added", text) for text in new if text not in old)
    yield from (RowChange(section, "removed", text) for text in old if text not in new)


def _named(rows: list[dict[str, Any]], key: str) -> dict[tuple[str, int], dict[str, Any]]:
    """Rows by name; of two with one name the first stands beside the first, the second beside the second."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        name, turn = str(row.get(key, "")), 0
        while (name, turn) in found:
            turn += 1
        found[name, turn] = row
    return found


def touches(change: Change, departments: set[str]) -> bool:
    """Whether a change concerns one of these departments, as giver or receiver, before or after."""
    named = {change.clause.get("department"), change.clause.get("handed_to")}
    for name, before, after in change.fields:
        if name in ("department", "handed_to"):
            named |= {before, after}
    return bool(named & departments)
