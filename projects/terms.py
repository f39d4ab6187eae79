"""What a clause says, field by field, as requests and amendments keep it: departments and nodes by uid, days as ISO."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from common.canonical import plain
from people.models import Department
from projects.models import Clause, ClauseChange, Node, Project

TERMS = ("department", "text", "deliverable", "standard", "quantity", "unit", "starts_on", "due_on", "handed_to", "node")
DAYS = ("starts_on", "due_on")
DEPARTMENTS = ("department", "handed_to")
Kept = dict[str, Any]


def kept(value: Any) -> Any:
    """A value of a clause as JSON keeps it."""
    return str(value.uid) if isinstance(value, Department | Node) else plain(value)


def keep(fields: Mapping[str, Any]) -> Kept:
    """Values by field as JSON keeps them."""
    return {name: kept(value) for name, value in fields.items()}


def terms_of(clause: Clause, names: Iterable[str] = TERMS) -> Kept:
    """What a clause says now."""
    return keep({name: getattr(clause, name) for name in names})


def differences(clause: Clause, after: Mapping[str, Any]) -> tuple[Kept, Kept]:
    """Before and after of the fields that differ from what the clause says now."""
    now = terms_of(clause, [name for name in after if name in TERMS])
    names = [name for name in now if now[name] != after[name]]
    return {name: now[name] for name in names}, {name: after[name] for name in names}


def whole_of(change: ClauseChange) -> Kept:
    """All terms of the clause as they read once this change is in force."""
    before = terms_of(change.clause) if change.clause is not None else dict.fromkeys(TERMS)
    return before | change.after


class Ground:
    """The departments and nodes of a project by uid: two queries, however many terms are read with it."""

    def __init__(self, project: Project) -> None:
        self.departments = {str(row.uid): row for row in Department.objects.filter(parties__project=project)}
        self.nodes = {str(row.uid): row for row in Node.objects.filter(project=project)}

    def read(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Kept values as a clause takes them; what is no longer known is None."""
        return {name: self._value(name, value) for name, value in said.items() if name in TERMS}

    def _value(self, name: str, value: Any) -> Any:
        if value is None or value == "":
            return "" if value == "" and name not in (*DAYS, *DEPARTMENTS, "node", "quantity") else None
        if name in DEPARTMENTS:
            return self.departments.get(value)
        if name == "node":
            return self.nodes.get(value)
        if name in DAYS:
            return date.fromisoformat(value)
        return Decimal(value) if name == "quantity" else value

    def worded(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Kept values as a document freezes and a page shows them: rows by their names."""
        found = {}
        for name, value in self.read(said).items():
            found[name] = value.name if isinstance(value, Department | Node) else value
            if value is None and name in (*DEPARTMENTS, "node"):
                found[name] = ""
        return found

    def concerned(self, said: Mapping[str, Any]) -> set[int]:
        """The departments that these values name, as giver and as receiver."""
        read = self.read({name: said[name] for name in DEPARTMENTS if name in said})
        return {row.pk for row in read.values() if row is not None}
