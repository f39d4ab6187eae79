"""Lists of meetings: a project's, and mine."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from common.pages import paged
from common.refusals import Refused
from meetings import queries, services
from meetings.access import may_call, project_to_call_in
from meetings.forms import CallForm, refuse, usual_kind, usual_window
from meetings.models.meeting import Kind
from people.requests import Request
from projects.access import project_for
from projects.pages import project_page


def project_meetings(request: Request, uid: UUID) -> HttpResponse:
    """The meetings of a project: to come, past, and its series."""
    project = project_for(request.user, uid)
    page = paged(request, queries.past(project.meetings.all()))
    coming = queries.lines_of(queries.upcoming(project.meetings.all())[:12])
    context = {
        "next": next((line for line in coming if line.meeting.state == "planned"), None),
        "coming": coming,
        "past": queries.lines_of(page.object_list),
        "page": page,
        "series": project.series.order_by("kind"),
        "may_call": may_call(request.user, project),
        "needs_kickoff": queries.needs_kickoff(project),
    }
    return project_page(request, project, "meetings/project_meetings.html", "meetings", context)


def kickoff_lines(request: Request, uid: UUID) -> HttpResponse:
    """The kick-off and what came of its minutes, as a fragment beside the memorandum (rule C4)."""
    project = project_for(request.user, uid)
    rows = queries.with_papers(project.meetings.filter(kind__in=(Kind.PRE_KICKOFF, Kind.KICKOFF)))
    context = {
        "project": project,
        "lines": queries.lines_of(rows.order_by("-starts_at", "-id")[:6]),
        "may_call": may_call(request.user, project),
        "needs_kickoff": queries.needs_kickoff(project),
    }
    return render(request, "meetings/_kickoff.html", context)


def meetings(request: Request) -> HttpResponse:
    """My meetings in all projects, next first; then those that are over."""
    mine = queries.of_mine(request.user)
    page = paged(request, queries.past(mine))
    context = {
        "coming": queries.lines_of(queries.upcoming(mine)[:20]),
        "past": queries.lines_of(page.object_list),
        "page": page,
    }
    return render(request, "meetings/meetings.html", context)


@require_http_methods(["GET", "POST"])
def call_meeting(request: Request, uid: UUID) -> HttpResponse:
    """Call a meeting; what is wrong stands at its field and nothing typed is lost. One on an issue has a form of its own."""
    project = project_to_call_in(request.user, uid)
    if request.method == "GET" and request.GET.get("kind") == Kind.COORDINATION:
        return redirect("call_coordination", uid)
    initial = {"kind": request.GET.get("kind") or usual_kind(project), **usual_window(project)}
    form = CallForm(request.POST or None, project=project, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.call_meeting(actor=request.user, project_uid=uid, **form.said(project))
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect(meeting)
    status = 422 if form.errors else 200
    return project_page(request, project, "meetings/call.html", "meetings", {"form": form}, status=status)
