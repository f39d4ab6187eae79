"""Reads of the memorandum: what it lacks, and what is frozen of it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.ports import Missing
from common.vague import vague_words
from documents.models import Slot
from people.calendar import within_calendar
from projects.models import Clause, Memorandum, Party, Project, ResourceNeed

SNAPSHOT_FORM = 1


def living_memorandum(project: Project, *, lock: bool = False) -> Memorandum | None:
    """The project's memorandum that is not superseded."""
    rows = Memorandum.objects.exclude(state=Memorandum.State.SUPERSEDED).filter(project=project)
    if lock:
        rows = rows.select_for_update(of=("self",))
    memorandum = rows.select_related("document").first()
    if memorandum is not None:
        memorandum.project = project
    return memorandum


def clauses_of(memorandum: Memorandum) -> list[Clause]:
    """The clauses in the order of the paper: by department as they take part, then as they were written."""
    places = dict(memorandum.project.parties.values_list("department_id", "order"))
    rows = memorandum.clauses.select_related("department", "handed_to", "node")
    return sorted(rows, key=lambda row: (places.get(row.department_id, 10_000), row.department_id, row.order, row.pk))


def missing_in_memorandum(memorandum: Memorandum) -> Iterator[Missing]:
    """What a draft lacks: a promise per department, a date and a receiver per clause, a standard per key node."""
    project = memorandum.project
    page = reverse("memorandum", args=[project.uid])
    clauses = clauses_of(memorandum)
    if not clauses:
        yield Missing(_("The memorandum has no clause yet."), page + "#clauses", hard=True)
    yield from _of_parties(project, clauses, page)
    for clause in clauses:
        yield from _of_clause(clause, f"{page}#clause-{clause.number}")
    plan = reverse("project", args=[project.uid])
    for node in project.nodes.all():
        if node.is_key and not node.standard:
            yield Missing(_("The key node “%s” has no delivery standard.") % node.name, f"{plan}#row-{node.uid}")
    for need in project.resources.select_related("from_dept"):
        if need.from_dept_id is None:
            yield Missing(_("No department brings the resource “%s”.") % need.spec, f"{plan}#row-{need.uid}")


def _of_parties(project: Project, clauses: list[Clause], page: str) -> Iterator[Missing]:
    promising = {clause.department_id for clause in clauses}
    for party in project.parties.select_related("department"):
        if not party.duty.strip():
            yield Missing(
                _("The role of %s is not said.") % party.department, reverse("project", args=[project.uid]) + "#parties"
            )
        if clauses and party.department_id not in promising:
            yield Missing(_("%s promises nothing yet.") % party.department, page + "#clauses")


def _of_clause(clause: Clause, place: str) -> Iterator[Missing]:
    if clause.due_on is None:
        text = _("Clause %s has no date; a promise without a date cannot be signed.")
        yield Missing(text % clause.number, place, hard=True)
    for day in (clause.starts_on, clause.due_on):
        if not within_calendar(day):
            text = _("Clause %(number)s: the work calendar does not reach to %(day)s.")
            yield Missing(text % {"number": clause.number, "day": day}, place, hard=True)
    if clause.handed_to_id is None:
        yield Missing(_("Clause %s names nobody who receives the result.") % clause.number, place)
    words = vague_words(f"{clause.text} {clause.deliverable} {clause.standard}")
    if words:
        yield Missing(_("Clause %(number)s is vague: %(words)s") % {"number": clause.number, "words": "、".join(words)}, place)


def missing_in_kickoff(project: Project) -> Iterator[Missing]:
    """What a project lacks to leave the kick-off: a memorandum in force, and what keeps it from that."""
    page = reverse("memorandum", args=[project.uid])
    memorandum = living_memorandum(project)
    if memorandum is None:
        yield Missing(_("The memorandum has not been drafted."), page, hard=True)
        return
    if memorandum.state == Memorandum.State.DRAFT:
        yield Missing(_("The memorandum has not been opened for signature."), page, hard=True)
        for item in missing_in_memorandum(memorandum):
            yield Missing(item.text, item.url)
    elif memorandum.state == Memorandum.State.SIGNING and memorandum.document is not None:
        waiting = memorandum.document.slots.filter(state=Slot.State.OPEN).select_related("department")
        names = [slot.department.name for slot in waiting]
        if names:
            text = ngettext("%(n)s signature is missing: %(who)s", "%(n)s signatures are missing: %(who)s", len(names))
            yield Missing(text % {"n": len(names), "who": "、".join(names)}, page, hard=True)
        else:
            yield Missing(_("All have signed; the memorandum comes into force in a moment."), page, hard=True)


def snapshot_of(memorandum: Memorandum) -> dict[str, Any]:
    """All that the heads sign, as data: nothing in it depends on a language or on how it is printed."""
    project = memorandum.project
    parties = list(project.parties.select_related("department", "head", "liaison", "asks"))
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
        "scope_in": [row.text for row in project.scope.all() if row.is_in],
        "scope_out": [
            {"text": row.text, "keeper": row.keeper.name if row.keeper else ""}
            for row in project.scope.select_related("keeper")
            if not row.is_in
        ],
        "departments": [_party(row) for row in parties],
        "clauses": [_clause(row) for row in clauses_of(memorandum)],
        "standards": [
            {
                "node": node.name,
                "department": node.department.name,
                "output": node.output,
                "due_on": node.due_on,
                "standard": list(node.standard),
            }
            for node in project.nodes.select_related("department")
            if node.is_key
        ],
        "resources": [_need(row) for row in project.resources.select_related("for_dept", "from_dept")],
        "communication": [
            {"cadence": row.cadence, "channel": row.channel, "template": row.template} for row in project.communication.all()
        ],
        "contingencies": [
            {"trigger": row.trigger, "action": row.action, "owner": row.owner.name, "title": row.owner.title}
            for row in project.contingencies.select_related("owner")
        ],
        "slip_days": memorandum.slip_days,
    }


def _kpi(row: Any) -> dict[str, Any]:
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


def _clause(row: Clause) -> dict[str, Any]:
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
    names = ("kind", "spec", "quantity", "unit", "starts_on", "ends_on", "purpose", "state", "answer")
    return {name: getattr(row, name) for name in names} | {
        "for_dept": row.for_dept.name,
        "from_dept": row.from_dept.name if row.from_dept else "",
    }


def by_department(clauses: list[Clause]) -> list[tuple[str, list[Clause]]]:
    """Clauses in the order of the paper, grouped under their departments."""
    return [(name, list(rows)) for name, rows in groupby(clauses, key=lambda row: row.department.name)]
