"""Changing one field of a task in its cell of the table; without script, on a small page of its own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.refusals import Refused
from people.requests import Request
from projects.pages import frame_of
from tracking.access import task_for
from tracking.cell_forms import CellForm
from tracking.models import Task
from tracking.rows import EDITABLE
from tracking.services import assign_task, edit_task
from tracking.views.table import drawn_row


@require_http_methods(["GET", "POST"])
def cell(request: Request, uid: UUID, field: str) -> HttpResponse:
    """The form of one field; saved, the row as it is then."""
    if field not in EDITABLE:
        raise Http404
    task = task_for(request.user, uid, EDITABLE[field])
    form = CellForm(task, field, request.POST or None)
    if request.method == "GET" or field == "status":  # the status is moved by `move_task`
        return _show(request, task, form)
    if not form.is_valid():
        return _show(request, task, form, status=422)
    try:
        task = _save(request, task, form)
    except Refused as refusal:
        form.take(refusal)
        return _show(request, task, form, status=form.status)
    return row_answer(request, task)


def _save(request: Request, task: Task, form: CellForm) -> Task:
    seen, said = form.cleaned_data["seen_version"], form.said()
    if form.key == "assignee":
        return assign_task(actor=request.user, task_uid=task.uid, seen_version=seen, **said)
    return edit_task(actor=request.user, task_uid=task.uid, seen_version=seen, **said)


def row_answer(request: Request, task: Task) -> HttpResponse:
    """The row takes the place of the one that was there; without script, back to the table."""
    if not request.htmx:
        messages.success(request, _("Saved."))
        return redirect(reverse("table", args=[task.project.uid]) + f"#row-{task.uid}")
    answer = HttpResponse(drawn_row(request, task, saved=True))
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#row-{task.uid}", "outerHTML"
    return answer


def _show(request: Request, task: Task, form: CellForm, *, status: int = 200) -> HttpResponse:
    context = {"task": task, "form": form, "project": task.project}
    if request.htmx:
        return render(request, "tracking/_cell_form.html", context, status=status)
    return render(request, "tracking/cell.html", frame_of(request, task.project, "tasks") | context, status=status)
