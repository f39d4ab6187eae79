"""Breaking work down in the tree: a task added, edited where it stands, divided by what one pastes or types."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from common.refusals import Conflict, Refused
from people.requests import Request
from projects.access import project_for
from projects.models import Project
from tracking.access import Act, check_project, task_for
from tracking.models import Task
from tracking.pasting import Pasted, is_several, read_parts
from tracking.pieces import Part, judged, read_piece
from tracking.plan_forms import PartsForm, TaskForm, ground_of
from tracking.queries.tree import left_by_task
from tracking.services import create_task, edit_task, split_task
from tracking.views.tree import Opening, lines_again, show_tree, task_in_tree


@require_http_methods(["GET", "POST"])
def add_task(request: Request, uid: UUID) -> HttpResponse:
    """A new task: at the top, or as part of the one named by `parent`; as a line in the tree, or with all its fields."""
    project = project_for(request.user, uid)
    said = request.POST.get("parent") or request.GET.get("parent")
    parent = task_for(request.user, _uid(said), Act.CREATE) if said else None
    if parent is None:
        check_project(request.user, project, Act.CREATE)
    elif parent.project_id != project.pk:
        raise Http404
    if "said" in request.POST:
        return _add_line(request, project, parent)
    form = TaskForm(project, request.POST or None, parent=parent)
    action = reverse("add_task", args=[uid]) + (f"?parent={parent.uid}" if parent else "")
    opening = Opening("add", form, action, parent)
    if request.method == "GET":
        return show_tree(request, project, opening)
    if form.is_valid():
        try:
            task = create_task(actor=request.user, project_uid=uid, parent_uid=parent.uid if parent else None, **form.said())
            return redirect(task_in_tree(task))
        except Refused as refusal:
            form.take(refusal)
    return show_tree(request, project, opening, status=422)


def _uid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise Http404 from error


def _add_line(request: Request, project: Project, parent: Task | None) -> HttpResponse:
    """A task typed into a line of the tree; several names with quantities become a text to divide by."""
    typed = request.POST["said"][:100_000]
    ground = ground_of(project, parent)
    if parent is not None and is_several(typed, ground) and "check" not in request.POST:
        return _show_parts(request, parent, typed, instead=True)
    part = judged(read_piece(typed, ground), ground)
    left = None
    if parent is not None and parent.target is not None:
        left = left_by_task([parent]).get(parent.pk, parent.target) - (part.target or 0)
    context: dict[str, Any] = {"part": part, "parent": parent, "left": left, "typed": typed.strip()}
    if "check" in request.POST:
        return render(request, "tracking/_tree_said.html", context)
    if part.faults:
        return _not_added(request, context)
    after = request.POST.get("after")
    try:
        task = _created(request, project, parent, part, _uid(after) if after else None)
    except Refused as refusal:
        return _not_added(request, context | {"refusal": refusal})
    if request.htmx:
        return lines_again(request, project, [task.uid])
    return redirect(task_in_tree(task))


def _created(request: Request, project: Project, parent: Task | None, part: Part, after: UUID | None) -> Task:
    own = {} if parent else {"department": request.user.department or project.lead_dept}
    if own and not project.parties.filter(department=own["department"]).exists():
        own = {}
    return create_task(
        actor=request.user,
        project_uid=project.uid,
        parent_uid=parent.uid if parent else None,
        after_uid=after,
        **own,
        **part.fields(),
    )


def _not_added(request: Request, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, "tracking/_tree_said.html", context, status=422)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#new-said", "outerHTML"
    return answer


@require_http_methods(["GET", "POST"])
def edit(request: Request, uid: UUID) -> HttpResponse:
    """Change a task where it stands."""
    task = task_for(request.user, uid, Act.EDIT)
    form = TaskForm(task.project, request.POST or None, task=task)
    opening = Opening("edit", form, reverse("edit_task", args=[uid]), task)
    if request.method == "POST" and form.is_valid():
        try:
            edit_task(actor=request.user, task_uid=uid, seen_version=form.cleaned_data["seen_version"], **form.said())
            return lines_again(request, task.project, [uid]) if request.htmx else redirect(task_in_tree(task))
        except Refused as refusal:
            form.take(refusal)
    status = (form.status if form.theirs else 422) if request.method == "POST" else 200
    if request.htmx:
        return render(request, "tracking/_line_edit.html", {"opening": opening, "project": task.project}, status=status)
    return show_tree(request, task.project, opening, status=status)


@require_http_methods(["GET", "POST"])
def split(request: Request, uid: UUID) -> HttpResponse:
    """Divide a task by what one pastes or types: read while one types, made once every line is good."""
    task = task_for(request.user, uid, Act.CREATE)
    if request.method == "GET":
        return _show_parts(request, task, "")
    form = PartsForm(task, request.POST)
    typed = request.POST.get("text", "")
    pasted = _read(task, typed)
    if not form.is_valid() or not pasted.is_good or "check" in request.POST:
        return _show_parts(request, task, typed, form, pasted, status=200 if "check" in request.POST else 422)
    try:
        parts = [part.fields() for part in pasted.parts]
        split_task(actor=request.user, task_uid=uid, parts=parts, seen_version=form.cleaned_data["seen_version"])
    except Refused as refusal:
        form.take(refusal)
        pasted = _read(task, typed) if isinstance(refusal, Conflict) else pasted
        return _show_parts(request, task, typed, form, pasted, status=form.status)
    return lines_again(request, task.project, [], also=[uid], below=uid) if request.htmx else redirect(task_in_tree(task))


def _read(task: Task, typed: str) -> Pasted:
    there = task.children.exclude(state=Task.State.CANCELLED).values_list("title", flat=True)
    return read_parts(typed, ground_of(task.project, task), there=list(there))


def _show_parts(
    request: Request,
    task: Task,
    typed: str,
    form: Any = None,
    pasted: Pasted | None = None,
    *,
    status: int = 200,
    instead: bool = False,
) -> HttpResponse:
    """The text and what was read in it: the preview alone while one types, the open form, or the page with it."""
    form = form or PartsForm(task, initial={"text": typed})
    pasted = pasted or _read(task, typed)
    left: Decimal | None = None
    if task.target is not None:
        left = left_by_task([task]).get(task.pk, task.target) - pasted.given(task.unit)
    opening = Opening("parts", form, reverse("split_task", args=[task.uid]), task, pasted, left)
    context = {"opening": opening, "project": task.project, "task": task, "typed": typed}
    if not request.htmx:
        return show_tree(request, task.project, opening, status=status)
    if "check" in request.POST:
        return render(request, "tracking/_parts_read.html", context, status=status)
    answer = render(request, "tracking/_parts_form.html", context | {"as_row": True}, status=status)
    if instead:
        answer["HX-Trigger-After-Swap"] = "tree:several"
    return answer
