"""Resource requests: agreed to by the department that is asked, agreed to in part, or declined with a reason (rule C5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from common import clock
from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import Act, project_for, speakers_of
from projects.models import Memorandum, Project, ResourceNeed
from projects.queries.memorandum import living_memorandum
from projects.services.rows import check_version, row_of

ASKED_BY = {"kind", "spec", "quantity", "unit", "for_dept", "from_dept", "starts_on", "ends_on"}  # a change of these asks again
State = ResourceNeed.State


def check_not_signed(project: Project, need: ResourceNeed, fields: Mapping[str, Any] | None) -> None:
    """What was asked and answered stands in the memorandum that is out; Refused at the field that would read otherwise.

    `fields` is what is to be changed; None when the request is to be removed.
    """
    if need.pk is None or need.state == State.ASKED or not _is_out(project):
        return
    touched = [name for name, value in (fields or {}).items() if name in ASKED_BY and getattr(need, name) != value]
    if touched or fields is None:
        text = _("The memorandum that is out says what was asked and agreed; ask for another resource instead.")
        raise Refused(text, field=touched[0] if touched else None, code="out")


def _is_out(project: Project) -> bool:
    memorandum = living_memorandum(project)
    return memorandum is not None and memorandum.state != Memorandum.State.DRAFT


def ask_again(need: ResourceNeed, fields: Mapping[str, Any]) -> list[str]:
    """What was answered and reads otherwise now is asked anew; returns the fields to save with it."""
    differs = any(getattr(need, name) != value for name, value in fields.items() if name in ASKED_BY)
    if need.pk is None or need.state == State.ASKED or not differs:
        return []
    gone = {"answer": "", "agreed_quantity": None, "answered_by": None, "answered_at": None}
    move(need, State.ASKED, **gone)
    return ["state", *gone]


def asked_of(project: Project, need: ResourceNeed) -> list[User]:
    """Who is asked: head and liaison of the department that brings it, as long as it waits for their answer."""
    return speakers_of(project, [need.from_dept_id]) if need.state == State.ASKED else []


@act
def answer_resource(
    *,
    actor: User,
    project_uid: UUID,
    need_uid: UUID,
    state: str,
    agreed_quantity: Decimal | None = None,
    answer: str = "",
    seen_version: int | None = None,
) -> ResourceNeed:
    """The department that is asked agrees, agrees in part, or declines with a reason; anew while the draft is not out."""
    need = _need_for(actor, project_uid, need_uid)
    check_version(need, seen_version, {"state": state, "agreed_quantity": agreed_quantity, "answer": answer})
    answer = answer.strip()
    _check(need, state, agreed_quantity, answer)
    if need.state != State.ASKED:
        move(need, State.ASKED)
    agreed = {State.AGREED: need.quantity, State.PARTLY: agreed_quantity}.get(State(state))
    said = {"answer": answer, "agreed_quantity": agreed, "answered_by": actor, "answered_at": clock.now()}
    move(need, state, **said)
    need.bump("state", *said)
    project = need.project
    record(
        actor=actor,
        verb="resource.answered",
        subject=need,
        project=project,
        facts={"department": str(need.from_dept), "how": state, "reason": answer},
        tell=speakers_of(project, [need.for_dept_id, project.initiating_dept_id]),
    )
    return need


def _need_for(actor: User, project_uid: UUID, need_uid: UUID) -> ResourceNeed:
    """The request, through the door of the department that brings it; Refused once it stands in a paper that is out."""
    project = project_for(actor, project_uid)
    found = project.resources.filter(uid=need_uid).select_related("from_dept").first()
    if found is not None and found.from_dept is None:
        raise PermissionDenied  # it is asked of nobody
    project = project_for(actor, project_uid, Act.ANSWER_RESOURCE, department=found.from_dept if found else None, lock=True)
    need = row_of(ResourceNeed, project, need_uid)
    need.project = project
    if _is_out(project):
        raise Refused(_("The memorandum is out with this request as it stands; object to it, or ask for a change."), code="out")
    return need


def _check(need: ResourceNeed, state: str, agreed: Decimal | None, answer: str) -> None:
    if state not in (State.AGREED, State.PARTLY, State.DECLINED):
        raise Refused(_("Say whether your department agrees."), field="state")
    if state == State.DECLINED and not answer:
        raise Refused(_("Say why your department cannot bring it."), field="answer")
    if state != State.PARTLY:
        return
    if agreed is None and not answer:
        raise Refused(_("Say how much of it your department brings."), field="agreed_quantity")
    if agreed is not None and agreed <= 0:
        raise Refused(_("In part is more than nothing; otherwise decline."), field="agreed_quantity")
    if agreed is not None and need.quantity is not None and agreed >= need.quantity:
        raise Refused(_("That is all that was asked for; agree to it then."), field="agreed_quantity")
