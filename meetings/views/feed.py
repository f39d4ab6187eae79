"""The private feed, read without sign-in by who holds its address; and the own page that makes and ends the address."""

import hashlib
from uuid import UUID

from allauth.core.internal.ratelimit import consume  # its public name counts no GET
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date, parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from meetings.access import meeting_for
from meetings.feed import feed_of, file_of
from meetings.models import CalendarFeed
from meetings.services import feeds
from people.requests import Request

RATE = "120/m/ip"  # a whole office may stand behind one address, and calendars ask by themselves


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The meetings of whoever made this address; unknown, revoked, or of somebody who left is all the same: there is none."""
    if not consume(request, app="meetings", action="calendar_feed", config={"calendar_feed": RATE}, limit_get=True):
        return _bare(429, {"Retry-After": "60"})
    feed = feeds.feed_behind(token)
    if feed is None:
        return _bare(404, {})
    found = feed_of(feed.user)
    etag = f'"{hashlib.sha256(found.content).hexdigest()[:32]}"'
    known = etag in parse_etags(request.headers.get("If-None-Match", ""))
    response = HttpResponseNotModified() if known else HttpResponse(found.content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    if found.changed_at is not None:
        response["Last-Modified"] = http_date(found.changed_at.timestamp())
    response["Content-Disposition"] = 'inline; filename="collab.ics"'
    return _private(response)


@require_GET
def meeting_file(request: Request, uid: UUID) -> HttpResponse:
    """One meeting as a file for a calendar: for whoever is not invited, or gets no mail; a cancelled one takes itself out."""
    content = file_of(meeting_for(request.user, uid), request.user)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return _private(response)


def _bare(status: int, headers: dict[str, str]) -> HttpResponse:
    response = HttpResponse(status=status, headers=headers, content_type="text/plain")
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    """No proxy keeps it, no search engine lists it, and no page that one comes to from it hears the address."""
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_GET
def calendar_address(request: Request) -> HttpResponse:
    """Whether there is an address under which a calendar application reads my meetings."""
    return _page(request)


@require_POST
def make_calendar_address(request: Request) -> HttpResponse:
    """A new address; this one answer shows it, and no page ever again."""
    token = feeds.make_feed(actor=request.user)
    response = _page(request, settings.BASE_URL + reverse("calendar_feed", args=[token]))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def end_calendar_address(request: Request) -> HttpResponse:
    """The address leads nowhere from now on."""
    feeds.end_feed(actor=request.user)
    messages.success(request, _("The address is switched off. Calendars that used it show nothing more."))
    return redirect("calendar_address")


def _page(request: Request, address: str = "") -> HttpResponse:
    feed = CalendarFeed.objects.filter(user=request.user, revoked_at__isnull=True).first()
    webcal = "webcal://" + address.partition("://")[2] if address else ""
    return render(request, "meetings/calendar_address.html", {"feed": feed, "address": address, "webcal": webcal})
