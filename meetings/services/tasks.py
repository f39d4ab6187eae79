"""An action of the minutes becomes a task."""

from uuid import UUID

from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.refusals import Refused
from meetings.access import Act, action_for
from people.models import User
from tracking.models import Task
from tracking.services import create_task


@act
def action_to_task(*, actor: User, action_uid: UUID) -> Task:
    """Make an action a task of its department, once; also after the minutes were distributed."""
    action = action_for(actor, action_uid, Act.WRITE, lock=True)
    if action.task is not None:
        return action.task
    meeting = action.minutes.meeting
    department = action.department or (action.owner.department if action.owner else None)
    if department is None or action.due_on is None:
        raise Refused(_("An action becomes a task once it names who does it and until when."), code="unnamed")
    task = create_task(
        actor=actor,
        project_uid=meeting.project.uid,
        title=action.text[:200],
        department=department,
        assignee=action.owner,
        starts_on=min(meeting.project.today, action.due_on),
        due_on=action.due_on,
    )
    action.task = task
    action.bump("task")
    facts = {"text": action.text}
    ports.record(
        actor=actor, verb="minutes.action_to_task", subject=action.minutes, project=meeting.project, facts=facts, tell=()
    )
    return task
