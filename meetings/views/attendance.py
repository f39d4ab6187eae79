"""Who was there: all by one click, then each exception by one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from common.refusals import Conflict, Unseen
from common.typed import whole_number
from meetings import services
from meetings.access import Act, minutes_for
from meetings.models import Minutes
from meetings.writing_page import attendance_context, writing_context
from people.requests import Request
from projects.pages import project_page


@require_POST
def set_attendance(request: Request, uid: UUID) -> HttpResponse:
    """All present; or one person present, or absent."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    seen = whole_number(request.POST.get("seen_version", ""))
    said: dict[str, Any] = {"actor": request.user, "meeting_uid": uid, "seen_version": seen}
    present, absent = _uid(request.POST.get("present")), _uid(request.POST.get("absent"))
    try:
        if seen is None:
            raise Unseen
        if (one := present or absent) is not None:
            services.mark_attendee(**said, user_uid=one, present=present is not None)
        else:
            known = draft.meeting.attendees.filter(in_copy=False, present=False)  # who is marked absent stays so
            services.set_attendance(**said, absent=list(known.values_list("user__uid", flat=True)))
    except (Conflict, Unseen) as refusal:
        return _shown(request, draft, {"attendance_refusal": refusal}, refusal.status)
    return _shown(request, draft, {}, 200)


def _uid(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


def _shown(request: Request, draft: Minutes, more: dict[str, Any], status: int) -> HttpResponse:
    draft.meeting.refresh_from_db(fields=["attendance_version"])
    if request.htmx:
        return render(request, "meetings/_attendance.html", attendance_context(draft.meeting) | more, status=status)
    if status == 200:
        return redirect("minutes", draft.meeting.uid)
    context = writing_context(draft) | more
    return project_page(request, draft.meeting.project, "meetings/minutes_write.html", "meetings", context, status=status)
