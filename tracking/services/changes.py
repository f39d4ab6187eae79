"""Change requests (变更申请): what is to change of what clauses promise, with its impact, up to its being handed in (rule C9)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from activity.services import start_clock, stop_clock
from common import clock
from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Refused
from people.calendar import workday_after
from people.models import User
from projects.access import project_for, standing
from projects.models import Clause, Memorandum, Party, Project
from projects.queries.amendments import living_clauses
from projects.services.amendment_lines import NEEDED, check_dated
from projects.services.amendments import memorandum_in_force
from projects.services.clauses import check_terms
from projects.services.rows import check_version
from projects.terms import differences, keep, terms_of
from tracking.access import risk_for
from tracking.change_access import ChangeAct, change_for, check_project_change
from tracking.models import ChangeLine, ChangeRequest, Risk
from tracking.queries.impact import Impact, Wish, concerned, impact_of

OPINIONS = "opinions"  # the clock of the departments that are asked
OPINION_DAYS = 2  # workdays
CLOSE_OF_DAY = time(18)
Kind = ChangeLine.Kind


class InLine(Refused):
    """A refusal about one line of the request; `line` counts them from nought."""

    line = 0


class Said(NamedTuple):
    """A line as it was typed: of which clause (none: a new one), and its values by field."""

    kind: str
    clause_uid: UUID | None
    fields: Mapping[str, Any]


@act
def save_change(
    *, actor: User, project_uid: UUID, lines: Iterable[Said], reason: str, title: str = "", kind: str = "",
    cost: Decimal | None = None, quality: str = "", risk_uid: UUID | None = None, change_uid: UUID | None = None,
    seen_version: int | None = None, hand_in: bool = False,
) -> ChangeRequest:  # fmt: skip
    """Write a request, or one's draft anew; handed in, the departments it affects are asked for their opinion."""
    project = project_for(actor, project_uid)
    check_project_change(actor, project, ChangeAct.REQUEST)
    memorandum = memorandum_in_force(project)
    if not reason.strip():
        raise Refused(_("Say why this is to change."), field="reason", code="empty")
    wishes = read_lines(memorandum, lines)
    change = _draft(actor, project, change_uid, seen_version)
    change.title = (title.strip() or title_of(wishes))[:200]
    change.kind = kind or kind_of(wishes)
    change.reason, change.cost, change.quality = reason.strip(), cost, quality.strip()
    if risk_uid is not None:
        change.risk = risk_of(actor, project, risk_uid)
    made = change.pk is None
    if made:
        change.save()
    else:
        change.bump("title", "kind", "reason", "cost", "quality", "risk")
    _write_lines(change, wishes)
    if hand_in:
        _hand_in(actor, change, wishes)
    elif made:
        record(actor=actor, verb="change.drafted", subject=change, project=project, facts={"number": change.number})
    return change


def risk_of(actor: User, project: Project, uid: UUID) -> Risk:
    """The risk that a request answers: one of its own project, whose readers are those of the request; else 404."""
    risk = risk_for(actor, uid)
    if risk.project_id != project.pk:
        raise Http404
    return risk


def _draft(actor: User, project: Project, uid: UUID | None, seen_version: int | None) -> ChangeRequest:
    if uid is None:
        last = ChangeRequest.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
        department = _speaking_for(actor, project)
        return ChangeRequest(
            project=project, number=last + 1, requested_by=actor, department_id=department, created_at=clock.now()
        )
    change = change_for(actor, uid, ChangeAct.EDIT, lock=True)
    if change.state != ChangeRequest.State.DRAFT:
        raise Refused(_("This request was handed in already."), code="handed_in")
    check_version(change, seen_version, {})
    change.project = project
    return change


def _speaking_for(actor: User, project: Project) -> int:
    """The department in whose name a person asks: the own one, where that is one they speak for."""
    mine = standing(actor, project).departments
    return actor.department_id if actor.department_id in mine else min(mine)  # type: ignore[return-value]


def read_lines(memorandum: Memorandum, lines: Iterable[Said]) -> list[Wish]:
    """Lines as wishes: clauses of this memorandum that bind, values that a clause can have, something that differs."""
    known = {str(row.uid): row for row in living_clauses(memorandum)}
    found: list[Wish] = []
    for number, said in enumerate(lines):
        try:
            found.append(_wish(memorandum.project, known, said, found))
        except Refused as refusal:
            in_line = InLine(refusal.message, field=refusal.field, code=refusal.code)
            in_line.line = number
            raise in_line from refusal
    if not found:
        raise Refused(_("Say what is to change."), field="clause", code="empty")
    return found


def _wish(project: Project, known: Mapping[str, Clause], said: Said, found: list[Wish]) -> Wish:
    if said.kind == Kind.ADDED:
        return _new(project, said)
    clause = known.get(str(said.clause_uid))
    if clause is None:
        raise Refused(_("Choose a clause that binds now."), field="clause", code="no_clause")
    if any(wish.clause is clause for wish in found):
        raise Refused(_("Clause %s stands twice; one line says all.") % clause.number, field="clause", code="twice")
    return Wish(said.kind, clause, {}) if said.kind == Kind.ENDED else _changed(project, clause, said)


def _changed(project: Project, clause: Clause, said: Said) -> Wish:
    _before, after = differences(clause, keep(said.fields))
    fields = {name: said.fields[name] for name in after}
    if not fields:
        raise Refused(_("Clause %s says this already; nothing would change.") % clause.number, field="due_on", code="same")
    check_dated(clause.number, clause, fields)
    check_terms(project, clause, fields)
    _check_future(project, fields)
    return Wish(said.kind, clause, fields)


def _new(project: Project, said: Said) -> Wish:
    for name in NEEDED:
        if not said.fields.get(name):
            raise Refused(_("A new clause says who delivers what, by when, and to whom."), field=name, code="empty")
    check_terms(project, Clause(), dict(said.fields))
    _check_future(project, said.fields)
    return Wish(said.kind, None, dict(said.fields))


def _check_future(project: Project, fields: Mapping[str, Any]) -> None:
    due = fields.get("due_on")
    if due is not None and due < project.today:
        raise Refused(_("The date has passed already."), field="due_on", code="past")


def title_of(wishes: list[Wish]) -> str:
    """What the request is called where nobody named it: its first clause."""
    first = wishes[0]
    return str(first.clause) if first.clause is not None else str(first.after.get("text", ""))


def kind_of(wishes: list[Wish]) -> str:
    """The type that the lines themselves say."""
    named = {name for wish in wishes for name in wish.after} if all(wish.kind == Kind.CHANGED for wish in wishes) else set()
    for kind, names in (
        (ChangeRequest.Kind.OWNER, {"department"}),
        (ChangeRequest.Kind.QUANTITY, {"quantity"}),
        (ChangeRequest.Kind.DATE, {"due_on", "starts_on"}),
    ):
        if names & named:
            return kind
    return ChangeRequest.Kind.SCOPE


def _write_lines(change: ChangeRequest, wishes: list[Wish]) -> None:
    """The lines as they stand in the request; those of an earlier draft make room."""
    for row in change.lines.all():
        row.delete()
    for order, wish in enumerate(wishes, 1):
        before = terms_of(wish.clause, wish.after if wish.kind == Kind.CHANGED else ("text", "due_on")) if wish.clause else {}
        ChangeLine.objects.create(
            request=change, clause=wish.clause, kind=wish.kind, before=before, after=keep(wish.after), order=order
        )


def _hand_in(actor: User, change: ChangeRequest, wishes: list[Wish]) -> None:
    project = change.project
    impact = impact_of(project, wishes)
    asked = asked_of(project, wishes, impact) - {change.department_id, project.lead_dept_id}  # these speak by asking and deciding
    change.impact = impact.kept() | {"asked": sorted(asked)}
    due = opinions_by(project)
    move(change, ChangeRequest.State.IN_REVIEW, submitted_at=clock.now(), opinions_by=due)
    change.bump("impact", "state", "submitted_at", "opinions_by")
    if asked:
        start_clock(subject=change, kind=OPINIONS, due_at=due, project=project)
    facts = {
        "number": change.number,
        "reason": change.reason,
        "clauses": [hit.number or hit.name for hit in impact.clauses],
        "signatures": len(impact.signatures),
        "by": due,
    }
    record(actor=actor, verb="change.handed_in", subject=change, project=project, facts=facts, tell=told_of(change, asked))


def asked_of(project: Project, wishes: Iterable[Wish], impact: Impact) -> set[int]:
    """The departments whose opinion is asked: whom it would bind, and whose dates it pushes."""
    hit = {row.name for row in impact.departments if row.workdays}
    bound = {pk for wish in wishes for pk in concerned(wish)}
    pushed = project.parties.filter(department__name__in=hit).values_list("department_id", flat=True)
    return bound | set(pushed)


def opinions_by(project: Project) -> datetime:
    """At the close of the second workday from now, in the project's time zone."""
    return clock.local(workday_after(project.today, OPINION_DAYS), CLOSE_OF_DAY, project.time_zone)


def told_of(change: ChangeRequest, departments: Iterable[int]) -> list[User]:
    """Heads and liaisons of these departments and of the lead, and who asked."""
    wanted = {*departments, change.project.lead_dept_id}
    found = [change.requested_by]
    for party in Party.objects.filter(project=change.project, department__in=wanted).select_related("head", "liaison"):
        found += [person for person in (party.head, party.liaison) if person is not None]
    return found


@act
def withdraw_change(*, actor: User, change_uid: UUID, seen_version: int | None = None) -> ChangeRequest:
    """Who asked needs it no longer; a draft is put away."""
    change = change_for(actor, change_uid, ChangeAct.EDIT, lock=True)
    check_version(change, seen_version, {})
    if change.state not in (ChangeRequest.State.DRAFT, ChangeRequest.State.IN_REVIEW):
        raise Refused(_("It has been decided already."), code="decided")
    move(change, ChangeRequest.State.CLOSED)
    change.bump("state")
    stop_clock(subject=change, kind=OPINIONS)
    facts = {"number": change.number}
    asked = change.impact.get("asked", [])
    told = told_of(change, asked) if change.submitted_at else []
    record(actor=actor, verb="change.withdrawn", subject=change, project=change.project, facts=facts, tell=told)
    return change
