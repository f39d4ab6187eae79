"""Month and week: the page, which is a list without script, and what the drawn calendar asks for."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from csp.constants import NONCE
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common import clock
from common.dates import add_months
from meetings.month import MOST_DAYS, list_of, month_words, named_days, shown_to
from people.official_days import FIRST, LAST
from people.requests import Request
from projects.access import project_for
from projects.models import Project
from projects.pages import project_page

DRAWING = {"style-src": [NONCE], "font-src": ["data:"]}  # what draws brings one style element, with its signs as a font
CLASSES = {"held": "is-held", "not_held": "is-off", "by_rule": "is-by-rule", "planned": ""}


@require_GET
@csp_update(DRAWING)  # type: ignore[arg-type]  # it asks for no more than any request has
def my_month(request: Request) -> HttpResponse:
    """My meetings in all projects, by month and week."""
    return render(request, "meetings/month.html", _context(request, None))


@require_GET
@csp_update(DRAWING)  # type: ignore[arg-type]  # it asks for no more than any request has
def project_month(request: Request, uid: UUID) -> HttpResponse:
    """The meetings of one project, by month and week."""
    project = project_for(request.user, uid)
    return project_page(request, project, "meetings/project_month.html", "meetings", _context(request, project))


@require_GET
def calendar_events(request: Request) -> HttpResponse:
    """My meetings and the days off of a window of days, at most two months."""
    return _events(request, None)


@require_GET
def project_calendar_events(request: Request, uid: UUID) -> HttpResponse:
    """The same of one project."""
    return _events(request, project_for(request.user, uid))


def _events(request: Request, project: Project | None) -> HttpResponse:
    first, last = (parse_date_in(request.GET.get(name, "")) for name in ("start", "end"))
    if first is None or last is None or not timedelta() < last - first <= timedelta(MOST_DAYS):
        return JsonResponse({"error": _("Ask for a window of days, at most %d.") % MOST_DAYS}, status=422)
    last -= timedelta(1)  # the drawing names the day after
    rows: list[dict[str, Any]] = [
        {
            "title": row.words + (f" ({_('not held')})" if row.state == "not_held" else ""),
            "start": row.starts_at.isoformat(timespec="minutes"),
            "end": row.ends_at.isoformat(timespec="minutes"),
            "url": row.url,
            "classNames": [CLASSES[row.state]],
        }
        for row in shown_to(request.user, first, last, project)
    ]
    rows += [
        {
            "title": row.words,
            "start": row.day.isoformat(),
            "allDay": True,
            "display": "background",
            "classNames": ["day-made-up" if row.is_workday else "day-named" if row.words else "day-off"],
        }
        for row in named_days(first, last)
    ]
    response = JsonResponse(rows, safe=False)
    response["Cache-Control"] = "private, no-cache"
    return response


def parse_date_in(text: str) -> date | None:
    """A day that the calendar knows; None for anything else."""
    try:
        day = parse_date(text[:10])
    except ValueError:
        return None
    return day if day is not None and FIRST <= day <= LAST else None


def _context(request: Request, project: Project | None) -> dict[str, Any]:
    zone = project.time_zone if project is not None else settings.TIME_ZONE
    today = clock.today(zone)
    first = (parse_date_in(request.GET.get("month", "")[:7] + "-01") or today).replace(day=1)
    last = add_months(first, 1) - timedelta(1)
    events = reverse("calendar_events") if project is None else reverse("project_calendar_events", args=[project.uid])
    return {
        "first": first,
        "heading": month_words(first),
        "today": today,
        "now": f"{clock.now().astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}",
        "before": add_months(first, -1),
        "after": add_months(first, 1),
        "days": list_of(shown_to(request.user, first, last, project), named_days(first, last)),
        "events_url": events,
    }
