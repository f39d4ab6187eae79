"""What people do with a risk: cause, measure, owner and due date in one form; closing (rules F1, F2)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common import clock
from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Conflict, Refused
from people.models import User
from projects.services.project import note_assignee
from tracking.access import Act, risk_for
from tracking.models import Risk


@act
def answer_risk(
    *,
    actor: User,
    risk_uid: UUID,
    seen_version: int | None,
    cause: str,
    cause_text: str = "",
    measure: str = "",
    owner: User | None = None,
    due_on: date | None = None,
) -> Risk:
    """Say why it came and what is done about it, by whom, until when."""
    risk = risk_for(actor, risk_uid, Act.ANSWER, lock=True)
    said = {"cause": cause, "cause_text": cause_text.strip(), "measure": measure.strip(), "owner": owner, "due_on": due_on}
    _check_seen(risk, seen_version, said)
    _check_answer(risk, said)
    for name, value in said.items():
        setattr(risk, name, value)
    risk.is_stale = False
    risk.bump(*said, "is_stale")
    assert owner is not None
    note_assignee(risk.project, owner)
    facts = {"cause": cause, "cause_text": cause_text, "measure": measure, "owner": owner.name, "due": due_on}
    record(actor=actor, verb="risk.answered", subject=risk, project=risk.project, facts=facts, tell=[owner])
    return risk


def _check_seen(risk: Risk, seen_version: int | None, mine: dict[str, Any]) -> None:
    if seen_version is None or seen_version == risk.version:
        return
    last = risk.history.select_related("history_user").filter(version=risk.version).order_by("history_id").first()
    theirs = {name: getattr(risk, name) for name in mine} | {
        "version": risk.version,
        "who": last.history_user if last else None,
        "at": last.history_date if last else None,
    }
    raise Conflict(_("Somebody else saved this while you were typing."), mine=mine, theirs=theirs)


def _check_answer(risk: Risk, said: dict[str, Any]) -> None:
    if risk.state == Risk.State.CLOSED:
        raise Refused(_("This risk is closed."), code="closed")
    if said["cause"] not in Risk.Cause.values:
        raise Refused(_("Choose the cause."), field="cause", code="empty")
    if not said["measure"]:
        raise Refused(_("Say what is done about it."), field="measure", code="empty")
    if said["owner"] is None or not said["owner"].is_active:
        raise Refused(_("Name who does it."), field="owner", code="empty")
    if said["due_on"] is None:
        raise Refused(_("Say until when."), field="due_on", code="empty")
    if said["due_on"] < risk.project.today and said["due_on"] != risk.due_on:
        raise Refused(_("The date has passed already."), field="due_on", code="past")


@act
def close_risk(*, actor: User, risk_uid: UUID, seen_version: int | None, reason: str) -> Risk:
    """Only a person closes a risk, and says why; a relapse opens it again."""
    risk = risk_for(actor, risk_uid, Act.CLOSE, lock=True)
    _check_seen(risk, seen_version, {"state": Risk.State.CLOSED})
    if not reason.strip():
        raise Refused(_("Say why it can be closed."), field="reason", code="empty")
    move(risk, Risk.State.CLOSED, closed_at=clock.now(), closed_as=Risk.ClosedAs.BY_PERSON, is_stale=False)
    risk.bump("state", "closed_at", "closed_as", "is_stale")
    told = [person for person in (risk.owner, risk.task.assignee if risk.task else None) if person]
    record(actor=actor, verb="risk.closed", subject=risk, project=risk.project, facts={"reason": reason.strip()}, tell=told)
    return risk
