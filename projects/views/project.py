"""The project's own pages."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from projects.access import project_for
from projects.pages import project_page


def goal_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    project = project_for(request.user, uid)
    return project_page(request, project, "projects/goal.html", "goal", {})


def log_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    project_for(request.user, uid)
    return HttpResponse("")
