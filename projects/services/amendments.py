"""Drafting an amendment (补充协议): the lines by which it changes a memorandum in force (rule C9)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import Act, amendment_for, project_for
from projects.models import Amendment, Clause, ClauseChange, Memorandum, Project
from projects.queries.amendments import changes_of, document_in_force
from projects.services.amendment_lines import Line, put_line
from projects.services.rows import check_version
from projects.terms import TERMS, Ground, Kept, differences, keep, terms_of

Kind = ClauseChange.Kind


def memorandum_in_force(project: Project, *, lock: bool = True) -> Memorandum:
    """The memorandum whose clauses bind now, under the lock that all change control takes first; Refused while there is none."""
    rows = Memorandum.objects.filter(project=project, state=Memorandum.State.IN_FORCE).select_related("document")
    memorandum = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if memorandum is None:
        raise Refused(_("No memorandum is in force yet; until then its draft is edited."), code="not_in_force")
    memorandum.project = project
    return memorandum


@act
def draft_amendment(*, actor: User, project_uid: UUID, reason: str = "") -> Amendment:
    """Begin an amendment by hand; where a draft stands already, that one is gone on with."""
    memorandum = memorandum_in_force(project_for(actor, project_uid, Act.DRAFT_AMENDMENT))
    amendment = _draft_that_stands(memorandum)
    if amendment is None:
        amendment = _draft(memorandum, reason)
        facts = {"number": amendment.number, "memorandum": memorandum.number}
        record(actor=actor, verb="amendment.drafted", subject=amendment, project=memorandum.project, facts=facts)
    return amendment


def add_to_draft(*, memorandum: Memorandum, lines: Iterable[Line], reason: str) -> Amendment:
    """Put an approved request's lines into the draft, several of which may share one: inside the caller's act, whose event says
    it, the memorandum locked.
    """
    amendment = _draft_that_stands(memorandum) or _draft(memorandum, reason)
    if reason and reason not in amendment.reason:
        amendment.reason = "\n".join(filter(None, [amendment.reason, reason]))
    ground = Ground(memorandum.project)
    for line in lines:
        put_line(amendment, line, ground, over=False)
    return amendment.bump("reason")


def _draft_that_stands(memorandum: Memorandum) -> Amendment | None:
    """The memorandum's one draft, under lock, where there is one."""
    there = memorandum.amendments.select_for_update(of=("self",), no_key=True).filter(state=Amendment.State.DRAFT).first()
    if there is not None:
        there.memorandum = memorandum
    return there


def _draft(memorandum: Memorandum, reason: str) -> Amendment:
    base = document_in_force(memorandum)
    assert base is not None
    number = f"{memorandum.number}-补{memorandum.amendments.count() + 1}"
    return Amendment.objects.create(memorandum=memorandum, number=number, base=base, reason=reason)


def _edited(actor: User | None, amendment: Amendment, *fields: str) -> None:
    amendment.bump(*fields)
    facts = {"number": amendment.number, "lines": amendment.changes.count()}
    record(actor=actor, verb="amendment.edited", subject=amendment, project=amendment.memorandum.project, facts=facts)


@act
def save_line(
    *, actor: User, amendment_uid: UUID, seen_version: int | None, kind: str, clause_uid: UUID | None = None,
    change_uid: UUID | None = None, **fields: Any,
) -> Amendment:  # fmt: skip
    """Change, add or take out a clause in the draft; a line that stands is worded anew."""
    amendment = draft_for(actor, amendment_uid, seen_version, {name: value for name, value in fields.items() if name in TERMS})
    ground = Ground(amendment.memorandum.project)
    if kind == Kind.ADDED:
        line = amendment.changes.filter(uid=change_uid, kind=Kind.ADDED).first() if change_uid else None
        put_line(amendment, Line(kind, None, keep(fields)), ground, over=True, added=line)
    else:
        clause = _clause(amendment.memorandum, clause_uid)
        put_line(amendment, Line(kind, clause, keep(fields)), ground, over=True)
    _edited(actor, amendment)
    return amendment


@act
def remove_line(*, actor: User, amendment_uid: UUID, change_uid: UUID, seen_version: int | None) -> Amendment:
    """Take a line out of the draft; the clause stays as it is in force. A slip is written down all the same."""
    amendment = draft_for(actor, amendment_uid, seen_version, {})
    line = amendment.changes.filter(uid=change_uid).exclude(kind=Kind.SLIPPED).first()
    if line is None:
        raise Http404
    line.delete()
    _edited(actor, amendment)
    return amendment


@act
def edit_amendment(*, actor: User, amendment_uid: UUID, seen_version: int | None, reason: str) -> Amendment:
    """Say anew why the memorandum is amended."""
    amendment = draft_for(actor, amendment_uid, seen_version, {"reason": reason})
    if amendment.reason != reason.strip():
        amendment.reason = reason.strip()
        _edited(actor, amendment, "reason")
    return amendment


@act
def drop_amendment(*, actor: User, amendment_uid: UUID, seen_version: int | None, reason: str) -> Amendment:
    """Give the draft up: everything stays as it is in force; what it had written down is free again. By whoever leads alone."""
    amendment = draft_for(actor, amendment_uid, seen_version, {}, Act.DRAFT_MEMORANDUM)
    if not reason.strip():
        raise Refused(_("Say why it is given up."), field="reason", code="empty")
    move(amendment, Amendment.State.DROPPED)
    amendment.bump("state")
    facts = {"number": amendment.number, "reason": reason.strip()}
    record(actor=actor, verb="amendment.dropped", subject=amendment, project=amendment.memorandum.project, facts=facts)
    return amendment


@act
def bring_up_to_date(*, actor: User, amendment_uid: UUID, seen_version: int | None) -> Amendment:
    """Another version has come into force: what stands before is read anew from it, what changes nothing any more falls out."""
    amendment = draft_for(actor, amendment_uid, seen_version, {})
    base = document_in_force(amendment.memorandum)
    assert base is not None
    amendment.base = base
    for line in changes_of(amendment):
        if line.clause is None:
            continue
        if line.clause.ended_at is not None:
            line.delete()
        elif line.kind == Kind.ENDED:
            line.before = terms_of(line.clause)
            line.save(update_fields=["before"])
        else:
            _again(line, line.clause)
    amendment.bump("base")
    facts = {"number": amendment.number, "version": base.version}
    record(actor=actor, verb="amendment.updated", subject=amendment, project=amendment.memorandum.project, facts=facts)
    return amendment


def _again(line: ClauseChange, clause: Clause) -> None:
    line.before, line.after = differences(clause, line.after)
    if line.after:
        line.save(update_fields=["before", "after"])
    else:
        line.delete()


def draft_for(actor: User, uid: UUID, seen_version: int | None, mine: Kept, right: Act = Act.DRAFT_AMENDMENT) -> Amendment:
    """The door to a draft for writing: memorandum and amendment locked, the version that the person saw."""
    amendment = amendment_for(actor, uid, right, lock=True)
    if amendment.state != Amendment.State.DRAFT:
        said = _("This amendment is “%s”; only a draft is edited.") % Amendment.State(amendment.state).label
        raise Refused(said, code="not_draft")
    check_version(amendment, seen_version, mine)
    return amendment


def _clause(memorandum: Memorandum, uid: UUID | None) -> Clause:
    clause = memorandum.clauses.filter(uid=uid or UUID(int=0)).select_related("department", "handed_to", "node").first()
    if clause is None:
        raise Http404
    return clause
