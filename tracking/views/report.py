"""Reporting progress, from wherever the task stands."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.files import stored
from common.refusals import Refused
from people.requests import Request
from tracking.access import Act, task_for
from tracking.forms import ReportForm
from tracking.models import Task
from tracking.queries.board import card_of
from tracking.services.card import report_as_seen
from tracking.views.place import finished
from tracking.views.task import show_task


@require_http_methods(["GET", "POST"])
def report(request: Request, uid: UUID) -> HttpResponse:
    """Report the new total: from My desk, the board, a line of the tree, or the task's page."""
    row = task_for(request.user, uid, Act.REPORT)
    if request.method == "GET":
        if not request.htmx:
            return redirect(f"{row.get_absolute_url()}#report")
        start = {"done": row.target or 100} if "whole" in request.GET else {}
        return _form(request, row, ReportForm(row, initial=start))
    form = ReportForm(row, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, row, form, status=422)
    try:
        with stored(form.cleaned_data["files"]):
            said = report_as_seen(actor=request.user, task_uid=uid, seen_version=form.cleaned_data["seen_version"], **form.said())
    except Refused as refusal:
        form.take(refusal)
        return _form(request, row, form, status=form.status)
    return finished(request, row, message=_("Reported."), report=said)


def _form(request: Request, row: Task, form: ReportForm, *, status: int = 200) -> HttpResponse:
    place = request.POST.get("place") or request.GET.get("place", "page")
    if not request.htmx:
        return show_task(request, row.uid, status=status, report=form)
    task = card_of(row.pk, row.project, request.user)
    opens = place == "tree" and request.method == "GET" and "again" not in request.GET
    name = "tracking/_report_line.html" if opens else "tracking/_report.html"
    return render(request, name, {"task": task, "report": form, "place": place}, status=status)
