"""The coordination meeting (临时协调会, rule D7): called by the lead on an issue, in one act."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from common import clock
from common.acts import act
from common.refusals import Refused
from meetings.access import project_to_call_in
from meetings.models import Meeting
from meetings.models.meeting import Kind
from meetings.services import roles
from meetings.services.calling import call_meeting
from people.models import Department, User
from projects.models import Project
from tracking.issue_access import concerned_by, issue_for
from tracking.models import Issue
from tracking.services import register_issue

LONG_AGO = timedelta(hours=24)


@act
def call_coordination(
    *, actor: User, project_uid: UUID, starts_at: datetime, ends_at: datetime, title: str = "", text: str = "",
    parties: Iterable[Department] = (), people: Sequence[User] = (), place: str = "", issue_uid: UUID | None = None,
    task_uid: UUID | None = None,
) -> Meeting:  # fmt: skip
    """Call heads and liaisons of the departments concerned and of the lead together; an issue that is not yet registered is now.

    Who calls it chairs it, and the lead's liaison writes the minutes. One that just began, or took place within a day, counts.
    """
    project = project_to_call_in(actor, project_uid, lock=True)
    if starts_at < clock.now() - LONG_AGO:
        raise Refused(_("That is more than a day ago; a coordination meeting is called for now."), field="starts_at", code="past")
    if issue_uid is None:
        issue = register_issue(
            actor=actor, project_uid=project_uid, title=title, text=text, parties=parties, task_uid=task_uid, announced=True
        )
    else:
        issue = _open_issue(actor, project, issue_uid)
    invited = [actor, *concerned_by(issue), *people]
    return call_meeting(
        actor=actor,
        project_uid=project_uid,
        kind=Kind.COORDINATION,
        title=title_of(issue),
        starts_at=starts_at,
        ends_at=ends_at,
        chair=actor,
        recorder=_recorder(project) or actor,
        attendees=invited,
        place=place,
        issue=issue,
    )


def _open_issue(actor: User, project: Project, uid: UUID) -> Issue:
    """An issue of this project that waits for its solution."""
    issue = issue_for(actor, uid, lock=True)
    if issue.project_id != project.pk:
        raise Http404
    if issue.state != Issue.State.OPEN:
        raise Refused(_("This issue has its solution already; reopen it if that does not hold."), code="solved")
    return issue


def title_of(issue: Issue) -> str:
    """What the meeting on an issue is called, in the organisation's language."""
    with override(settings.LANGUAGE_CODE):
        return (_("Coordination: %s") % issue.title)[:120]


def _recorder(project: Project) -> User | None:
    """The lead's liaison."""
    party = project.parties.select_related("liaison").filter(department_id=roles.steering_department(project)).first()
    return party.liaison if party is not None else None
