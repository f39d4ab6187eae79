"""Coordination meetings (rule D7): called in one form, their issue beside them, its solution with measures."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.refusals import Refused, Unseen
from meetings import measures, queries, services
from meetings.access import may_call, meeting_for, project_to_call_in, visible_meetings
from meetings.coordination_forms import CoordinationForm, SolutionForm, usual_beginning
from meetings.on_issue import without_task
from people.requests import Request
from projects.models import Project
from projects.pages import project_page
from tracking import services as tracking
from tracking.access import risk_for, task_for
from tracking.issue_access import IssueAct, issue_for, may_issue
from tracking.models import Issue
from tracking.views.issues import solution_of


@require_http_methods(["GET", "POST"])
def call_coordination(request: Request, uid: UUID) -> HttpResponse:
    """One form: the issue, whom it concerns, when; a POST registers it, calls everybody and starts nothing twice."""
    project = project_to_call_in(request.user, uid)
    issue = _issue(request, project)
    initial = usual_beginning(project) | _prefilled(request, project)
    form = CoordinationForm(project, request.POST or None, issue=issue, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.call_coordination(actor=request.user, project_uid=uid, **form.said())
        except Refused as refusal:
            form.take(refusal)
        else:
            return redirect(meeting)
    status = 422 if form.errors else 200
    context = {"form": form} | (solution_of(request, issue) if issue is not None else {"issue": None})
    return project_page(request, project, "meetings/call_coordination.html", "meetings", context, status=status)


def _uid(said: str | None) -> UUID | None:
    """A uid from an address; 404 for what is none."""
    if not said:
        return None
    try:
        return UUID(said)
    except ValueError:
        raise Http404 from None


def _issue(request: Request, project: Project) -> Issue | None:
    """The registered issue that the address or the form names."""
    uid = _uid(request.POST.get("issue") or request.GET.get("issue"))
    if uid is None:
        return None
    issue = issue_for(request.user, uid)
    if issue.project_id != project.pk:
        raise Http404
    return issue


def _prefilled(request: Request, project: Project) -> dict[str, Any]:
    """What a task or a risk from which one comes says of the issue."""
    task_uid, risk_uid = _uid(request.GET.get("task")), _uid(request.GET.get("risk"))
    risk = risk_for(request.user, risk_uid) if risk_uid else None
    task = task_for(request.user, task_uid) if task_uid else risk.task if risk else None
    if any(row is not None and row.project_id != project.pk for row in (risk, task)):
        raise Http404
    if task is None:
        return {"title": risk.title} if risk else {}
    sides = [task.department.uid, *([task.handed_to.uid] if task.handed_to else [])]
    return {"title": task.title, "parties": sides, "task": task.uid}


@require_http_methods(["GET", "POST"])
def solve_issue(request: Request, uid: UUID) -> HttpResponse:
    """What was decided, with its measures; the clock stops, the measures are tasks."""
    issue = issue_for(request.user, uid, IssueAct.SOLVE)
    form = SolutionForm(issue, request.POST or None, initial=_resolved(request, issue))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            tracking.solve_issue(actor=request.user, issue_uid=uid, **said)
        except Refused as refusal:
            form.take(refusal)
        else:
            messages.success(request, _("The solution is given; everybody concerned is told."))
            back = _uid(request.POST.get("meeting"))
            return redirect("meeting", back) if back else redirect(issue)
    if form.errors and form.status == 200:
        form.status = Unseen.status if "seen_version" in form.errors else 422
    return _solution_page(request, issue, form)


def _resolved(request: Request, issue: Issue) -> dict[str, Any]:
    """What its newest meeting has resolved is proposed as the solution, what it asks and nobody keeps yet as its measures."""
    minutes = queries.readable_on(request.user, issue)
    if minutes is None:
        return {}
    texts = minutes.resolutions.values_list("text", flat=True)
    lines = measures.lines_of(measures.not_asked_yet(without_task(minutes), issue))
    said = {"solution": "\n".join(texts), "measures": "\n".join(lines)}
    return {name: text for name, text in said.items() if text}


def _solution_page(request: Request, issue: Issue, form: SolutionForm) -> HttpResponse:
    context = solution_of(request, issue) | {"form": form, "read": _read_again(form)}
    if request.htmx and request.method == "GET":
        return render(request, "meetings/_solution.html", context)
    return project_page(request, issue.project, "meetings/solution.html", "meetings", context, status=form.status)


def _read_again(form: SolutionForm) -> list[measures.MeasureLine]:
    """The measures that were typed or are proposed, as they are read."""
    said = form.data.get("measures", "") if form.is_bound else form.initial.get("measures", "")
    return measures.read_measures(str(said), form.issue.project)


@require_POST
def read_measures(request: Request, uid: UUID) -> HttpResponse:
    """What is typed as measures, as it is read: shown before it is saved."""
    issue = issue_for(request.user, uid, IssueAct.SOLVE)
    read = measures.read_measures(request.POST.get("measures", "")[:4000], issue.project)
    return render(request, "meetings/_measures_read.html", {"read": read})


@require_GET
def issue_meetings(request: Request, uid: UUID) -> HttpResponse:
    """The coordination meetings on an issue with their minutes, as a fragment beside it."""
    issue = issue_for(request.user, uid)
    rows = queries.with_minutes(visible_meetings(request.user).filter(issue=issue)).order_by("-starts_at", "-id")
    context = {
        "issue": issue,
        "project": issue.project,
        "lines": queries.lines_of(rows[:10]),
        "may_call": issue.state == Issue.State.OPEN and may_call(request.user, issue.project),
    }
    return render(request, "meetings/_issue_meetings.html", context)


@require_GET
def meeting_issue(request: Request, uid: UUID) -> HttpResponse:
    """The issue of a coordination meeting: text, parties, clock, and its solution or the form for it, as a fragment."""
    meeting = meeting_for(request.user, uid)
    if meeting.issue is None:
        raise Http404
    issue = issue_for(request.user, meeting.issue.uid)
    context = solution_of(request, issue) | {"meeting": meeting}
    if issue.state == Issue.State.OPEN and may_issue(request.user, issue, IssueAct.SOLVE):
        context["form"] = SolutionForm(issue, initial=_resolved(request, issue))
        context["read"] = _read_again(context["form"])
    return render(request, "meetings/_meeting_issue.html", context)
