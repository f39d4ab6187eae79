"""What became of each clause of the memorandum, beside it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.requests import Request
from projects.access import project_for
from projects.pages import project_page
from tracking.queries.by_clause import tasks_by_clause


@require_GET
def promise_tasks(request: Request, uid: UUID) -> HttpResponse:
    """Per clause the task behind it and how it goes."""
    project = project_for(request.user, uid)
    context = {"project": project, "tasks": tasks_by_clause(project)}
    if request.htmx:
        return render(request, "tracking/_promise_tasks.html", context)
    return project_page(request, project, "tracking/promise_tasks.html", "kickoff", context)
