"""Minutes: written on the agenda, distributed, read, confirmed, archived."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from common import clock
from meetings import services
from meetings.access import Act, may_at, meeting_for
from meetings.agenda import writes_itself
from meetings.chat import meeting_uid_of
from meetings.desk import clocks_of
from meetings.models import Meeting, Minutes
from meetings.reading_page import versions_of
from meetings.views.reading import asked_version, paper_page
from meetings.writing_page import writing_context
from people.requests import Request
from projects.pages import project_page


@require_GET
def short_minutes(request: Request, token: str) -> HttpResponse:
    """A short link from a chat leads on to the minutes."""
    uid = meeting_uid_of(token)
    if uid is None:
        raise Http404
    return redirect("minutes", meeting_for(request.user, uid, Act.READ).uid)


def minutes(request: Request, uid: UUID) -> HttpResponse:
    """Drafts are written here by chair and minute taker; once out they read like paper, each version at `?version=`."""
    meeting = meeting_for(request.user, uid, Act.READ)
    versions = versions_of(meeting)
    out = [row for row in versions if row.state != Minutes.State.DRAFT]
    if "version" in request.GET:
        return paper_page(request, asked_version(out, request.GET["version"]), versions=versions)
    newest = versions[0] if versions else None
    if newest is None or meeting.state == Meeting.State.NOT_HELD:
        return redirect(meeting)
    if newest.state != Minutes.State.DRAFT:
        return paper_page(request, newest, versions=versions)
    if may_at(request.user, meeting, Act.WRITE) and not meeting.project.is_frozen:
        if meeting.starts_at <= clock.now() and writes_itself(meeting):
            services.lay_agenda(meeting)
        return _writing(request, newest)
    if out:
        return paper_page(request, out[0], versions=versions)
    context = {"meeting": meeting, "minutes": newest, "clock": clocks_of([newest]).get(newest.pk)}
    return project_page(request, meeting.project, "meetings/minutes_waiting.html", "meetings", context)


def _writing(request: Request, draft: Minutes, more: dict | None = None, status: int = 200) -> HttpResponse:
    context = writing_context(draft) | (more or {})
    return project_page(request, draft.meeting.project, "meetings/minutes_write.html", "meetings", context, status=status)
