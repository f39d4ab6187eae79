"""The gate at the end of a phase: what is missing, going on, suspending, resuming, cancelling (rule B7)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from common.refusals import Refused
from lifecycle.queries import missing_now
from lifecycle.services import cancel_project, pass_gate, resume_project, suspend_project
from people.requests import Request
from projects.access import RULES, Act, project_for, standing
from projects.models import GateGap, Project
from projects.pages import project_page, steps

HOLDS: dict[str, Callable[..., Project]] = {"suspend": suspend_project, "resume": resume_project, "cancel": cancel_project}


@require_http_methods(["GET", "POST"])
def gate(request: Request, uid: UUID) -> HttpResponse:
    """The checklist with links; the head goes on, with gaps for a reason."""
    if request.method == "GET":
        return _gate(request, project_for(request.user, uid))
    project_for(request.user, uid, Act.PASS_GATE)
    reason = request.POST.get("reason", "")
    try:
        project = pass_gate(actor=request.user, project_uid=uid, reason=reason)
    except Refused as refusal:
        return _gate(request, project_for(request.user, uid), refusal=refusal, reason=reason)
    messages.success(request, _("The project has gone on to the next phase."))
    return _onward(request, project)


@require_POST
def hold(request: Request, uid: UUID, how: str) -> HttpResponse:
    """Suspend, resume or cancel, with a reason."""
    reason = request.POST.get("reason", "")
    try:
        project = HOLDS[how](actor=request.user, project_uid=uid, reason=reason)
    except Refused as refusal:
        return _gate(request, project_for(request.user, uid), refusal=refusal, reason=reason)
    return _onward(request, project)


def _onward(request: Request, project: Project) -> HttpResponse:
    """The whole page changes with the phase."""
    url = project.get_absolute_url()
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _gate(request: Request, project: Project, *, refusal: Refused | None = None, reason: str = "") -> HttpResponse:
    """The fragment, or the page of it without script."""
    frozen = project.is_frozen
    following = next((step for step in steps(project) if step.state == "later"), None)
    context = {
        "project": project,
        "missing": [] if frozen else missing_now(project),
        "gaps": GateGap.objects.filter(project=project).select_related("passed_by").order_by("pk"),
        "may": standing(request.user, project).may(RULES, Act.PASS_GATE),
        "by_hand": project.state == Project.State.PREPARATION and not frozen and not project.is_draft,
        "waits": project.state == Project.State.KICKOFF and not frozen,
        "following": following,
        "refusal": refusal,
        "reason": reason,
    }
    status = refusal.status if refusal else 200
    if request.htmx:
        return render(request, "lifecycle/_gate.html", context, status=status)
    return project_page(request, project, "lifecycle/gate.html", "goal", context, status=status)
