"""The passing of phases: gates with their gaps, suspension, resumption, cancellation (rule B7)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from common import clock
from common.acts import act
from common.moves import move
from common.ports import Missing, record
from common.refusals import NeedsConfirmation, Refused
from documents.queries import objectable
from lifecycle.queries import OPEN_TASKS, missing_at, missing_now
from people.models import User
from projects.access import RULES, Act, heads_and_liaisons, project_for, standing
from projects.models import GateGap, Party, Project
from projects.services.amending import give_time_anew
from projects.services.project import note_assignee
from tracking.figures import in_lock_order
from tracking.models import Task

NEXT = {
    Project.State.PREPARATION: Project.State.KICKOFF,
    Project.State.KICKOFF: Project.State.EXECUTION,
    Project.State.EXECUTION: Project.State.CLOSING,
    Project.State.CLOSING: Project.State.ARCHIVED,
}


@act
def pass_gate(*, actor: User, project_uid: UUID, reason: str = "") -> Project:
    """Go on to the next phase; with gaps only for a reason, and they stay listed; never without what is hard."""
    project = project_for(actor, project_uid, Act.PASS_GATE, lock=True)
    if project.state == Project.State.ARCHIVED:
        raise Refused(_("This project is archived."), code="archived")
    gaps = missing_now(project)
    hard = [str(gap.text) for gap in gaps if gap.hard]
    if hard:
        raise Refused(_("The next phase cannot begin: %s") % " ".join(hard), code="hard")
    if project.state != Project.State.PREPARATION:
        raise Refused(_("The next phase begins by itself once what it needs is done."), code="by_itself")
    if gaps and not reason.strip():
        raise NeedsConfirmation(_("Something is missing; to go on all the same, say why."), need="reason", field="reason")
    left = project.state
    if gaps:
        _keep_gaps(project, left, gaps, reason.strip(), actor)
    move(project, NEXT[Project.State(left)])
    project.bump("state")
    verb = "project.gate_passed_with_gaps" if gaps else "project.gate_passed"
    facts = {"left": left, "reached": project.state, "reason": reason.strip(), "gaps": len(gaps)}
    record(actor=actor, verb=verb, subject=project, project=project, facts=facts, tell=heads_and_liaisons(project))
    return project


def _keep_gaps(project: Project, left: str, gaps: list[Missing], reason: str, passed_by: User) -> None:
    items = [{"text": str(gap.text), "url": gap.url} for gap in gaps]
    GateGap.objects.create(project=project, left=left, reason=reason, items=items, passed_by=passed_by)


def keep_gaps_of_kickoff(project: Project) -> None:
    """The memorandum in force opens the way by itself; what the kick-off still lacked stays listed. Within that act."""
    gaps = missing_at(project, Project.State.KICKOFF)
    if gaps:
        head = project.parties.select_related("head").get(department=project.initiating_dept_id).head
        _keep_gaps(project, Project.State.KICKOFF, gaps, _("The memorandum came into force."), head)


@act
def suspend_project(*, actor: User, project_uid: UUID, reason: str) -> Project:
    """Nothing can be changed in a suspended project until it is resumed."""
    project = project_for(actor, project_uid, Act.PASS_GATE, lock=True)
    return _hold(actor, project, Project.Hold.SUSPENDED, reason, "project.suspended")


@act
def cancel_project(*, actor: User, project_uid: UUID, reason: str) -> Project:
    """A cancelled project stays readable; it can be resumed with a reason."""
    project = project_for(actor, project_uid, lock=True)
    if not standing(actor, project).may(RULES, Act.PASS_GATE):
        raise PermissionDenied
    return _hold(actor, project, Project.Hold.CANCELLED, reason, "project.cancelled")


@act
def resume_project(*, actor: User, project_uid: UUID, reason: str) -> Project:
    """Let a suspended or cancelled project run again; who is informed of an amendment has the time to object anew."""
    documents = objectable(project_for(actor, project_uid), lock=True)  # as signing locks: document first
    project = project_for(actor, project_uid, lock=True)
    if not standing(actor, project).may(RULES, Act.PASS_GATE):
        raise PermissionDenied
    resumed = _hold(actor, project, Project.Hold.NONE, reason, "project.resumed")
    give_time_anew(resumed, documents)
    return resumed


def _hold(actor: User, project: Project, hold: str, reason: str, verb: str) -> Project:
    """One way in and out of a hold: with a reason, and told to everybody who speaks for a department."""
    if not reason.strip():
        raise Refused(_("Say why."), field="reason", code="reason")
    if project.is_draft or project.state == Project.State.ARCHIVED or project.hold == hold:
        raise Refused(_("This cannot be done with the project as it is now."), code="hold")
    project.hold = hold
    project.bump("hold")
    facts = {"reason": reason.strip()}
    record(actor=actor, verb=verb, subject=project, project=project, facts=facts, tell=heads_and_liaisons(project))
    return project


def hand_over(party: Party, before: int, after: int, *, actor: User | None) -> None:
    """The department's open tasks of the former liaison pass to the new one; within the act that named them."""
    project = party.project
    rows = Task.objects.filter(project=project, department=party.department_id, assignee=before, state__in=OPEN_TASKS)
    tasks = list(in_lock_order(rows))
    if not tasks:
        return
    liaison = User.objects.get(pk=after)
    for task in tasks:
        task.assignee = liaison
    bulk_update_with_history(tasks, Task, ["assignee"], default_date=clock.now())
    note_assignee(project, liaison)
    facts = {"liaison": liaison.name, "number": len(tasks)}
    record(actor=actor, verb="party.handed_over", subject=party, project=project, facts=facts, tell=[liaison])
