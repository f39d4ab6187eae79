"""The kick-off's resolutions beside the draft of the memorandum."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from common.refusals import Refused
from meetings import services
from meetings.access import may_read_kickoff, resolution_beside
from meetings.forms import NotNeededForm
from meetings.resolutions import Resolutions
from people.requests import Request
from projects.access import RULES, Act, standing
from projects.models import Project
from projects.pages import project_page


@require_GET
def kickoff_resolutions(request: Request, uid: UUID) -> HttpResponse:
    """Each resolution of the kick-off's newest minutes: a clause, not needed, or open."""
    return _shown(request, may_read_kickoff(request.user, uid))


def _shown(request: Request, project: Project, *, status: int = 200, **given: Any) -> HttpResponse:
    found = Resolutions(project)
    lines = found.lines()
    context = {
        "project": project,
        "minutes": found.minutes,
        "meeting": found.minutes.meeting if found.minutes else None,
        "open": [line for line in lines if line.use is None and not line.held],
        "held": [line for line in lines if line.held],
        "settled": [line for line in lines if line.use is not None],
        "may_settle": standing(request.user, project).may(RULES, Act.DRAFT_MEMORANDUM) and not project.is_frozen,
    } | given
    if request.htmx:
        return render(request, "meetings/_kickoff_resolutions.html", context, status=status)
    return project_page(request, project, "meetings/kickoff_resolutions.html", "kickoff", context, status=status)


@require_POST
def resolution_not_needed(request: Request, uid: UUID) -> HttpResponse:
    """Mark one as not needed, with a reason."""
    project = resolution_beside(request.user, uid)
    form = NotNeededForm(request.POST)
    if form.is_valid():
        try:
            services.mark_not_needed(actor=request.user, resolution_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("reason", str(refusal))
    if form.errors:
        return _shown(request, project, status=422, refused=form, refused_at=uid)
    return _shown(request, project) if request.htmx else redirect("kickoff_resolutions", project.uid)


@require_POST
def resolution_reopen(request: Request, uid: UUID) -> HttpResponse:
    """Take one up again that was marked as not needed."""
    project = resolution_beside(request.user, uid)
    services.take_up_again(actor=request.user, resolution_uid=uid)
    return _shown(request, project) if request.htmx else redirect("kickoff_resolutions", project.uid)
