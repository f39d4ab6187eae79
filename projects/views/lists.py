"""The list of projects, a new draft, the recent ones."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from common.pages import paged
from common.refusals import Refused
from people.requests import Request
from projects.forms.project import DraftForm
from projects.queries import lists
from projects.services.project import draft_project


@require_GET
def projects(request: Request) -> HttpResponse:
    """All projects that exist for this person."""
    said, phase = request.GET.get("q", "").strip(), request.GET.get("phase", "")
    page = paged(request, lists.listed(request.user, said, phase))
    context = {"page": page, "lines": lists.lines(list(page.object_list)), "said": said, "phase": phase, "phases": lists.PHASES}
    return render(request, "projects/list.html", context)


@require_http_methods(["GET", "POST"])
def project_new(request: Request) -> HttpResponse:
    """Draft a project on one page (rule B1)."""
    form = DraftForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(draft_project(actor=request.user, **form.cleaned_data))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "projects/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def recent_projects(request: Request) -> HttpResponse:
    """A fragment for the rail: the projects this person works in."""
    return render(request, "projects/_recent.html", {"projects": lists.recent(request.user)})
