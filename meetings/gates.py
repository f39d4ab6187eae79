"""What the kick-off phase still lacks of its meeting and its signed minutes (rule B7)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.ports import Missing
from documents.models import Document
from meetings.models import Meeting, Minutes
from meetings.models.meeting import Kind
from projects.models import Project


def kickoff_items(project: Project) -> Iterator[Missing]:
    """One item: how far the kick-off and its minutes have come, until they are signed by all heads."""
    meeting = project.meetings.filter(kind=Kind.KICKOFF).exclude(state=Meeting.State.NOT_HELD).order_by("-id").first()
    if meeting is None:
        yield Missing(_("The kick-off meeting is not called yet"), reverse("call_meeting", args=[project.uid]) + "?kind=kickoff")
        return
    minutes = meeting.minutes_versions.select_related("document").order_by("-edition").first()
    if minutes is None or minutes.state == Minutes.State.DRAFT:
        yield Missing(_("The kick-off minutes are not distributed yet"), reverse("minutes", args=[meeting.uid]))
    elif minutes.document is not None and minutes.document.state not in (Document.State.COMPLETE, Document.State.SUPERSEDED):
        yield Missing(_("The kick-off minutes are not signed by all heads yet"), reverse("document", args=[minutes.document.uid]))
