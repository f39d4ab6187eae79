"""The notices page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from activity.notices import mark_all_seen, open_notice, readable
from activity.queries import notices_of
from common.pages import paged
from people.requests import Request


@require_GET
def notices(request: Request) -> HttpResponse:
    """What I was told, newest first."""
    page = paged(request, notices_of(request.user))
    return render(request, "activity/notices.html", {"page": page, "notices": readable(request.user, page.object_list)})


@require_GET
def notice(request: Request, uid: UUID) -> HttpResponse:
    """Where a notice leads to; opening it marks it as read. Mails lead here too."""
    return redirect(open_notice(request.user, uid).event.url or "notices")


@require_POST
def notices_seen(request: Request) -> HttpResponse:
    """All read."""
    mark_all_seen(request.user)
    return redirect("notices")
