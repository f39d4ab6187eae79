"""Moving a card: the menu that says all that a drag can do, the move itself, and taking it back."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.refusals import Conflict, NeedsConfirmation, Refused
from common.typed import whole_number
from people.requests import Request
from projects.access import standing
from projects.pages import frame_of
from tracking.access import RULES, Act, may_task, near, task_for
from tracking.board_forms import MoveForm
from tracking.models import Task
from tracking.queries.board import Board, card_of
from tracking.queries.filter_bar import choices_of
from tracking.services import assign_task, move_task, undo_move
from tracking.views.board_place import board_of_page
from tracking.views.place import finished

FOUND = 20


@require_http_methods(["GET", "POST"])
def move(request: Request, uid: UUID) -> HttpResponse:
    """Move a card; backwards it asks why, and how much is done in truth. GET is the menu with all that a drag can do."""
    task = task_for(request.user, uid)
    if not may_move(request, task):
        raise PermissionDenied
    if request.method == "GET":
        return _ask(request, task, MoveForm(task.project)) if "to" in request.GET else _menu(request, task)
    form = MoveForm(task.project, request.POST)
    if not form.is_valid():
        return _ask(request, task, form, status=422)
    try:
        _move(request, uid, form)
    except Refused as refusal:
        return _refused(request, task, form, refusal)
    return finished(request, task, message=_("Moved."), undo=True)


def _move(request: Request, uid: UUID, form: MoveForm) -> None:
    """The one drag; to another person it is an assignment."""
    said = form.cleaned_data
    if said["assignee"] is not None:
        assign_task(actor=request.user, task_uid=uid, assignee=said["assignee"], seen_version=said["seen_version"])
    else:
        move_task(actor=request.user, task_uid=uid, **form.move())


@require_POST
def undo(request: Request, uid: UUID) -> HttpResponse:
    """Take back one's own last move."""
    task = task_for(request.user, uid)
    if not may_move(request, task):
        raise PermissionDenied
    seen = whole_number(request.POST.get("seen_version", ""))
    try:
        undo_move(actor=request.user, task_uid=uid, seen_version=seen)
    except Refused as refusal:
        if not request.htmx:
            raise
        return _note(request, task, refusal)
    return finished(request, task, message=_("Taken back."))


def may_move(request: Request, task: Task) -> bool:
    """Whether a drag of this card can mean anything for this person: a report, another place, an acceptance."""
    stands = standing(request.user, task.project)
    own = task.assignee_id in stands.persons
    acts = (Act.REPORT, Act.EDIT, Act.ACCEPT)
    return any(stands.may(RULES, act, department=near(task, act), own=own) for act in acts)


def _refused(request: Request, task: Task, form: MoveForm, refusal: Refused) -> HttpResponse:
    """What a person can mend is asked in the card; what cannot be is said where it was dropped."""
    if "drop" in request.POST and not isinstance(refusal, NeedsConfirmation):
        return _note(request, task, refusal, form)
    form.take(refusal)
    return _ask(request, task, form, status=form.status)


def _note(request: Request, task: Task, refusal: Refused, form: MoveForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {"task": task, "refusal": refusal, "form": form}
    if isinstance(refusal, Conflict):
        now = card_of(task.pk, task.project, request.user)
        wanted = form.cleaned_data["to"] if form else ""
        context |= {"now": now, "theirs": refusal.theirs, "mine": Task.State(wanted).label if wanted else ""}
    if refusal.code == "promised":
        context["clause"] = card_of(task.pk, task.project, request.user).promise
    return render(request, "tracking/_drop_note.html", context, status=refusal.status)


def _ask(request: Request, task: Task, form: MoveForm, *, status: int = 200) -> HttpResponse:
    """Why, and how much: in the card, or on a page."""
    row = card_of(task.pk, task.project, request.user)
    to = form.data.get("to") if form.is_bound else request.GET.get("to")
    again = form.again if form.is_bound else [("to", to)]
    version = form.data.get("seen_version") if form.is_bound else task.version
    context = {"task": row, "form": form, "to": to, "again": again, "version": version, "project": row.project}
    context["place"] = "row" if request.POST.get("place") == "row" else "card"
    if request.htmx:
        return render(request, "tracking/_move.html", context, status=status)
    return render(request, "tracking/move.html", frame_of(request, row.project, "risks") | context, status=status)


def _menu(request: Request, task: Task) -> HttpResponse:
    """All that a drag can do, and more, as a list; with a search the cards to be put before."""
    row, project = card_of(task.pk, task.project, request.user), task.project
    page = board_of_page(request, project)
    asked = Board(project, request.user, page.filters, page.shape, choices_of(project))
    words = " ".join(request.GET.get("find", "").split())[:80]
    context = {
        "task": row, "project": project, "by": asked.shape.by, "words": words, "board": asked.query,
        "columns": [slot for slot in asked.slots() if slot.key != asked.shape.column_of(row)],
        "neighbours": _neighbours(asked, row, words), "may_report": may_task(request.user, row, Act.REPORT),
        "may_edit": may_task(request.user, row, Act.EDIT),
    }  # fmt: skip
    if "find" in request.GET and request.htmx:
        return render(request, "tracking/_card_before.html", context)
    if request.htmx:
        return render(request, "tracking/_card_menu.html", context)
    return render(request, "tracking/card_menu.html", frame_of(request, project, "risks") | context)


def _neighbours(asked: Board, row: Task, words: str) -> list[tuple[UUID, str]]:
    """The cards of the same column before which it can be put, those beyond the first fifty too."""
    rows = asked.rows.filter(**{asked.column_field: asked.value_of(row)}).exclude(pk=row.pk)
    if words:
        rows = rows.filter(title__icontains=words)
    return list(rows.order_by("rank").values_list("uid", "title")[:FOUND])
