"""Issues between departments as the sample tells them: registered, talked about in a coordination meeting, solved; rule D7."""

import re
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from collab.samples.files import IssueLine, moment
from collab.samples.papers import expect_minutes
from collab.samples.shift import ZONE
from collab.samples.story import Story, step
from common import clock
from meetings.services import call_coordination
from meetings.services import mark_not_held as call_off
from people.models import User
from projects.services.prefilling import counted
from tracking.models import Task
from tracking.services import register_issue, report_progress, solve_issue
from tracking.services.issues import Asked

AND = re.compile("并|、|[，,]")
DONE_AT = time(17)
DAY = timedelta(days=1)
GIVEN = 10 * DAY  # until when a measure is due
TEN_MINUTES = timedelta(minutes=10)
LATEST = timedelta(hours=20)  # after the meeting: its minutes still go out in time


@step
def register(story: Story, actor: User, row: IssueLine) -> None:
    """Raised by who the file says; the 24 hours begin."""
    parties = [story.departments[name] for name in row.parties]
    issue = register_issue(actor=actor, project_uid=story.uid, title=row.title, parties=parties, kind=row.type)
    story.issues[row.id] = issue.uid


@step
def call_on_issue(story: Story, actor: User, row: IssueLine, meeting: dict[str, Any]) -> None:
    """The lead calls those concerned together; the minutes carry the solution, where it comes within their 24 hours."""
    ends_at = moment(meeting["end"])
    made = call_coordination(
        actor=actor, project_uid=story.uid, issue_uid=story.issues[row.id], starts_at=moment(meeting["start"]), ends_at=ends_at
    )
    expect_minutes(story, made, min(row.solved_at + TEN_MINUTES, ends_at + LATEST))


@step
def solve(story: Story, actor: User, row: IssueLine) -> None:
    """The result as the file says it; of a special issue each part is a measure of the first department, done the day after."""
    today = story.project.today
    measures = [
        Asked(text, story.departments[row.parties[0]], today + GIVEN, None, *counted(text))
        for text in AND.split(row.result)
        if row.type == "special_issue" and text
    ]
    solved = solve_issue(actor=actor, issue_uid=story.issues[row.id], seen_version=None, solution=row.result, measures=measures)
    when = clock.local(row.solved_at.astimezone(ZoneInfo(ZONE)).date() + DAY, DONE_AT, ZONE)
    for measure in solved.measures.select_related("task__assignee"):
        if measure.task is not None and measure.task.assignee is not None:
            story.expected.append((when, "report_measure", measure.task.assignee.name, {"task": measure.task.uid}))


@step
def report_measure(story: Story, actor: User, task: Any) -> None:
    """What was decided is done."""
    row = Task.objects.get(uid=task)
    report_progress(actor=actor, task_uid=task, done=row.target or Decimal(100), seen_version=row.version)


@step
def cancel_weekly(story: Story, actor: User, day: Any, reason: str) -> None:
    """The weekly meeting of a holiday is called off, with the reason."""
    meeting = story.project.meetings.filter(kind="weekly", series_day=day, state="planned").first()
    if meeting is not None:
        call_off(actor=actor, meeting_uid=meeting.uid, reason=reason)
