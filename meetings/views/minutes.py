"""Minutes: written on the agenda, distributed, read, confirmed, archived."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from common import clock
from meetings import services
from meetings.access import Act, may_at, meeting_for
from meetings.desk import clocks_of
from meetings.models import Meeting, Minutes
from meetings.views.reading import asked_version, paper_page
from meetings.writing_page import writing_context
from people.requests import Request
from projects.pages import project_page


def minutes(request: Request, uid: UUID) -> HttpResponse:
    """Drafts are written here by chair and minute taker; once out they read like paper, each version at `?version=`."""
    meeting = meeting_for(request.user, uid, Act.READ)
    if "version" in request.GET:
        return paper_page(request, asked_version(meeting, request.GET["version"]))
    newest = meeting.minutes_versions.select_related("document", "event__actor").order_by("-edition").first()
    if newest is None or meeting.state == Meeting.State.NOT_HELD:
        return redirect(meeting)
    newest.meeting = meeting
    if newest.state != Minutes.State.DRAFT:
        return paper_page(request, newest)
    if may_at(request.user, meeting, Act.WRITE) and not meeting.project.is_frozen:
        if meeting.starts_at <= clock.now():
            services.lay_agenda(meeting)
        return _writing(request, newest)
    older = meeting.minutes_versions.exclude(state=Minutes.State.DRAFT).order_by("-edition").first()
    if older is not None:
        older.meeting = meeting
        return paper_page(request, older)
    context = {"meeting": meeting, "minutes": newest, "clock": clocks_of([newest]).get(newest.pk)}
    return project_page(request, meeting.project, "meetings/minutes_waiting.html", "meetings", context)


def _writing(request: Request, draft: Minutes, more: dict | None = None, status: int = 200) -> HttpResponse:
    context = writing_context(draft) | (more or {})
    return project_page(request, draft.meeting.project, "meetings/minutes_write.html", "meetings", context, status=status)
