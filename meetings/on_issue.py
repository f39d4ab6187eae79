"""The minutes of the meetings on an issue, and which of their actions nothing became of yet (rule D7)."""

from django.db.models import Exists, OuterRef, QuerySet

from common import clock
from meetings.models import Action, ActionEnd, Meeting, Minutes
from tracking.models import Issue


def newest_on(issue: Issue) -> Minutes | None:
    """The minutes of the last meeting on an issue that has begun, whoever may read them; one to come asked nothing yet."""
    rows = Minutes.objects.filter(meeting__issue=issue, meeting__starts_at__lte=clock.now())
    rows = rows.exclude(meeting__state=Meeting.State.NOT_HELD).select_related("meeting")
    newest = rows.order_by("-meeting__starts_at", "-edition").first()
    if newest is not None:
        newest.meeting.project = issue.project
    return newest


def without_task(minutes: Minutes) -> QuerySet[Action]:
    """Actions of which nothing became yet: no task, and nobody has said that they are done or not needed."""
    ended = ActionEnd.objects.filter(lineage=OuterRef("lineage"))
    return minutes.actions.filter(~Exists(ended), task=None).select_related("owner__department", "department")
