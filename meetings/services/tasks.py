"""Actions of the minutes become tasks (rule D3): one, or all that say who and until when."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.refusals import Refused
from meetings.access import Act, action_for, minutes_for
from meetings.models import Action, ActionEnd
from meetings.on_issue import without_task
from meetings.services.solving import link_measure, lock_issue_of
from people.models import Department, User
from tracking.models import Task
from tracking.services import create_task


@dataclass
class Made:
    """What came of making all actions tasks: those that are, and of each that is not, why."""

    tasks: list[Task] = field(default_factory=list)
    lacking: list[tuple[Action, str]] = field(default_factory=list)


def lacks_of(action: Action) -> list[str]:
    """What an action does not say yet and a task needs."""
    lacks = [] if action.department_id or action.owner_id else [_("who does it")]
    return lacks + ([] if action.due_on else [_("until when")])


@act
def action_to_task(*, actor: User, action_uid: UUID, owner: User | None = None, due_on: date | None = None) -> Task:
    """Make an action a task of its department, once; also after the minutes were distributed.

    `owner` and `due_on` say what the action itself leaves open.
    """
    action = action_for(actor, action_uid, Act.WRITE, lock=True)
    lock_issue_of(action.minutes.meeting)
    action.refresh_from_db(fields=["task", "version"])  # its measure may have become one meanwhile
    return _task_of(actor, action, owner, due_on)


@act
def actions_to_tasks(*, actor: User, meeting_uid: UUID) -> Made:
    """Make tasks of all actions of the newest minutes that say who and until when; of the others it is said what lacks."""
    minutes = minutes_for(actor, meeting_uid, Act.WRITE, lock=True)
    lock_issue_of(minutes.meeting)
    made = Made()
    for action in without_task(minutes):
        action.minutes = minutes
        lacks = lacks_of(action)
        if lacks:
            made.lacking.append((action, _(", ").join(lacks)))
        else:
            made.tasks.append(_task_of(actor, action, None, None))
    return made


def _task_of(actor: User, action: Action, owner: User | None, due_on: date | None) -> Task:
    if action.task is not None:
        return action.task
    if ActionEnd.objects.filter(lineage=action.lineage).exists():
        raise Refused(_("This action is done or not needed; take that back first."), code="ended")
    owner, due_on = action.owner or owner, action.due_on or due_on
    department: Department | None = action.department or (owner.department if owner else None)
    if department is None or due_on is None:
        raise Refused(_("An action becomes a task once it names who does it and until when."), code="unnamed")
    meeting = action.minutes.meeting
    task = create_task(
        actor=actor,
        project_uid=meeting.project.uid,
        title=action.text[:200],
        department=department,
        assignee=owner,
        starts_on=min(meeting.project.today, due_on),
        due_on=due_on,
        target=action.quantity,
        unit=action.unit,
    )
    action.task = task
    action.bump("task")
    link_measure(action)
    facts = {"text": action.text}
    ports.record(
        actor=actor, verb="minutes.action_to_task", subject=action.minutes, project=meeting.project, facts=facts, tell=()
    )
    return task
