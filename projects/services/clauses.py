"""Clauses that promise: written while the memorandum is a draft, numbered as they stand on the paper (rule C5)."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from common import clock
from common.acts import act
from common.ports import record
from common.refusals import Refused
from people.calendar import within_calendar
from people.models import User
from projects.access import Act, project_for
from projects.models import Clause, Memorandum, Node, Project
from projects.queries.memorandum import clauses_of, living_memorandum
from projects.services.rows import changed, check_known, check_version, check_window

SECTION = 2  # the memorandum's section in which the departments promise
FIELDS = {
    *("department", "text", "deliverable", "standard", "quantity", "unit"),
    *("starts_on", "due_on", "handed_to", "node", "order"),
}
_COUNTED = re.compile(r"(\d{1,9})\s*(万)?\s*(台|家|件|套|份|个|名|批|张|箱|条|场|次|人)")


def draft_for(actor: User, project_uid: UUID) -> Memorandum:
    """The project's memorandum, under lock, while its clauses may still be written; Refused says why not."""
    project = project_for(actor, project_uid, Act.DRAFT_MEMORANDUM, lock=True)
    memorandum = living_memorandum(project, lock=True)
    if memorandum is None:
        raise Refused(_("Draft the memorandum first."), code="no_memorandum")
    if memorandum.state == Memorandum.State.SIGNING:
        raise Refused(_("The memorandum is open for signature; take it back before changing it."), code="signing")
    if memorandum.state != Memorandum.State.DRAFT:
        raise Refused(_("The memorandum is in force; what it promises changes only by a change request."), code="in_force")
    return memorandum


@act
def save_clause(
    *, actor: User, project_uid: UUID, row_uid: UUID | None = None, seen_version: int | None = None, **fields: Any
) -> Clause:
    """Add or reword what a department promises: what, how much, by when, handed to whom."""
    check_known(fields, FIELDS)
    memorandum = draft_for(actor, project_uid)
    clause = _row(memorandum, row_uid) if row_uid else Clause(memorandum=memorandum)
    if row_uid:
        check_version(clause, seen_version, fields)
    check_terms(memorandum.project, clause, fields)
    names = changed(clause, fields)
    if row_uid and not names:
        return clause
    if row_uid:
        clause.bump(*names)
    else:
        if "order" not in fields:
            clause.order = _next_order(memorandum)
        clause.number = f"~~{clause.order}"  # not yet the ~pk of one that is put aside below
        clause.skip_history_when_saving = True  # its history begins with its number
        clause.save()
        del clause.skip_history_when_saving
    _number_anew(memorandum)
    clause.refresh_from_db(fields=["number"])
    facts = {"number": clause.number, "fields": names}
    verb = "clause.edited" if row_uid else "clause.added"
    record(actor=actor, verb=verb, subject=clause, project=memorandum.project, facts=facts)
    return clause


@act
def remove_clause(*, actor: User, project_uid: UUID, row_uid: UUID) -> None:
    """Take a clause out of the draft; those behind it move up."""
    memorandum = draft_for(actor, project_uid)
    clause = _row(memorandum, row_uid)
    said = str(clause)
    clause.delete()
    _number_anew(memorandum)
    record(actor=actor, verb="clause.removed", subject=memorandum, project=memorandum.project, facts={"what": said})


def _row(memorandum: Memorandum, uid: UUID) -> Clause:
    clause = memorandum.clauses.select_for_update().filter(uid=uid).first()
    if clause is None:
        raise Http404
    clause.memorandum = memorandum
    return clause


def _next_order(memorandum: Memorandum) -> int:
    return (memorandum.clauses.order_by("-order").values_list("order", flat=True).first() or 0) + 1


def check_terms(project: Project, clause: Clause, fields: dict[str, Any]) -> None:
    """What every clause keeps: departments and node of the project, a quantity above nothing, days in order and known."""
    taking_part = set(project.parties.values_list("department_id", flat=True))
    for name in ("department", "handed_to"):
        department = fields.get(name)
        if department is not None and department.pk not in taking_part:
            raise Refused(_("%s does not take part in this project.") % department, field=name, code="foreign")
    node = fields.get("node")
    if node is not None and node.project_id != project.pk:
        raise Refused(_("This node belongs to another project."), field="node", code="foreign")
    quantity = fields.get("quantity")
    if quantity is not None and Decimal(quantity) <= 0:
        raise Refused(_("A quantity is more than nothing; leave it empty where nothing is counted."), field="quantity")
    check_window(fields.get("starts_on", clause.starts_on), fields.get("due_on", clause.due_on), field="due_on")
    for name in ("starts_on", "due_on"):
        if not within_calendar(fields.get(name)):
            raise Refused(_("The work calendar does not reach to %s.") % fields[name].isoformat(), field=name, code="calendar")


def _number_anew(memorandum: Memorandum) -> None:
    """Number and order follow the paper; only rows that differ are written, first aside, then for good."""
    wanted = {row.pk: (f"{SECTION}.{place}", place) for place, row in enumerate(clauses_of(memorandum), 1)}
    rows = memorandum.clauses.select_for_update().order_by("pk")
    moving = [row for row in rows if (row.number, row.order) != wanted[row.pk]]
    for row in moving:
        row.number = f"~{row.pk}"[-12:]
        row.skip_history_when_saving = True
        row.save(update_fields=["number"])
        del row.skip_history_when_saving
    for row in moving:
        row.number, row.order = wanted[row.pk]
        row.save(update_fields=["number", "order"])


def prefill(memorandum: Memorandum) -> list[Clause]:
    """One clause per node that puts something out, as a first draft; inside the act that drafts the memorandum."""
    project = memorandum.project
    nodes = list(project.nodes.select_related("department").prefetch_related("dependents__node__department"))
    rows = [_from_node(memorandum, node) for node in nodes if node.output.strip()]
    places = dict(project.parties.values_list("department_id", "order"))
    rows.sort(key=lambda row: (places.get(row.department_id, 10_000), row.department_id))  # stable: nodes stay in order
    for place, row in enumerate(rows, 1):
        row.order, row.number = place, f"{SECTION}.{place}"
    return bulk_create_with_history(rows, Clause, default_date=clock.now())


def _from_node(memorandum: Memorandum, node: Node) -> Clause:
    quantity, unit = _counted(node.output)
    return Clause(
        memorandum=memorandum,
        department=node.department,
        text=_("%(node)s: deliver %(output)s") % {"node": node.name, "output": node.output},
        deliverable=node.output,
        standard="；".join(node.standard)[:200],
        quantity=quantity,
        unit=unit,
        starts_on=node.starts_on,
        due_on=node.due_on,
        handed_to_id=_receiver(memorandum.project, node),
        node=node,
    )


def _receiver(project: Project, node: Node) -> int | None:
    """The department whose node builds on it; else the lead, else the initiating one; never itself."""
    builds_on = [row.node.department_id for row in node.dependents.all()]
    known = [*builds_on, project.lead_dept_id, project.initiating_dept_id]
    return next((pk for pk in known if pk != node.department_id), None)


def _counted(output: str) -> tuple[Decimal | None, str]:
    """成品10000台 → 10000, 台; nothing where nothing is counted, or more than one thing is."""
    found = _COUNTED.findall(output)
    if len(found) != 1:
        return None, ""
    number, times, unit = found[0]
    return Decimal(number) * (10_000 if times else 1), unit
