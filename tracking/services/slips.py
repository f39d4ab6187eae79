"""Short slips (顺延): a delay within the memorandum's tolerance, agreed by both liaisons, collected in an amendment (C9)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Refused
from people.calendar import within_calendar, workdays_between
from people.models import User
from projects.models import Amendment, Clause, Memorandum, Party
from projects.queries.amendments import signed_day
from projects.services.amendments import memorandum_in_force
from tracking.access import task_for
from tracking.change_access import ChangeAct, check_slip_of, receiving_department, refuse_own_slip, slip_for
from tracking.models import Slip, Task
from tracking.queries.impact import impact_of_date
from tracking.services.amended import collect_slip
from tracking.services.follow import judge_replanned, parts_follow
from tracking.services.opening import lock_tree, steadily

BEYOND = "beyond_slip"  # the refusal leads to the change request, prefilled


@act
def ask_slip(*, actor: User, task_uid: UUID, to_due: date | None, reason: str) -> Slip:
    """Ask for a later day within the tolerance; who asks has agreed for the department that delivers."""
    task = task_for(actor, task_uid)
    check_slip_of(actor, task, ChangeAct.ASK_SLIP)
    memorandum = memorandum_in_force(task.project)
    task.refresh_from_db()
    clause = check_slip(task, memorandum, to_due)
    if not reason.strip():
        raise Refused(_("Say why it takes longer."), field="reason", code="empty")
    if task.slips.filter(state=Slip.State.ASKED).exists():
        raise Refused(_("A short slip of this task is asked for already."), code="asked")
    assert to_due is not None
    assert task.due_on is not None
    slip = Slip.objects.create(
        task=task, clause=clause, from_due=task.due_on, to_due=to_due, workdays=workdays_between(task.due_on, to_due),
        reason=reason.strip(), asked_by=actor, giver=actor,
    )  # fmt: skip
    record(actor=actor, verb="slip.asked", subject=slip, project=task.project, facts=_facts(slip), tell=_both(task))
    return slip


def check_slip(task: Task, memorandum: Memorandum, to_due: date | None) -> Clause:
    """What a short slip asks: a promise that still runs, a later day within the tolerance, no key node or KPI hit, a receiver."""
    clause = task.clause
    if clause is None:
        raise Refused(_("No clause promises this task; its date is simply edited."), code="no_promise")
    if not task.is_open or task.state == Task.State.AWAITING_ACCEPTANCE:
        raise Refused(_("This task is “%s”; its date cannot slip any more.") % task.get_state_display(), code="over")
    if to_due is None or task.due_on is None or to_due <= task.due_on:
        raise Refused(_("Choose a day after the present one."), field="to_due", code="not_later")
    if not within_calendar(to_due):
        raise Refused(_("The work calendar does not reach to %s.") % to_due.isoformat(), field="to_due", code="calendar")
    _check_tolerance(task, clause, memorandum, to_due)
    if names := _passed_over(task, memorandum, to_due):
        said = _("This would pass over %s; a change request decides that.")
        raise Refused(said % _(", ").join(names), field="to_due", code=BEYOND)
    if receiving_department(task) < 0:
        raise Refused(_("No other department receives this, so nobody could agree; a change request decides."), code=BEYOND)
    signing = memorandum.amendments.filter(state=Amendment.State.SIGNING, changes__clause=clause).first()
    if signing is not None:
        raise Refused(_("%s, which is being signed, changes this clause; wait for it.") % signing.number, code="signing")
    return clause


def _passed_over(task: Task, memorandum: Memorandum, to_due: date) -> list[str]:
    """The key nodes and KPIs that the later day would pass over: as they stand now, and as they were signed."""
    assert memorandum.document is not None
    names: dict[str, None] = {}
    for signed_at in (None, memorandum.document.created_at):
        hit = impact_of_date(task, to_due, signed_at=signed_at)
        names |= dict.fromkeys(row.name for row in (*hit.key_nodes, *hit.kpis))
    return list(names)


def _check_tolerance(task: Task, clause: Clause, memorandum: Memorandum, to_due: date) -> None:
    """All slips since the day was last signed as a change stay within the tolerance: writing them down gives no more of it."""
    assert task.due_on is not None
    moved = workdays_between(signed_day(clause) or task.due_on, to_due)
    if moved > memorandum.slip_days:
        said = ngettext(
            "The memorandum allows %(most)s workday in all after the day that was signed; this would be %(moved)s.",
            "The memorandum allows %(most)s workdays in all after the day that was signed; this would be %(moved)s.",
            memorandum.slip_days,
        )
        raise Refused(said % {"most": memorandum.slip_days, "moved": moved}, field="to_due", code=BEYOND)


@steadily
@act
def agree_slip(*, actor: User, slip_uid: UUID) -> Slip:
    """The receiving department's liaison agrees, in one click: the task's day moves, the clause waits for the next amendment."""
    found = slip_for(actor, slip_uid, ChangeAct.CONFIRM_SLIP)
    memorandum = memorandum_in_force(found.task.project)
    slip = slip_for(actor, slip_uid, ChangeAct.CONFIRM_SLIP, lock=True)
    if slip.state == Slip.State.AGREED and slip.receiver_id == actor.pk:
        return slip
    refuse_own_slip(actor, slip)
    task = slip.task
    tree = lock_tree(task)
    task = tree[0]
    task.clause = found.clause
    slip.task = task
    if task.due_on != slip.from_due:
        raise Refused(_("The task's day has changed since; the slip has to be asked for anew."), code="outdated")
    check_slip(task, memorandum, slip.to_due)
    move(slip, Slip.State.AGREED, receiver=actor, ended_at=clock.now())
    slip.bump("state", "receiver", "ended_at")
    task.due_on = slip.to_due
    task.bump("due_on")
    parts_follow(tree, slip.from_due)
    judge_replanned(task.project, tree)
    collect_slip(memorandum, slip)
    record(
        actor=actor, verb="slip.agreed", subject=slip, project=task.project, facts=_facts(slip), tell=_both(task, slip.asked_by)
    )
    return slip


@act
def refuse_slip(*, actor: User, slip_uid: UUID, answer: str) -> Slip:
    """The receiving department does not agree, and says why; the day stays."""
    slip = slip_for(actor, slip_uid, ChangeAct.CONFIRM_SLIP, lock=True)
    if not answer.strip():
        raise Refused(_("Say why, so that something else can be found."), field="answer", code="empty")
    move(slip, Slip.State.REFUSED, answer=answer.strip()[:300], receiver=actor, ended_at=clock.now())
    slip.bump("state", "answer", "receiver", "ended_at")
    facts = _facts(slip) | {"answer": slip.answer}
    told = _both(slip.task, slip.asked_by)
    record(actor=actor, verb="slip.refused", subject=slip, project=slip.task.project, facts=facts, tell=told)
    return slip


@act
def withdraw_slip(*, actor: User, slip_uid: UUID) -> Slip:
    """Who asked needs it no longer."""
    slip = slip_for(actor, slip_uid, ChangeAct.WITHDRAW_SLIP, lock=True)
    move(slip, Slip.State.WITHDRAWN, ended_at=clock.now())
    slip.bump("state", "ended_at")
    record(actor=actor, verb="slip.withdrawn", subject=slip, project=slip.task.project, facts=_facts(slip), tell=_both(slip.task))
    return slip


def _facts(slip: Slip) -> dict[str, Any]:
    return {
        "task": slip.task.title,
        "number": slip.clause.number,
        "from": slip.from_due,
        "to": slip.to_due,
        "workdays": slip.workdays,
        "reason": slip.reason,
    }


def _both(task: Task, *more: User) -> list[User]:
    """The liaisons of both sides, who does it, and whoever else is named."""
    sides = {task.department_id, receiving_department(task)}
    parties = Party.objects.filter(project=task.project_id, department__in=sides).select_related("liaison")
    found = [party.liaison for party in parties if party.liaison is not None]
    return [*found, *more, *([task.assignee] if task.assignee is not None else [])]
