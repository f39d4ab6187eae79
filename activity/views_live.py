"""Live pages where no stream is: the same events and rights, asked for once a second."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from activity.live import presence
from activity.live.cursor import Cursor
from activity.live.reading import read, tell
from common import ports
from people.requests import Request

MOST_PROJECTS = 30


@require_GET
def live(request: Request) -> HttpResponse:
    """Streams are served by a process of their own; a browser that comes here instead is told to ask once a second."""
    return HttpResponse(status=204)


@require_GET
@never_cache
def live_poll(request: Request) -> HttpResponse:
    """What happened in these projects since the cursor, and with `here=1` who is there; 404 when none exists for this person."""
    projects = dict(ports.projects().seen_by(request.user, _uids(request)))
    if not projects:
        raise Http404
    said = request.GET.getlist("since")[:MOST_PROJECTS]
    since = Cursor.of_pages(said)
    found = read(since) if since else None
    told = tell(found.events, {pk: {request.user.pk} for pk in projects}, projects) if found else []
    return JsonResponse(
        {
            "cursor": (found.cursor if found else Cursor.present()).sealed(),
            "events": [piece.said for piece in told if request.user.pk in piece.readers],
            "behind": [str(projects[pk]) for pk in (found.too_much & projects.keys() if found else projects if said else ())],
            "projects": [str(uid) for uid in projects.values()],
            "here": _here(request, projects) if "here" in request.GET else [],
            "stream": settings.LIVE_STREAMS,
        }
    )


def _here(request: Request, projects: dict[int, UUID]) -> list[dict[str, object]]:
    """Who has the projects open; the asking person's own sign of life is written when it is due."""
    people = presence.here(projects)
    due = {
        (request.user.pk, pk)
        for pk in projects
        if presence.is_due(next((user for user in people.get(pk, []) if user.pk == request.user.pk), None))
    }
    if due:
        presence.note(due)
        people = presence.here(projects)
    return [{"project": str(uid), **presence.as_said(people.get(pk, []))} for pk, uid in projects.items()]


def _uids(request: Request) -> list[UUID]:
    found = []
    for said in request.GET.getlist("project")[:MOST_PROJECTS]:
        try:
            found.append(UUID(said))
        except ValueError:
            continue
    return found
