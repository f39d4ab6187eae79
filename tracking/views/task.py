"""A task's own page, and the short acts on it: confirm, assign."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activity.queries import timeline_of
from common.refusals import Refused
from common.typed import whole_number
from people.requests import Request
from projects.pages import frame_of
from tracking.access import Act, may_task, task_for
from tracking.forms import AssignForm, ReportForm
from tracking.issue_access import may_lead, may_raise
from tracking.models import Report, Task
from tracking.queries.board import card_of
from tracking.queries.register import dress
from tracking.queries.task_page import baseline_of, evening_of, issue_of, task_to_show
from tracking.services import assign_task, confirm_task
from tracking.views.place import finished
from tracking.views.tree import lines_again


@require_GET
def task(request: Request, uid: UUID) -> HttpResponse:
    """What is promised, how far it is, what was said, what threatens it."""
    return show_task(request, uid)


def show_task(request: Request, uid: UUID, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a task; `report` and `assign` are forms that come back with errors."""
    context = _context(request, task_to_show(request.user, uid)) | forms
    if request.htmx:
        return render(request, "tracking/_task.html", context, status=status)
    return render(request, "tracking/task.html", frame_of(request, context["project"], "tasks") | context, status=status)


def _context(request: Request, task: Any) -> dict[str, Any]:
    risks = list(task.risks.select_related("project", "owner__department", "task__parent"))
    for risk in risks:
        risk.project, risk.task = task.project, task
    dress(risks, request.user)
    parts = list(task.children.select_related("assignee__department", "figures", "department").order_by("rank")[:100])
    may = {act.value for act in Act if may_task(request.user, task, act)} if not task.project.is_frozen else set()
    return {
        "task": task,
        "project": task.project,
        "parts": parts,
        "left": task.target - (task.given or 0) if parts and task.target is not None else None,
        "may": may,
        "report": ReportForm(task) if Act.REPORT in may and not parts and task.state != Task.State.CANCELLED else None,
        "assign": AssignForm(task) if Act.ASSIGN in may else None,
        "reports": _reports(request, task),
        "baseline": baseline_of(task),
        "events": timeline_of(task)[:20],
        "risks": risks,
        "evening": evening_of(task),
        "measure_of": issue_of(task.measure_of),
        "raised_here": issue_of(task.raised_here),
        "may_raise": may_raise(request.user, task.project),
        "may_lead": may_lead(request.user, task.project),
    }


def _reports(request: Request, task: Any) -> Page:
    """Ten reports at a time, the newest first."""
    pages = Paginator(
        task.reports.select_related("reporter__department") if task.number_of_reports else Report.objects.none(), 10
    )
    pages.count = task.number_of_reports or 0
    return pages.get_page(request.GET.get("page"))


@require_POST
def confirm(request: Request, uid: UUID) -> HttpResponse:
    """The department's yes, in one click."""
    row = task_for(request.user, uid, Act.CONFIRM)
    seen = whole_number(request.POST.get("seen_version", ""))
    try:
        confirm_task(actor=request.user, task_uid=uid, seen_version=seen)
    except Refused as refusal:
        if request.POST.get("place") == "tree":
            raise
        if request.htmx:
            task = card_of(row.pk, row.project, request.user)
            context = {"task": task, "refusal": refusal, "place": request.POST.get("place", "page")}
            return render(request, "tracking/_confirm.html", context, status=refusal.status)
        messages.error(request, str(refusal))
        return redirect(row.get_absolute_url())
    if request.htmx and request.POST.get("place") == "tree":
        messages.success(request, _("Confirmed."))
        return lines_again(request, row.project, [], also=[uid, *_parts_in_view(row)])
    return finished(request, row, message=_("Confirmed."))


def _parts_in_view(row: Task) -> list[UUID]:
    """The parts that a confirmed whole confirms with it, as far as a page shows them."""
    below = Task.objects.filter(Q(parent=row) | Q(parent__parent=row)).order_by("rank")
    return list(below.values_list("uid", flat=True)[:200])


@require_POST
def assign(request: Request, uid: UUID) -> HttpResponse:
    """Name who does it."""
    row = task_for(request.user, uid, Act.ASSIGN)
    form = AssignForm(row, request.POST)
    if not form.is_valid():
        return show_task(request, uid, status=422, assign=form)
    try:
        assign_task(
            actor=request.user, task_uid=uid, assignee=form.cleaned_data["assignee"],
            seen_version=form.cleaned_data["seen_version"],
        )  # fmt: skip
    except Refused as refusal:
        form.take(refusal)
        return show_task(request, uid, status=form.status, assign=form)
    return finished(request, row, message=_("Assigned."))
