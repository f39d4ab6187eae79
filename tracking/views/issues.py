"""Issues between departments: the list of a project, raising one, its page, its measures."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activity.queries import timeline_of
from common.pages import paged
from common.refusals import Refused, Unseen
from common.saying import span_words
from people.requests import Request
from projects.access import project_for
from projects.models import Project
from projects.pages import frame_of
from tracking.access import has_begun
from tracking.issue_access import IssueAct, issue_for, may_issue, may_raise, measure_for, project_to_raise_in
from tracking.issue_forms import IssueForm, ReopenForm
from tracking.models import Issue, Task
from tracking.queries import issues
from tracking.services import measure_to_task, register_issue, reopen_issue


@require_GET
def project_issues(request: Request, uid: UUID) -> HttpResponse:
    """What departments of this project cannot settle between themselves, and what was decided."""
    project = project_for(request.user, uid)
    page = paged(request, issues.of_project(project))
    context = {"page": page, "lines": issues.lines_of(page.object_list), "may_raise": may_raise(request.user, project)}
    return render(request, "tracking/project_issues.html", frame_of(request, project, "risks") | context)


@require_GET
def open_issues(request: Request, uid: UUID) -> HttpResponse:
    """The open issues of a project, as a fragment beside its meetings."""
    project = project_for(request.user, uid)
    found = issues.of_project(project).filter(state=Issue.State.OPEN)[:5]
    context = {"project": project, "lines": issues.lines_of(found), "may_raise": may_raise(request.user, project)}
    return render(request, "tracking/_open_issues.html", context)


@require_http_methods(["GET", "POST"])
def raise_issue(request: Request, uid: UUID) -> HttpResponse:
    """One form: what is the matter, between whom; the 24 hours begin."""
    project = project_for(request.user, uid)
    project_to_raise_in(request.user, project)
    form = IssueForm(project, request.POST or None, initial=_prefilled(request, project))
    if request.method == "POST" and form.is_valid():
        try:
            made = register_issue(actor=request.user, project_uid=uid, **form.said())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Registered; its solution is due within 24 hours."))
            return redirect(made)
    status = 422 if form.errors else 200
    context = {"form": form, "task": _task(request, project)}
    return render(request, "tracking/issue_form.html", frame_of(request, project, "risks") | context, status=status)


def _task(request: Request, project: Project) -> Task | None:
    """The task from which it is raised, where the address or the form names one."""
    said = request.POST.get("task") or request.GET.get("task") or ""
    try:
        return project.tasks.select_related("department", "handed_to").filter(uid=UUID(said)).first()
    except ValueError:
        return None


def _prefilled(request: Request, project: Project) -> dict[str, Any]:
    task = _task(request, project)
    if task is None:
        return {}
    sides = [task.department.uid, *([task.handed_to.uid] if task.handed_to else [])]
    return {"task": task.uid, "parties": sides}


@require_GET
def issue(request: Request, uid: UUID) -> HttpResponse:
    """One issue: what is the matter, both sides, the clock, the solution with its measures."""
    return _page(request, issue_for(request.user, uid))


def _page(request: Request, row: Issue, *, status: int = 200, reopening: ReopenForm | None = None) -> HttpResponse:
    context = solution_of(request, row) | {
        "events": timeline_of(row)[:20],
        "may_solve": row.state == Issue.State.OPEN and may_issue(request.user, row, IssueAct.SOLVE),
        "reopening": reopening,
    }
    if row.state == Issue.State.SOLVED and may_issue(request.user, row, IssueAct.REOPEN):
        context["reopening"] = reopening or ReopenForm(initial={"seen_version": row.version})
    if request.method == "GET":  # a page with what was typed and refused waits for its reader
        context["live_src"] = row.get_absolute_url()
    if request.htmx:
        return render(request, "tracking/_issue.html", context, status=status)
    return render(request, "tracking/issue.html", frame_of(request, row.project, "risks") | context, status=status)


def solution_of(request: Request, row: Issue) -> dict[str, Any]:
    """An issue with its clock, its parties and its solution, as pages of both floors show it."""
    (line,) = issues.lines_of([row])
    measures = list(issues.measures_of(row)) if row.state == Issue.State.SOLVED else []
    for measure in measures:
        measure.may = measure.task_id is None and _may_make(request, row, measure.department_id)  # type: ignore[attr-defined]
    return {
        "issue": row,
        "project": row.project,
        "line": line,
        "measures": measures,
        "late_words": span_words(line.late_by) if line.late_by else "",
    }


def _may_make(request: Request, row: Issue, department: int) -> bool:
    return has_begun(row.project) and may_issue(request.user, row, IssueAct.TO_TASK, department=department)


@require_POST
def to_task(request: Request, uid: UUID) -> HttpResponse:
    """One click: a measure is a task."""
    measure = measure_for(request.user, uid)
    try:
        task = measure_to_task(actor=request.user, measure_uid=uid)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(measure.issue)
    messages.success(request, _("“%s” is a task now.") % task.title)
    return redirect(measure.issue)


@require_POST
def reopen(request: Request, uid: UUID) -> HttpResponse:
    """The solution does not hold, and why."""
    row = issue_for(request.user, uid, IssueAct.REOPEN)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, row, status=Unseen.status if "seen_version" in form.errors else 422, reopening=form)
    try:
        reopen_issue(actor=request.user, issue_uid=uid, **form.cleaned_data)
    except Refused as refusal:
        form.take(refusal)
        return _page(request, row, status=form.status, reopening=form)
    messages.success(request, _("Open again; another 24 hours have begun."))
    return redirect(row)
