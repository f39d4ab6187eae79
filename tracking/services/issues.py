"""Issues between departments (rules D7, F5): registered, solved within 24 hours, reopened; measures become tasks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from activity.queries import clock_of
from activity.services import start_clock, stop_clock
from common import clock
from common.acts import act
from common.amounts import LARGEST
from common.moves import move
from common.ports import record
from common.refusals import Refused
from people.models import Department, User
from projects.access import project_for
from projects.models import Project
from projects.services.rows import check_version
from tracking import figures
from tracking.access import has_begun, may_add, task_for
from tracking.issue_access import (
    SOLUTION,
    IssueAct,
    concerned_by,
    issue_for,
    measure_for,
    project_to_raise_in,
)
from tracking.models import Issue, IssueParty, Measure, Task
from tracking.services.tasks import create_task

SOLUTION_TIME = timedelta(hours=24)
REMINDERS = {"remind_8h": timedelta(hours=8), "remind_2h": timedelta(hours=2)}


class Asked(NamedTuple):
    """What a solution asks of a department until when."""

    text: str
    department: Department
    due_on: date
    owner: User | None = None
    quantity: Decimal | None = None
    unit: str = ""


class InMeasure(Refused):
    """A refusal about one measure of a solution; `line` counts them from nought."""

    line = 0


@act
def register_issue(
    *, actor: User, project_uid: UUID, title: str, parties: Iterable[Department], text: str = "",
    kind: str = Issue.Kind.SPECIAL, task_uid: UUID | None = None, announced: bool = False,
) -> Issue:  # fmt: skip
    """Register a matter between departments; from now on its solution is due within 24 hours.

    `announced`: the invitation to its meeting tells the same people, so that they are not told twice.
    """
    project = project_for(actor, project_uid)
    project_to_raise_in(actor, project)
    if not title.strip():
        raise Refused(_("Say in a line what the issue is."), field="title", code="empty")
    departments = _checked_parties(project, parties)
    task = _task_of(actor, project, task_uid)
    issue = Issue(project=project, kind=kind, title=title.strip()[:200], text=text.strip(), task=task, raised_by=actor)
    issue.raised_at = clock.now()
    issue.save()
    for department in departments:
        IssueParty.objects.create(issue=issue, department=department)
    due = run_solution_clock(issue)
    facts = {"parties": [row.name for row in departments], "due": due, "kind": kind}
    told = [] if announced else concerned_by(issue)
    record(actor=actor, verb="issue.registered", subject=issue, project=project, facts=facts, tell=told)
    return issue


def _checked_parties(project: Project, parties: Iterable[Department]) -> list[Department]:
    departments = list({row.pk: row for row in parties}.values())
    if not departments:
        raise Refused(_("Name the departments whom it concerns."), field="parties", code="empty")
    known = set(project.parties.values_list("department", flat=True))
    stranger = next((row for row in departments if row.pk not in known), None)
    if stranger is not None:
        raise Refused(_("%s does not take part in this project.") % stranger, field="parties", code="not_party")
    return departments


def _task_of(actor: User, project: Project, uid: UUID | None) -> Task | None:
    """The task from which it was raised: one of the same project, else 404."""
    if uid is None:
        return None
    task = task_for(actor, uid)
    if task.project_id != project.pk:
        raise Http404
    return task


def run_solution_clock(issue: Issue) -> datetime:
    """Start the 24 hours from now (elapsed hours, days off count); returns until when."""
    due = clock.now() + SOLUTION_TIME
    steps = {step: due - before for step, before in REMINDERS.items()}
    start_clock(subject=issue, kind=SOLUTION, due_at=due, steps=steps, project=issue.project)
    return due


@act
def solve_issue(
    *, actor: User, issue_uid: UUID, seen_version: int | None, solution: str, measures: Sequence[Asked] = (),
    as_tasks: bool = True,
) -> Issue:  # fmt: skip
    """Give the solution: the clock stops, and its measures become tasks at once; given late, it stays late.

    Where tasks cannot be made yet or not by this person, the measures wait for one click.
    """
    issue = issue_for(actor, issue_uid, IssueAct.SOLVE, lock=True)
    if issue.state == Issue.State.SOLVED:
        raise Refused(_("This issue has its solution already."), code="solved")
    check_version(issue, seen_version, {"version": seen_version, "solution": solution})
    if not solution.strip():
        raise Refused(_("Say what was decided."), field="solution", code="empty")
    _check_measures(issue.project, measures)
    now = clock.now()
    move(issue, Issue.State.SOLVED, solved_at=now, solved_by=actor, solution=solution.strip())
    issue.bump("state", "solved_at", "solved_by", "solution")
    due = _stop(issue, now)
    made = [_keep(issue, order, asked) for order, asked in enumerate(measures, issue.measures.count())]
    if as_tasks and has_begun(issue.project) and may_add(actor, issue.project):
        for measure in made:
            _make_task(actor, measure)
    late = due is not None and now > due
    facts = {"solution": issue.solution, "due": due, "count": len(made), "measures": [row.text for row in made]}
    told = [*concerned_by(issue), issue.raised_by]
    verb = "issue.solved_late" if late else "issue.solved"
    record(actor=actor, verb=verb, subject=issue, project=issue.project, facts=facts, tell=told)
    return issue


def _check_measures(project: Project, measures: Sequence[Asked]) -> None:
    known = set(project.parties.values_list("department", flat=True))
    for number, asked in enumerate(measures):
        trouble = _trouble_of(asked, known, project.today)
        if trouble:
            refusal = InMeasure(trouble, field="measures", code="measure")
            refusal.line = number
            raise refusal


def _trouble_of(asked: Asked, known: set[int], today: date) -> str:
    """Why a measure cannot stand as it is; "" when it can."""
    if not asked.text.strip():
        return _("A measure says what is to be done.")
    if asked.department.pk not in known:
        return _("%s does not take part in this project.") % asked.department
    if asked.due_on < today:
        return _("The date has passed already.")
    if asked.due_on > figures.LAST_DAY:
        return _("The work calendar does not reach to %s.") % asked.due_on.isoformat()
    if asked.quantity is not None and not 0 < asked.quantity < LARGEST:
        return _("A target lies above 0 and below a billion.")
    if asked.owner is not None and not asked.owner.is_active:
        return _("%s no longer works here.") % asked.owner
    return ""


def _stop(issue: Issue, now: datetime) -> datetime | None:
    """Stop the clock; returns until when the solution was due."""
    stop_clock(subject=issue, kind=SOLUTION, at=now)
    return due_of(issue)


def due_of(issue: Issue) -> datetime | None:
    """Until when the solution is or was due."""
    row = clock_of(issue, SOLUTION)
    return row.due_at if row is not None else None


def _keep(issue: Issue, order: int, asked: Asked) -> Measure:
    return Measure.objects.create(
        issue=issue, order=order, text=asked.text.strip()[:300], department=asked.department, owner=asked.owner,
        due_on=asked.due_on, quantity=asked.quantity, unit=asked.unit[:20],
    )  # fmt: skip


@act
def measure_to_task(*, actor: User, measure_uid: UUID) -> Task:
    """Make a measure a task of its department, once."""
    measure = measure_for(actor, measure_uid, lock=True)
    if measure.task is not None:
        return measure.task
    task = _make_task(actor, measure)
    facts = {"text": measure.text}
    issue = measure.issue
    record(actor=actor, verb="issue.measure_to_task", subject=issue, project=issue.project, facts=facts)
    return task


def _make_task(actor: User, measure: Measure) -> Task:
    """The task of a measure: its owner's, else its department's liaison's (as with what a clause promises)."""
    project = measure.issue.project
    party = project.parties.select_related("liaison").filter(department=measure.department_id).first()
    task = create_task(
        actor=actor,
        project_uid=project.uid,
        title=measure.text[:200],
        department=measure.department,
        assignee=measure.owner or (party.liaison if party else None),
        starts_on=min(project.today, measure.due_on),
        due_on=measure.due_on,
        target=measure.quantity,
        unit=measure.unit if measure.quantity is not None else "",
    )
    measure.task = task
    measure.bump("task")
    return task


@act
def reopen_issue(*, actor: User, issue_uid: UUID, seen_version: int | None, reason: str) -> Issue:
    """The solution does not hold: the issue is open again, and another 24 hours begin."""
    issue = issue_for(actor, issue_uid, IssueAct.REOPEN, lock=True)
    check_version(issue, seen_version, {"version": seen_version})
    if not reason.strip():
        raise Refused(_("Say why the solution does not hold."), field="reason", code="empty")
    move(issue, Issue.State.OPEN, solved_at=None, solved_by=None)
    issue.bump("state", "solved_at", "solved_by")
    due = run_solution_clock(issue)
    facts = {"reason": reason.strip(), "due": due}
    record(actor=actor, verb="issue.reopened", subject=issue, project=issue.project, facts=facts, tell=concerned_by(issue))
    return issue
