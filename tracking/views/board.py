"""The progress board by status, and its move menu."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common.refusals import Refused
from people.requests import Request
from projects.access import project_for
from projects.pages import frame_of
from tracking.access import Act, task_for
from tracking.forms import MoveForm
from tracking.queries.board import assignees_of, card_of, columns, departments_of, read_filters
from tracking.queries.overview import overview
from tracking.services import move_task
from tracking.views.place import finished


@require_GET
def board(request: Request, uid: UUID) -> HttpResponse:
    """How the project stands, and every task by its status; the filters stand in the address."""
    project = project_for(request.user, uid)
    filters = read_filters(request.GET)
    context = {
        "project": project,
        "filters": filters,
        "columns": columns(project, request.user, filters),
        "overview": overview(project),
        "departments": departments_of(project),
        "assignees": assignees_of(project),
    }
    if request.htmx:
        return render(request, "tracking/_board.html", context)
    return render(request, "tracking/board.html", frame_of(request, project, "risks") | context)


@require_http_methods(["GET", "POST"])
def move(request: Request, uid: UUID) -> HttpResponse:
    """Move a card; backwards the card asks why, and how much is done in truth."""
    task = task_for(request.user, uid, Act.REPORT)
    form = MoveForm(request.POST or None, initial={"to": request.GET.get("to"), "seen_version": task.version})
    if request.method == "GET":
        return _ask(request, task, form)
    if not form.is_valid():
        return _ask(request, task, form, status=422)
    try:
        move_task(actor=request.user, task_uid=uid, **form.cleaned_data)
    except Refused as refusal:
        form.take(refusal)
        return _ask(request, task, form, status=form.status)
    return finished(request, task, message=_("Moved."))


def _ask(request: Request, task: object, form: MoveForm, *, status: int = 200) -> HttpResponse:
    row = card_of(task.pk, task.project, request.user)  # type: ignore[attr-defined]
    to = form.data.get("to") if form.is_bound else form.initial.get("to")
    context = {"task": row, "form": form, "to": to, "project": row.project}
    template = "tracking/_move.html" if request.htmx else "tracking/move.html"
    if not request.htmx:
        context = frame_of(request, row.project, "risks") | context
    return render(request, template, context, status=status)
