"""Reads of the memorandum: what it is written from, read once, and what is frozen of it."""

from collections.abc import Iterable
from functools import cached_property
from itertools import groupby
from typing import Any, Self

from common.ports import Missing
from projects.models import Clause, ClauseRemark, Kpi, Memorandum, Node, Party, Project, ResourceNeed

SNAPSHOT_FORM = 2


def living_memorandum(project: Project, *, lock: bool = False) -> Memorandum | None:
    """The project's memorandum that is not superseded."""
    rows = Memorandum.objects.exclude(state=Memorandum.State.SUPERSEDED).filter(project=project)
    if lock:
        rows = rows.select_for_update(of=("self",))
    memorandum = rows.select_related("document").first()
    if memorandum is not None:
        memorandum.project = project
    return memorandum


class Source:
    """What the memorandum is written from; each part is read once, however often page, readiness and snapshot ask."""

    def __init__(self, memorandum: Memorandum) -> None:
        self.memorandum = memorandum
        self.project = memorandum.project
        self.lacking: list[Missing] = []  # what readiness found, where a page asked for it
        self.beside: dict[str, Any] = {}  # what floors above have read for it

    def share(self) -> Self:
        """Keep it on the project row: what asks about the same project later in this request reads nothing twice."""
        self.project.__dict__["_memorandum_source"] = self
        return self

    @staticmethod
    def shared(project: Project) -> "Source | None":
        """What was shared before in this request."""
        found: Source | None = project.__dict__.get("_memorandum_source")
        return found

    @cached_property
    def parties(self) -> list[Party]:
        return list(self.project.parties.select_related("department", "head__department", "liaison__department", "asks"))

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses in the order of the paper: by department as they take part, then as they were written."""
        places = {party.department_id: party.order for party in self.parties}
        rows = self.memorandum.clauses.filter(ended_at=None).select_related("department", "handed_to", "node")
        found = sorted(rows, key=lambda row: (places.get(row.department_id, 10_000), row.department_id, row.order, row.pk))
        for row in found:
            row.memorandum = self.memorandum
        return found

    @cached_property
    def nodes(self) -> list[Node]:
        return list(self.project.nodes.select_related("department"))

    @cached_property
    def needs(self) -> list[ResourceNeed]:
        return list(self.project.resources.select_related("for_dept", "from_dept", "answered_by"))

    @cached_property
    def remarks(self) -> list[ClauseRemark]:
        """What departments said of the clauses, the oldest first."""
        rows = ClauseRemark.objects.filter(clause__memorandum=self.memorandum)
        return list(rows.select_related("clause", "department", "author", "answered_by").order_by("pk"))


def clauses_of(memorandum: Memorandum) -> list[Clause]:
    """The clauses in the order of the paper."""
    return Source(memorandum).clauses


def snapshot_of(memorandum: Memorandum, source: Source | None = None) -> dict[str, Any]:
    """All that the heads sign, as data: nothing in it depends on a language or on how it is printed."""
    source = source or Source(memorandum)
    project = memorandum.project
    scope = list(project.scope.select_related("keeper"))
    return {
        "form": SNAPSHOT_FORM,
        "number": memorandum.number,
        "edition": memorandum.edition,
        "project": {
            "code": project.code,
            "name": project.name,
            "initiating_dept": project.initiating_dept.name,
            "lead_dept": project.lead_dept.name,
            "time_zone": project.time_zone,
        },
        "background": project.background,
        "goal": project.goal,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "kpis": [_kpi(row) for row in project.kpis.select_related("department", "relative_to")],
        "scope_in": [row.text for row in scope if row.is_in],
        "scope_out": [{"text": row.text, "keeper": row.keeper.name if row.keeper else ""} for row in scope if not row.is_in],
        "departments": [_party(row) for row in source.parties],
        "clauses": [clause_as_signed(row) for row in source.clauses],
        "standards": [_standard(node) for node in source.nodes if node.is_key],
        "resources": [_need(row) for row in source.needs],
        "communication": [
            {"cadence": row.cadence, "channel": row.channel, "template": row.template} for row in project.communication.all()
        ],
        "contingencies": [
            {"trigger": row.trigger, "action": row.action, "owner": row.owner.name, "title": row.owner.title}
            for row in project.contingencies.select_related("owner")
        ],
        "slip_days": memorandum.slip_days,
        "object_days": memorandum.object_days,
    }


def snapshot_in_force(memorandum: Memorandum, source: Source | None = None) -> dict[str, Any]:
    """What binds now: what was signed first, its clauses as amendments and slips have changed them since."""
    first = memorandum.document.snapshot if memorandum.document is not None else snapshot_of(memorandum)
    clauses = [clause_as_signed(row) for row in (source or Source(memorandum)).clauses]
    return {**first, "edition": memorandum.edition, "clauses": clauses}


def _standard(node: Node) -> dict[str, Any]:
    return {
        "node": node.name,
        "department": node.department.name,
        "output": node.output,
        "due_on": node.due_on,
        "standard": list(node.standard),
    }


def _kpi(row: Kpi) -> dict[str, Any]:
    names = ("name", "kind", "direction", "unit", "baseline", "target", "said", "target_date", "relative_days", "due_on")
    return {name: getattr(row, name) for name in names} | {
        "relative_to": row.relative_to.name if row.relative_to else "",
        "department": row.department.name if row.department else "",
    }


def _party(row: Party) -> dict[str, Any]:
    return {
        "department": row.department.name,
        "duty": row.duty,
        "head": row.head.name,
        "head_title": row.head.title,
        "liaison": row.liaison.name if row.liaison else "",
        "liaison_title": row.liaison.title if row.liaison else "",
        "liaison_decides": row.liaison_decides,
        "asks": row.asks.name if row.asks else "",
        "within_hours": row.within_hours,
    }


def clause_as_signed(row: Clause) -> dict[str, Any]:
    """A clause as a document freezes it."""
    return {
        "uid": row.uid,
        "number": row.number,
        "department": row.department.name,
        "text": row.text,
        "deliverable": row.deliverable,
        "standard": row.standard,
        "quantity": row.quantity,
        "unit": row.unit,
        "starts_on": row.starts_on,
        "due_on": row.due_on,
        "handed_to": row.handed_to.name if row.handed_to else "",
        "node": row.node.name if row.node else "",
    }


def _need(row: ResourceNeed) -> dict[str, Any]:
    names = ("kind", "spec", "quantity", "unit", "starts_on", "ends_on", "purpose", "state", "answer", "agreed_quantity")
    return {name: getattr(row, name) for name in names} | {
        "for_dept": row.for_dept.name,
        "from_dept": row.from_dept.name if row.from_dept else "",
        "answered_by": row.answered_by.name if row.answered_by else "",
    }


def by_department(clauses: Iterable[Clause]) -> list[tuple[str, list[Clause]]]:
    """Clauses in the order of the paper, grouped under their departments."""
    return [(name, list(rows)) for name, rows in groupby(clauses, key=lambda row: row.department.name)]
