"""A task's own page, and the short acts on it: confirm, assign."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activity.queries import timeline_of
from common.pages import paged
from common.refusals import Refused
from people.requests import Request
from projects.pages import frame_of
from tracking.access import Act, may_task, task_for
from tracking.forms import AssignForm, ReportForm
from tracking.models import Task
from tracking.queries.board import card_of
from tracking.queries.overview import scanned_evening
from tracking.queries.register import dress
from tracking.queries.tree import left_by_task
from tracking.services import assign_task, confirm_task
from tracking.views.place import finished
from tracking.views.tree import lines_again


@require_GET
def task(request: Request, uid: UUID) -> HttpResponse:
    """What is promised, how far it is, what was said, what threatens it."""
    return show_task(request, task_for(request.user, uid))


def show_task(request: Request, row: Task, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a task; `report` and `assign` are forms that come back with errors."""
    context = _context(request, row) | forms
    if request.htmx:
        return render(request, "tracking/_task.html", context, status=status)
    return render(request, "tracking/task.html", frame_of(request, row.project, "tasks") | context, status=status)


def _context(request: Request, row: Task) -> dict[str, Any]:
    task = card_of(row.pk, row.project, request.user)
    risks = list(task.risks.select_related("project", "owner__department", "task__parent"))
    for risk in risks:
        risk.project, risk.task = row.project, task
    dress(risks, request.user)
    parts = list(task.children.select_related("assignee__department", "figures", "department").order_by("rank")[:100])
    may = {act.value for act in Act if may_task(request.user, task, act)} if not row.project.is_frozen else set()
    return {
        "task": task,
        "project": row.project,
        "parts": parts,
        "left": left_by_task([task]).get(task.pk) if parts else None,
        "may": may,
        "report": ReportForm(task) if Act.REPORT in may and not parts and task.state != Task.State.CANCELLED else None,
        "assign": AssignForm(task) if Act.ASSIGN in may else None,
        "reports": paged(request, task.reports.select_related("reporter__department"), 10),
        "baseline": task.baselines.order_by("-id").first() if task.clause_id else None,
        "events": timeline_of(task)[:20],
        "risks": risks,
        "evening": scanned_evening(row.project),
    }


@require_POST
def confirm(request: Request, uid: UUID) -> HttpResponse:
    """The department's yes, in one click."""
    row = task_for(request.user, uid, Act.CONFIRM)
    seen = request.POST.get("seen_version", "")
    try:
        confirm_task(actor=request.user, task_uid=uid, seen_version=int(seen) if seen.isdigit() else None)
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
        return show_task(request, row, status=422, assign=form)
    try:
        assign_task(
            actor=request.user, task_uid=uid, assignee=form.cleaned_data["assignee"],
            seen_version=form.cleaned_data["seen_version"],
        )  # fmt: skip
    except Refused as refusal:
        form.take(refusal)
        return show_task(request, row, status=form.status, assign=form)
    return finished(request, row, message=_("Assigned."))
