"""An amendment on its way from draft to force: opened, taken back, returned by an objection, in force (rule C9)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Refused
from documents.models import Document
from documents.services import freeze, object_anew, supersede, withdraw
from people.calendar import workday_after
from people.models import User
from projects.access import Act, amendment_for, heads_and_liaisons
from projects.models import Amendment, Clause, ClauseChange, Memorandum, Project
from projects.queries.amendments import (
    BINDING,
    changes_of,
    document_in_force,
    next_edition,
    signers_of,
    snapshot_of_amendment,
)  # fmt: skip
from projects.services.amendment_lines import check_dated
from projects.services.amendments import draft_for
from projects.services.clauses import check_terms
from projects.services.numbering import free_clause_numbers
from projects.services.rows import check_version
from projects.services.signing import CLOSE_OF_DAY, deadline
from projects.terms import Ground, whole_of

Kind = ClauseChange.Kind


@act
def open_amendment(*, actor: User, amendment_uid: UUID, seen_version: int | None, sign_days: int | None = None) -> Document:
    """Freeze the draft and ask those whom it binds to sign; the others are informed and may object until a set moment."""
    amendment_for(actor, amendment_uid, Act.OPEN_FOR_SIGNATURE)
    amendment = draft_for(actor, amendment_uid, seen_version, {})
    memorandum = amendment.memorandum
    project, ground, changes = memorandum.project, Ground(memorandum.project), changes_of(amendment)
    _check_ready(amendment, changes, ground)
    _number_added(memorandum, changes)
    edition, parties = next_edition(memorandum), signers_of(amendment, ground, changes)
    signers, informed = ([(row.department, row.head) for row in rows] for rows in parties)
    document = freeze(
        kind=Document.Kind.AMENDMENT,
        subject=amendment,
        project=project,
        version=edition,
        number=amendment.number,
        title=f"{project.name} 补充协议",
        snapshot=snapshot_of_amendment(amendment, changes, ground, edition, parties),
        signers=signers,
        informed=informed,
        order=memorandum.sign_order,
        last=project.initiating_dept,
        amends=amendment.base,
        sign_by=deadline(project, sign_days or memorandum.sign_days),
        object_by=_object_by(memorandum) if informed else None,
    )
    move(amendment, Amendment.State.SIGNING, document=document, edition=edition, opened_at=clock.now())
    amendment.bump("state", "document", "edition", "opened_at")
    facts = {
        "number": amendment.number,
        "edition": edition,
        "departments": [row.department.name for row in parties[0]],
        "informed": [row.department.name for row in parties[1]],
        "sign_by": document.sign_by,
        "object_by": document.object_by,
    }
    told = [head for _department, head in (*signers, *informed)]
    record(actor=actor, verb="amendment.opened", subject=amendment, project=project, facts=facts, tell=told)
    return document


def _object_by(memorandum: Memorandum) -> datetime:
    project = memorandum.project
    return clock.local(workday_after(project.today, max(memorandum.object_days, 1)), CLOSE_OF_DAY, project.time_zone)


def give_time_anew(project: Project, documents: list[Document]) -> None:
    """Who could not object to an amendment while the project was read only may do so now; inside the act that resumes it."""
    for document in documents:
        amendment = Amendment.objects.filter(document=document).select_related("memorandum").first()
        if amendment is not None:
            amendment.memorandum.project = project
            object_anew(document, project, until=_object_by(amendment.memorandum))


def _check_ready(amendment: Amendment, changes: list[ClauseChange], ground: Ground) -> None:
    """Based on the version in force, alone in being signed, with lines that still hold: a date, a receiver."""
    memorandum = amendment.memorandum
    now = document_in_force(memorandum)
    if now is not None and now.pk != amendment.base_id:
        said = _("Version %(new)s has taken the place of version %(old)s; bring the draft up to date, then open it.")
        raise Refused(said % {"new": now.version, "old": amendment.base.version}, code="outdated")
    other = memorandum.amendments.filter(state=Amendment.State.SIGNING).first()
    if other is not None:
        raise Refused(_("%s is being signed; one amendment is signed at a time.") % other.number, code="one_at_a_time")
    if not changes:
        raise Refused(_("This amendment changes nothing yet."), code="empty")
    for change in changes:
        if change.kind not in BINDING or change.kind == Kind.ENDED:
            continue
        name = change.clause.number if change.clause is not None else _("(new)")
        after = ground.read(change.after)
        check_dated(name, change.clause, after)
        check_terms(memorandum.project, change.clause or Clause(), after)
        whole = ground.read(whole_of(change))
        if whole["due_on"] is None or whole["handed_to"] is None:
            raise Refused(_("Clause %s needs a date and a receiver before it can be signed.") % name, code="incomplete")


def _number_added(memorandum: Memorandum, changes: list[ClauseChange]) -> None:
    """What is signed is what comes into force: a new clause is opened under its number."""
    added = [row for row in changes if row.kind == Kind.ADDED]
    for row, number in zip(added, free_clause_numbers(memorandum, len(added)), strict=True):
        row.after = row.after | {"number": number}
        row.save(update_fields=["after"])


@act
def take_back_amendment(*, actor: User, amendment_uid: UUID, seen_version: int | None, reason: str) -> Amendment:
    """Take it back before all have signed; it is a draft again, and nothing has changed."""
    found = amendment_for(actor, amendment_uid, Act.OPEN_FOR_SIGNATURE)
    if found.document_id is None:
        raise Refused(_("This amendment is not open for signature."), code="not_open")
    document = Document.objects.select_for_update(of=("self",)).get(pk=found.document_id)  # as signing locks: document first
    amendment = amendment_for(actor, amendment_uid, Act.OPEN_FOR_SIGNATURE, lock=True)
    if amendment.document_id != document.pk or document.state != Document.State.SIGNING:
        raise Refused(_("All have signed already; it cannot be taken back."), code="complete")
    check_version(amendment, seen_version, {})
    if not reason.strip():
        raise Refused(_("Say why, so that those who signed understand."), field="reason")
    told = [slot.signer for slot in document.slots.select_related("signer")]
    withdraw(document)
    _return_to_draft(amendment)
    facts = {"number": amendment.number, "edition": document.version, "reason": reason.strip()}
    project = amendment.memorandum.project
    record(actor=actor, verb="amendment.taken_back", subject=amendment, project=project, facts=facts, tell=told)
    return amendment


def _return_to_draft(amendment: Amendment) -> None:
    move(amendment, Amendment.State.DRAFT, document=None, edition=None, opened_at=None)
    amendment.bump("state", "document", "edition", "opened_at")


def amendment_returned_by(document: Document) -> None:
    """An objection returns the amendment to draft, inside the act that objects; what is in force stays as it was."""
    amendment = Amendment.objects.select_for_update(of=("self",), no_key=True).filter(document=document).first()
    if amendment is not None:
        _return_to_draft(amendment)


@transaction.atomic
def bring_amendment_into_force(document: Document) -> None:
    """All whom it binds have signed: clauses get their new words, the memorandum its next version; twice is once."""
    found = Amendment.objects.select_related("memorandum__document").get(document=document)
    before = document_in_force(found.memorandum)
    if before is not None:
        before = Document.objects.select_for_update(of=("self",)).get(pk=before.pk)  # documents first, then what hangs on them
    memorandum = Memorandum.objects.select_for_update(of=("self",), no_key=True).get(pk=found.memorandum_id)
    amendment = Amendment.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    if amendment.state == Amendment.State.IN_FORCE:
        return
    amendment.memorandum, amendment.document = memorandum, document
    move(amendment, Amendment.State.IN_FORCE, in_force_at=document.completed_at)
    amendment.save(update_fields=["state", "in_force_at"])
    changed = _change_clauses(amendment, document)
    memorandum.edition = document.version
    memorandum.save(update_fields=["edition"])
    if before is not None:
        supersede(before, by=document)
    project = memorandum.project
    facts = {
        "number": amendment.number,
        "edition": document.version,
        "memorandum": memorandum.number,
        "clauses": [clause.number for clause in changed],
    }
    told = heads_and_liaisons(project)
    record(actor=None, verb="amendment.in_force", subject=amendment, project=project, facts=facts, tell=told)


def _change_clauses(amendment: Amendment, document: Document) -> list[Clause]:
    """Every line does to its clause what was signed."""
    memorandum, ground = amendment.memorandum, Ground(amendment.memorandum.project)
    rows = {row.pk: row for row in memorandum.clauses.select_for_update(of=("self",), no_key=True).order_by("pk")}
    order = max((row.order for row in rows.values()), default=0)
    found = []
    for change in amendment.changes.order_by("order", "id"):
        clause = rows[change.clause_id] if change.clause_id is not None else Clause(memorandum=memorandum)
        said = ground.read(change.after)
        for name, value in said.items():
            setattr(clause, name, value)
        clause.agreed_in, clause.agreed_version = document, document.version
        if change.kind == Kind.ADDED:
            order += 1
            clause.number, clause.order = change.after["number"], order
            clause.save()
            change.clause = clause
            change.save(update_fields=["clause"])
        else:
            clause.ended_at = document.completed_at if change.kind == Kind.ENDED else None
            clause.bump(*said, "agreed_in", "agreed_version", "ended_at")
        found.append(clause)
    return found
