"""Clauses that promise: written while the memorandum is a draft, numbered as they stand on the paper (rule C5)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common.acts import act
from common.amounts import LARGEST
from common.ports import record
from common.refusals import Refused
from people.calendar import within_calendar
from people.models import User
from projects.access import Act, project_for
from projects.models import Clause, Memorandum, Project
from projects.queries.memorandum import living_memorandum
from projects.services.numbering import follows_paper, free_clause_numbers, number_anew
from projects.services.rows import changed, check_known, check_version, check_window

FIELDS = {
    *("department", "text", "deliverable", "standard", "quantity", "unit"),
    *("starts_on", "due_on", "handed_to", "node", "order"),
}


def draft_for(actor: User, project_uid: UUID) -> Memorandum:
    """The project's memorandum, under lock, while its clauses may still be written; Refused says why not."""
    return draft_of(project_for(actor, project_uid, Act.DRAFT_MEMORANDUM, lock=True))


def draft_of(project: Project) -> Memorandum:
    """The memorandum of a project whose door was passed, under lock, while it is a draft."""
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
    *,
    actor: User,
    project_uid: UUID,
    row_uid: UUID | None = None,
    seen_version: int | None = None,
    origin: str = "",
    **fields: Any,
) -> Clause:
    """Add or reword what a department promises: what, how much, by when, handed to whom; `origin` is what it was made of."""
    check_known(fields, FIELDS)
    memorandum = draft_for(actor, project_uid)
    clause = clause_in(memorandum, row_uid) if row_uid else Clause(memorandum=memorandum)
    if row_uid:
        check_version(clause, seen_version, fields)
    check_terms(memorandum.project, clause, fields)
    names = changed(clause, fields)
    if row_uid and not names:
        return clause
    if row_uid:
        clause.bump(*names)
    else:
        _add(memorandum, clause, ordered="order" in fields)
    if follows_paper(memorandum):
        number_anew(memorandum)
    clause.refresh_from_db(fields=["number"])
    facts = {"number": clause.number, "fields": names} | ({"origin": origin} if origin else {})
    verb = "clause.edited" if row_uid else "clause.added"
    record(actor=actor, verb=verb, subject=clause, project=memorandum.project, facts=facts)
    return clause


def _add(memorandum: Memorandum, clause: Clause, *, ordered: bool) -> None:
    """Save a new clause; while the numbers follow the paper, its history begins with the number it gets there."""
    if not ordered:
        clause.order = _next_order(memorandum)
    if not follows_paper(memorandum):
        (clause.number,) = free_clause_numbers(memorandum)
        clause.save()
        return
    clause.number = f"~~{clause.order}"  # not yet the ~pk of one that is put aside for the new numbers
    clause.skip_history_when_saving = True
    clause.save()
    del clause.skip_history_when_saving


@act
def remove_clause(*, actor: User, project_uid: UUID, row_uid: UUID) -> None:
    """Take a clause out of the draft: those behind it move up; once a version has been out, it leaves its gap."""
    memorandum = draft_for(actor, project_uid)
    clause = clause_in(memorandum, row_uid)
    said = str(clause)
    clause.delete()
    if follows_paper(memorandum):
        number_anew(memorandum)
    record(actor=actor, verb="clause.removed", subject=memorandum, project=memorandum.project, facts={"what": said})


def clause_in(memorandum: Memorandum, uid: UUID) -> Clause:
    """A clause of this memorandum, under lock; 404 when it is not one of its own."""
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
    if quantity is not None and Decimal(quantity) >= LARGEST:
        raise Refused(_("A quantity lies below a billion; name a larger unit."), field="quantity", code="number")
    check_window(fields.get("starts_on", clause.starts_on), fields.get("due_on", clause.due_on), field="due_on")
    for name in ("starts_on", "due_on"):
        if not within_calendar(fields.get(name)):
            raise Refused(_("The work calendar does not reach to %s.") % fields[name].isoformat(), field=name, code="calendar")
