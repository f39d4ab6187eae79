"""The memorandum on its way from draft to force: opened, taken back, returned by an objection, in force (rules C6, C8)."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from simple_history.utils import bulk_update_with_history

from common import clock
from common.acts import act
from common.canonical import sha256_of
from common.moves import move
from common.ports import record
from common.refusals import Conflict, Refused
from documents.models import Document
from documents.queries import current_stage, deputies_of
from documents.services import freeze, withdraw
from people.models import Department, User
from projects.access import Act, heads_and_liaisons, project_for
from projects.models import Clause, Memorandum, Project
from projects.queries.memorandum import living_memorandum, snapshot_of
from projects.queries.readiness import missing_in_memorandum
from projects.services.rows import check_version
from projects.services.signers import name_signer

CLOSE_OF_DAY = time(18)
CHANGED = gettext_lazy("The memorandum was changed since you read it; look at it again, then open it.")


@act
def open_for_signature(
    *,
    actor: User,
    project_uid: UUID,
    seen_version: int | None,
    sign_days: int | None = None,
    seen_sha256: str = "",
    further: Iterable[User] = (),
) -> Document:
    """Freeze this edition as a document and ask the head of every department, and executives named, to sign it by a deadline."""
    project = project_for(actor, project_uid, Act.OPEN_FOR_SIGNATURE, lock=True)
    memorandum = _draft(project)
    check_version(memorandum, seen_version, {"sign_days": sign_days or memorandum.sign_days})
    if project.state != Project.State.KICKOFF:
        raise Refused(_("Pass the gate to the kick-off first; then the memorandum can be opened."), code="phase")
    hard = [str(item.text) for item in missing_in_memorandum(memorandum) if item.hard]
    if hard:
        raise Refused(" ".join(hard), code="not_ready")
    snapshot = snapshot_of(memorandum)
    if seen_sha256 and seen_sha256 != sha256_of(snapshot):
        raise Conflict(CHANGED, mine={}, theirs={})
    memorandum.sign_days = sign_days or memorandum.sign_days
    executives = _executives(further)
    signers = [(party.department, party.head) for party in project.parties.select_related("department", "head")]
    document = freeze(
        kind=Document.Kind.MEMORANDUM,
        subject=memorandum,
        project=project,
        version=memorandum.edition,
        number=memorandum.number,
        title=_title(project),
        snapshot=snapshot,
        signers=signers,
        added=executives,
        order=memorandum.sign_order,
        last=project.initiating_dept,
        sign_by=deadline(project, memorandum.sign_days),
    )
    move(memorandum, Memorandum.State.SIGNING, document=document, opened_at=clock.now())
    memorandum.bump("state", "document", "opened_at", "sign_days")
    _tell_opened(actor, project, memorandum, document)
    return document


def _title(project: Project) -> str:
    """How the paper is called, in the organisation's language."""
    with override(settings.LANGUAGE_CODE):
        return _("%s: collaboration memorandum") % project.name


def _executives(further: Iterable[User]) -> list[tuple[Department, User]]:
    """Senior management that signs as well, where it is named."""
    rows = list(further)
    wrong = [user.name for user in rows if not user.is_executive or not user.is_active or user.department is None]
    if wrong:
        raise Refused(_("%s is not senior management.") % "、".join(wrong), field="further")
    return [(user.department, user) for user in rows if user.department is not None]


def _tell_opened(actor: User, project: Project, memorandum: Memorandum, document: Document) -> None:
    """Whoever signs now is told, and their deputies; who signs later when the turn comes. Named signers see the project."""
    slots = list(document.slots.select_related("signer", "department"))
    for slot in slots:
        if slot.role == slot.Role.ADDED:
            name_signer(project.pk, slot.signer_id)
    first = [slot.signer for slot in slots if slot.stage == current_stage(slots)]
    record(
        actor=actor,
        verb="memorandum.opened",
        subject=memorandum,
        project=project,
        facts={
            "number": memorandum.number,
            "edition": memorandum.edition,
            "departments": "、".join(slot.department.name for slot in slots if slot.role == slot.Role.PARTY),
            "sign_by": document.sign_by,
        },
        tell=[*first, *deputies_of(first)],
    )


def _draft(project: Project) -> Memorandum:
    memorandum = living_memorandum(project, lock=True)
    if memorandum is None:
        raise Refused(_("Draft the memorandum first."), code="no_memorandum")
    if memorandum.state != Memorandum.State.DRAFT:
        raise Refused(_("The memorandum is open for signature already."), code="opened")
    return memorandum


def deadline(project: Project, days: int) -> datetime:
    """At the close of the day so many days from now, in the project's time zone; tomorrow at the earliest."""
    return clock.local(project.today + timedelta(max(days, 1)), CLOSE_OF_DAY, project.time_zone)


@act
def take_back(*, actor: User, project_uid: UUID, seen_version: int | None, reason: str) -> Memorandum:
    """Take the memorandum back before the last has signed; it is a draft again, of the next edition."""
    project = project_for(actor, project_uid, Act.OPEN_FOR_SIGNATURE)
    found = living_memorandum(project)
    if found is None or found.document_id is None:
        raise Refused(_("The memorandum is not open for signature."), code="not_open")
    document = Document.objects.select_for_update(of=("self",)).get(pk=found.document_id)  # as signing locks: document first
    project = project_for(actor, project_uid, Act.OPEN_FOR_SIGNATURE, lock=True)
    memorandum = living_memorandum(project, lock=True)
    if memorandum is None or memorandum.document_id != document.pk or document.state != Document.State.SIGNING:
        raise Refused(_("All have signed already; it cannot be taken back."), code="complete")
    check_version(memorandum, seen_version, {})
    if not reason.strip():
        raise Refused(_("Say why, so that those who signed understand."), field="reason")
    withdraw(document)
    return_to_draft(memorandum)
    record(
        actor=actor,
        verb="memorandum.taken_back",
        subject=memorandum,
        project=project,
        facts={"number": memorandum.number, "edition": document.version, "reason": reason.strip()},
        tell=[slot.signer for slot in document.slots.select_related("signer")],
    )
    return memorandum


def return_to_draft(memorandum: Memorandum) -> None:
    """An objection, or the initiator, made it a draft again: the next edition begins."""
    move(memorandum, Memorandum.State.DRAFT, document=None, opened_at=None)
    memorandum.edition += 1
    memorandum.bump("state", "document", "opened_at", "edition")


def returned_by(document: Document) -> None:
    """The memorandum of a document that met an objection becomes a draft again; inside the act that objects."""
    memorandum = Memorandum.objects.select_for_update(of=("self",)).filter(document=document).first()
    if memorandum is not None:
        return_to_draft(memorandum)


@transaction.atomic
def bring_into_force(document: Document) -> None:
    """All have signed: the memorandum binds, the work begins, and what hangs on it follows; twice is once."""
    found = Memorandum.objects.only("project_id").get(document=document)
    project = Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)
    memorandum = Memorandum.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if memorandum.state == Memorandum.State.IN_FORCE:
        return
    memorandum.project = project
    move(memorandum, Memorandum.State.IN_FORCE, in_force_at=document.completed_at)
    memorandum.save(update_fields=["state", "in_force_at"])
    _agree(memorandum, document)
    if project.state == Project.State.KICKOFF:
        move(project, Project.State.EXECUTION)
        project.save(update_fields=["state"])
    record(
        actor=None,
        verb="memorandum.in_force",
        subject=memorandum,
        project=project,
        facts={"number": memorandum.number, "edition": memorandum.edition, "clauses": memorandum.clauses.count()},
        tell=heads_and_liaisons(project),
    )


def _agree(memorandum: Memorandum, document: Document) -> None:
    """From now on every clause says where it was agreed; no person's version."""
    rows = list(memorandum.clauses.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for row in rows:
        row.agreed_in, row.agreed_version = document, document.version
    if rows:
        bulk_update_with_history(rows, Clause, ["agreed_in", "agreed_version"], default_date=clock.now())
