"""The people of a meeting: saying whether one comes."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from common.typed import whole_number
from meetings import services
from meetings.access import Act, meeting_for
from meetings.answers import people_for
from people.requests import Request


@require_POST
def answer_invitation(request: Request, uid: UUID) -> HttpResponse:
    """Comes, perhaps, cannot come: one's own line."""
    row = meeting_for(request.user, uid, Act.ANSWER)
    seen = whole_number(request.POST.get("seen_sequence", ""))
    said = request.POST.get("answer", "")
    services.answer_invitation(actor=request.user, meeting_uid=uid, answer=said, seen_sequence=seen)
    if request.htmx:
        return render(request, "meetings/_people.html", {"meeting": row, "people": people_for(request.user, row)})
    return redirect(row)
