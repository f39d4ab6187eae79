"""What issues plug into the sockets: door, talk and files, the clock of the solution, My desk."""

from typing import Any
from uuid import UUID

from django.db import transaction

from activity.models import Clock
from common import clock, ports
from people.models import User
from projects.access import sees_project
from projects.models import Project
from tracking.issue_access import (
    SOLUTION,
    IssueAct,
    check_issue,
    concerned_by,
    issue_for,
    leading_department,
    may_issue,
    sees_issue,
)
from tracking.models import Issue
from tracking.queries import issues

ACTS = {
    "view": IssueAct.VIEW,
    "comment": IssueAct.SAY,
    "attach": IssueAct.ATTACH,
    "remove": IssueAct.REMOVE_FILE,
}


@transaction.atomic
def on_solution_clock(running: Clock, step: str) -> None:
    """Remind while there is time; what has no solution after 24 hours goes up, once, and a late one is told as late."""
    issue = Issue.objects.select_for_update(of=("self",), no_key=True).select_related("project").get(pk=running.object_id)
    if issue.project.is_frozen:
        return
    if step == "breach":
        _escalate(issue, running)
    elif issue.state == Issue.State.OPEN:
        _remind(issue, running)


def _remind(issue: Issue, running: Clock) -> None:
    """The lead, and the liaisons of the parties."""
    left = running.due_at - clock.now()
    if left.total_seconds() <= 0:
        return
    facts = {"hours": round(left.total_seconds() / 3600), "due": running.due_at}
    told = [*_speakers(issue, leading_department(issue.project), head=True), *_of_parties(issue, "liaison")]
    ports.record(actor=None, verb="issue.reminded", subject=issue, project=issue.project, facts=facts, tell=told)


def _escalate(issue: Issue, running: Clock) -> None:
    """Senior management, the lead, and the parties' heads hear of it."""
    if issue.solved_at is not None and issue.solved_at <= running.due_at:
        return
    verb = "issue.breached" if issue.state == Issue.State.OPEN else "issue.solved_too_late"
    facts = {"parties": [row.department.name for row in issue.concerned.select_related("department")], "due": running.due_at}
    told = [
        *senior_management(issue.project),
        *_speakers(issue, leading_department(issue.project), head=True),
        *_of_parties(issue, "head"),
    ]
    ports.record(actor=None, verb=verb, subject=issue, project=issue.project, facts=facts, tell=told)


def senior_management(project: Project) -> list[User]:
    """The executives for whom the project exists."""
    return [user for user in User.objects.filter(is_executive=True, is_active=True) if sees_project(user, project.pk)]


def _speakers(issue: Issue, department: int, *, head: bool) -> list[User]:
    party = issue.project.parties.select_related("head", "liaison").filter(department=department).first()
    found = [party.liaison, party.head if head else None] if party is not None else []
    return [person for person in found if person is not None]


def _of_parties(issue: Issue, part: str) -> list[User]:
    """The heads, or the liaisons, of the departments that the issue concerns."""
    parties = issue.project.parties.filter(department__in=issue.concerned.values("department"))
    return list(User.objects.filter(pk__in=parties.values(part), is_active=True))


def _open(uid: UUID, user: User, act: str) -> Issue:
    return issue_for(user, uid, ACTS[act])


def _check(row: Any, user: User, act: str) -> None:
    check_issue(user, row, ACTS[act])


def _may(row: Any, user: User, act: str) -> bool:
    return may_issue(user, row, ACTS[act])


ports.door_of("tracking.issue", sees_issue, as_project=True)
ports.on_clock(SOLUTION, on_solution_clock)
ports.on_desk("answer", issues.to_solve, waits=issues.owed)
ports.plug_subject(
    "tracking.issue",
    ports.SubjectSocket(door=_open, check=_check, may=_may, project=lambda row: row.project, told=concerned_by),
)
