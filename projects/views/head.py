"""The head of a project's pages by itself, for pages that stay live."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.requests import Request
from projects.access import project_for
from projects.pages import frame_of


@require_GET
def project_head(request: Request, uid: UUID) -> HttpResponse:
    """How the project stands, its phases, and its tabs with their counts; `?tab=` is where one is."""
    return render(request, "projects/_head.html", frame_of(request, project_for(request.user, uid), request.GET.get("tab", "")))
