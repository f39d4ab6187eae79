"""What departments say of a clause while it is drafted: comments, and counter-texts that are taken over or declined (rule C5)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common.acts import act
from common.canonical import plain
from common.moves import move
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import Act, Standing, project_for, speakers_of, standing
from projects.models import Clause, ClauseRemark, Memorandum, Project
from projects.services.clauses import check_terms, clause_in, draft_for, draft_of
from projects.services.rows import changed, check_known, check_version

PROPOSED = ("text", "deliverable", "standard", "quantity", "unit", "starts_on", "due_on")
LONGEST = 2000
Kind, State = ClauseRemark.Kind, ClauseRemark.State


@act
def remark_on_clause(*, actor: User, project_uid: UUID, clause_uid: UUID, comment: str = "", **fields: Any) -> ClauseRemark:
    """A department comments on a clause; where fields should read otherwise, it is a counter-text that waits for an answer."""
    check_known(fields, set(PROPOSED))
    project = project_for(actor, project_uid, Act.COMMENT_CLAUSE, lock=True)
    clause = clause_in(draft_of(project), clause_uid)
    proposed = _proposed(clause, fields)
    comment = comment.strip()
    if not proposed and not comment:
        raise Refused(_("Say what should be different, or change a field."), field="comment", code="empty")
    if len(comment) > LONGEST:
        raise Refused(_("At most %d characters.") % LONGEST, field="comment", code="long")
    check_terms(project, clause, read_proposed(proposed))
    remark = ClauseRemark.objects.create(
        clause=clause,
        department_id=_speaks_for(standing(actor, project), clause),
        author=actor,
        kind=Kind.COUNTER if proposed else Kind.COMMENT,
        text=comment,
        proposed=proposed,
    )
    verb = "clause.countered" if proposed else "clause.commented"
    _record(verb, actor, remark, clause, {"comment": comment, "fields": list(proposed)})
    return remark


def _proposed(clause: Clause, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """By field how it reads and how it should; what reads the same is not kept."""
    pairs = {name: (_kept(getattr(clause, name)), _kept(value)) for name, value in fields.items()}
    differing = {name: [now, said] for name, (now, said) in pairs.items() if now != said}
    for name in ("text", "deliverable"):
        if name in differing and differing[name][1] is None:
            raise Refused(_("A promise says what is delivered."), field=name)
    return differing


def _kept(value: Any) -> Any:
    """As JSON keeps it; nothing said is nothing, however it is spelled."""
    if value in (None, ""):
        return None
    return plain(Decimal(value)) if isinstance(value, int) else plain(value)


def read_proposed(proposed: Mapping[str, list[Any]]) -> dict[str, Any]:
    """A counter-text's values as a clause takes them."""
    found: dict[str, Any] = {}
    for name, (_was, said) in proposed.items():
        if name in ("starts_on", "due_on"):
            found[name] = date.fromisoformat(said) if said else None
        elif name == "quantity":
            found[name] = Decimal(said) if said else None
        else:
            found[name] = said or ""
    return found


def _speaks_for(stands: Standing, clause: Clause) -> int:
    """In whose name: the department that promises or receives it if it is the speaker's own, else the own one."""
    near = [pk for pk in (clause.department_id, clause.handed_to_id) if pk in stands.departments]
    return near[0] if near else min(stands.departments)


@act
def take_over(*, actor: User, project_uid: UUID, remark_uid: UUID, seen_version: int | None = None) -> ClauseRemark:
    """The drafting side takes a counter-text over: the clause reads as proposed, in the same act."""
    memorandum = draft_for(actor, project_uid)
    remark = _counter(memorandum, remark_uid)
    clause = remark.clause
    fields = read_proposed(remark.proposed)
    check_version(clause, seen_version, fields)
    check_terms(memorandum.project, clause, fields)
    names = changed(clause, fields)
    if names:
        clause.bump(*names)
    _answer(remark, State.TAKEN, actor)
    _record("clause.counter_taken", actor, remark, clause, {"fields": names})
    return remark


@act
def decline(*, actor: User, project_uid: UUID, remark_uid: UUID, answer: str) -> ClauseRemark:
    """The drafting side declines a counter-text with a reason; both stay under the clause."""
    memorandum = draft_for(actor, project_uid)
    remark = _counter(memorandum, remark_uid)
    if not answer.strip():
        raise Refused(_("Say why it is declined; the department reads it."), field="answer")
    _answer(remark, State.DECLINED, actor, answer.strip())
    _record("clause.counter_declined", actor, remark, remark.clause, {"reason": remark.answer})
    return remark


def _counter(memorandum: Memorandum, uid: UUID) -> ClauseRemark:
    """A counter-text of this memorandum, under lock, while it waits for an answer."""
    rows = ClauseRemark.objects.select_for_update(of=("self",)).filter(clause__memorandum=memorandum, uid=uid)
    remark = rows.select_related("department", "author").first()
    if remark is None or remark.kind != Kind.COUNTER:
        raise Http404
    if remark.state != State.OPEN:
        raise Refused(_("It has been answered already."), code="answered")
    remark.clause = clause_in(memorandum, Clause.objects.values_list("uid", flat=True).get(pk=remark.clause_id))
    return remark


def _answer(remark: ClauseRemark, state: str, actor: User, answer: str = "") -> None:
    move(remark, state, answered_by=actor, answer=answer)
    remark.bump("state", "answered_by", "answer")


def _record(verb: str, actor: User, remark: ClauseRemark, clause: Clause, facts: dict[str, Any]) -> None:
    """Whoever promises or receives, whoever spoke, and whoever drafts hears of it."""
    project: Project = clause.memorandum.project
    concerned = [clause.department_id, clause.handed_to_id, remark.department_id, project.initiating_dept_id]
    said = {"number": clause.number, "department": str(remark.department)} | facts
    tell = {user.pk: user for user in [*speakers_of(project, concerned), remark.author]}
    record(actor=actor, verb=verb, subject=clause, project=project, facts=said, tell=list(tell.values()))
