"""What departments say of a change request, and the decision on it; an approved one drafts the amendment in the same act (C9)."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activity.services import stop_clock
from common import clock
from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import standing
from projects.models import Party
from projects.services.amendment_lines import Line
from projects.services.amendments import add_to_draft, memorandum_in_force
from projects.services.rows import check_version
from tracking.change_access import ChangeAct, affected_departments, change_for
from tracking.models import ChangeRequest, Opinion
from tracking.queries.changing import newest_opinions
from tracking.services.amended import collect_slips
from tracking.services.changes import OPINIONS, told_of

In = ChangeRequest.State


@act
def give_opinion(*, actor: User, change_uid: UUID, says: str, text: str = "", department_uid: UUID | None = None) -> Opinion:
    """What a department says of a request in review; it may say so anew, the newest counts."""
    change = change_for(actor, change_uid, ChangeAct.OPINE, lock=True)
    _check_in_review(change)
    if says not in Opinion.Says.values:
        raise Refused(_("Choose what your department says."), field="says", code="empty")
    if says != Opinion.Says.AGREES and not text.strip():
        raise Refused(_("Say on what conditions, or why not."), field="text", code="empty")
    department = _department(actor, change, department_uid)
    opinion = Opinion.objects.create(
        request=change, department=department, author=actor, says=says, text=text.strip()[:500], at=clock.now()
    )
    if not missing_opinions(change):
        stop_clock(subject=change, kind=OPINIONS)
    facts = {"department": department.name, "says": str(Opinion.Says(says).label), "number": change.number, "text": opinion.text}
    told = told_of(change, [])
    record(actor=actor, verb="change.opinion_given", subject=change, project=change.project, facts=facts, tell=told)
    return opinion


def _department(actor: User, change: ChangeRequest, uid: UUID | None) -> Any:
    """The department spoken for: the one named, else an asked one, else any of the person's own."""
    mine = standing(actor, change.project).departments
    parties = [row for row in change.project.parties.select_related("department") if row.department_id in mine]
    if uid is not None:
        parties = [row for row in parties if row.department.uid == uid]
    asked = affected_departments(change)
    parties.sort(key=lambda row: row.department_id not in asked)
    if not parties:
        raise Refused(_("You speak for no department here."), field="department", code="no_department")
    return parties[0].department


def missing_opinions(change: ChangeRequest) -> set[int]:
    """The asked departments that have said nothing yet."""
    return affected_departments(change) - set(change.opinions.values_list("department_id", flat=True))


@act
def decide_change(*, actor: User, change_uid: UUID, seen_version: int | None, approve: bool, reason: str) -> ChangeRequest:
    """The head of the lead department decides, with a reason; approved, its lines stand in the amendment's draft at once."""
    project = change_for(actor, change_uid, ChangeAct.DECIDE).project
    memorandum = memorandum_in_force(project)
    change = change_for(actor, change_uid, ChangeAct.DECIDE, lock=True)
    _check_in_review(change)
    check_version(change, seen_version, {"decision": reason})
    if not reason.strip():
        raise Refused(_("Say why; the decision stands beside the request."), field="reason", code="empty")
    if approve:
        _check_not_alone(actor, change)
    witness: dict[str, Any] = {"decided_by": actor, "decided_at": clock.now(), "decision": reason.strip()}
    if approve:
        lines = [Line(row.kind, row.clause, row.after) for row in _lines(change)]
        said = f"{change.title}：{change.reason}"
        witness["amendment"] = add_to_draft(memorandum=memorandum, lines=lines, reason=said)
        collect_slips(witness["amendment"])
    move(change, In.APPROVED if approve else In.REJECTED, **witness)
    change.bump("state", *witness)
    stop_clock(subject=change, kind=OPINIONS)
    facts = {"number": change.number, "reason": change.decision}
    if change.amendment is not None:
        facts["amendment"] = change.amendment.number
    verb = "change.approved" if approve else "change.rejected"
    told = told_of(change, affected_departments(change))
    record(actor=actor, verb=verb, subject=change, project=change.project, facts=facts, tell=told)
    return change


def _lines(change: ChangeRequest) -> Any:
    return change.lines.select_related("clause__department", "clause__handed_to", "clause__node").order_by("order", "id")


def _check_in_review(change: ChangeRequest) -> None:
    if change.state != In.IN_REVIEW:
        said = _("This request is “%s”; nothing is decided on it now.") % ChangeRequest.State(change.state).label
        raise Refused(said, code="not_in_review")


def _check_not_alone(actor: User, change: ChangeRequest) -> None:
    """The author is not the only approver, in person or by a deputy: another head agrees first, and still does."""
    persons = standing(actor, change.project).persons
    if change.requested_by_id not in persons:
        return
    heads = set(Party.objects.filter(project=change.project).exclude(head__in=persons).values_list("head", flat=True))
    words = newest_opinions(change).values()
    if not any(word.says == Opinion.Says.AGREES and word.author_id in heads for word in words):
        raise Refused(_("You asked for this yourself; another head has to agree before you approve it."), code="alone")
