"""The project's own pages."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from projects.access import project_for


def goal_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    project_for(request.user, uid)
    return HttpResponse("")


def log_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    project_for(request.user, uid)
    return HttpResponse("")
