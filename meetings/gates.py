"""What the kick-off phase still lacks of its meeting and its signed minutes (rule B7)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.ports import Missing
from documents.models import Document
from meetings.models import Minutes
from meetings.resolutions import kickoff_now
from projects.models import Project


def kickoff_items(project: Project) -> Iterator[Missing]:
    """One item: how far the kick-off and its minutes have come, until they are signed by all heads."""
    minutes = kickoff_now(project)
    if minutes is None:
        yield Missing(_("The kick-off meeting is not called yet"), reverse("call_meeting", args=[project.uid]) + "?kind=kickoff")
        return
    if minutes.state == Minutes.State.DRAFT:
        yield Missing(_("The kick-off minutes are not distributed yet"), reverse("minutes", args=[minutes.meeting.uid]))
    elif minutes.document is not None and minutes.document.state not in (Document.State.COMPLETE, Document.State.SUPERSEDED):
        yield Missing(_("The kick-off minutes are not signed by all heads yet"), reverse("document", args=[minutes.document.uid]))


def resolution_items(project: Project) -> Iterator[Missing]:
    """One item: the kick-off's resolutions that are neither a clause of the memorandum nor set aside (rule C5)."""
    count = getattr(kickoff_now(project), "unplaced", None)
    if count:
        text = ngettext(
            "%(n)s resolution of the kick-off has no place in the memorandum yet",
            "%(n)s resolutions of the kick-off have no place in the memorandum yet",
            count,
        )
        yield Missing(text % {"n": count}, reverse("kickoff_resolutions", args=[project.uid]))
