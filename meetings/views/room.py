"""The screen of the room: one page after another, by address, by arrow key, by hand."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common import clock
from common.typed import whole_number
from meetings import room, shown
from meetings.access import Act, may_at, meeting_for, reads_minutes
from people.requests import Request


@require_GET
def meeting_room(request: Request, uid: UUID) -> HttpResponse:
    """One page of the meeting, for all to read; with htmx its fragment, so that figures and pages change in place.

    What is written of a draft is shown to those who write it alone.
    """
    meeting = meeting_for(request.user, uid)
    reads = reads_minutes(request.user, meeting)
    pages = room.pages_of(meeting, actions=reads)
    wanted = whole_number(request.GET.get("page", "1")) or 1
    page = pages[min(max(wanted, 1), len(pages)) - 1]
    context = {
        "meeting": meeting,
        "project": meeting.project,
        "pages": pages,
        "page": page,
        "before": page.number - 1,
        "after": page.number + 1 if page.number < len(pages) else 0,
        "data": shown.data_for(meeting.project, page.shows),
        "matters": room.matters_on(meeting, page),
        "left": room.left_count(meeting, actions=reads) if page.number == len(pages) else 0,
        "may_write": may_at(request.user, meeting, Act.WRITE),
    }
    if request.htmx:
        return render(request, "meetings/_room_page.html", context)
    return render(request, "meetings/room.html", context | {"timer": room.timer_of(meeting, clock.now())})
