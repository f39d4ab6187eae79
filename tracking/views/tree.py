"""The task tree, with adding, dividing and editing in place."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from common.refusals import Refused
from people.requests import Request
from projects.access import project_for
from projects.models import Project
from projects.pages import frame_of
from tracking.access import Act, check_project, may_add, task_for
from tracking.forms import PartForm, TaskForm, people_of
from tracking.models import Task
from tracking.queries.tree import left_by_task, tree_page
from tracking.services import create_task, edit_task, split_task

PARTS = 3  # empty rows with which dividing begins


@dataclass
class Opening:
    """A form that stands open in the tree: under which task, what it does, where it goes."""

    kind: str  # add, edit, split
    form: Any
    action: str
    task: Task | None = None
    parts: Any = None
    left: Decimal | None = None


@require_GET
def project_tasks(request: Request, uid: UUID) -> HttpResponse:
    """All tasks of a project, each with its parts under it."""
    return _show(request, project_for(request.user, uid))


@require_http_methods(["GET", "POST"])
def add_task(request: Request, uid: UUID) -> HttpResponse:
    """A new task: at the top, or as part of the one named by `parent`."""
    project = project_for(request.user, uid)
    parent = task_for(request.user, _uid(request.GET["parent"]), Act.CREATE) if request.GET.get("parent") else None
    if parent is None:
        check_project(request.user, project, Act.CREATE)
    form = TaskForm(project, request.POST or None, parent=parent)
    action = reverse("add_task", args=[uid]) + (f"?parent={parent.uid}" if parent else "")
    opening = Opening("add", form, action, parent)
    if request.method == "GET":
        return _show(request, project, opening)

    def save() -> Task:
        return create_task(actor=request.user, project_uid=uid, parent_uid=parent.uid if parent else None, **form.said())

    return _save(request, project, opening, save)


def _uid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise Http404 from error


@require_http_methods(["GET", "POST"])
def edit(request: Request, uid: UUID) -> HttpResponse:
    """Change a task where it stands."""
    task = task_for(request.user, uid, Act.EDIT)
    form = TaskForm(task.project, request.POST or None, task=task)
    opening = Opening("edit", form, reverse("edit_task", args=[uid]), task)
    if request.method == "GET":
        return _show(request, task.project, opening)

    def save() -> Task:
        seen = form.cleaned_data["seen_version"]
        return edit_task(actor=request.user, task_uid=uid, seen_version=seen, **form.said())

    return _save(request, task.project, opening, save)


@require_http_methods(["GET", "POST"])
def split(request: Request, uid: UUID) -> HttpResponse:
    """Divide a task into parts; while one types, what is left to distribute is shown."""
    task = task_for(request.user, uid, Act.CREATE)
    people = people_of(task.project)
    parts = _part_rows(request.POST or (request.GET if "form-TOTAL_FORMS" in request.GET else None), people)
    opening = Opening("split", None, reverse("split_task", args=[uid]), task, parts, _left(task, parts))
    if request.method == "GET":
        if request.htmx and parts.is_bound:
            return render(request, "tracking/_left.html", {"task": task, "left": opening.left})
        return _show(request, task.project, opening)
    if not parts.is_valid():
        return _show(request, task.project, opening, status=422)
    said = [row for row in (form.cleaned_data for form in parts) if row.get("title")]

    def save() -> Task:
        seen = request.POST.get("seen_version", "")
        version = int(seen) if seen.isdigit() else None
        return split_task(actor=request.user, task_uid=uid, parts=said, seen_version=version)[0]

    return _save(request, task.project, opening, save)


def _part_rows(data: Any, people: Any) -> Any:
    rows = forms.formset_factory(PartForm, extra=PARTS, max_num=50, absolute_max=60)
    return rows(data, form_kwargs={"people": people})


def _left(task: Task, parts: Any) -> Decimal | None:
    """What is left of the task's amount beside the parts it has and those being typed."""
    if task.target is None:
        return None
    left = left_by_task([task]).get(task.pk, task.target)
    if parts.is_bound:
        parts.is_valid()
        left -= sum(form.cleaned_data.get("target") or 0 for form in parts if hasattr(form, "cleaned_data"))
    return left


def _save(request: Request, project: Project, opening: Opening, save: Callable[[], Task]) -> HttpResponse:
    """Hand over what was typed; the form goes back with what is wrong, nothing typed lost."""
    form = opening.form
    if form is not None and not form.is_valid():
        return _show(request, project, opening, status=422)
    try:
        task = save()
    except Refused as refusal:
        if form is None:
            opening.parts.refusal = refusal
            return _show(request, project, opening, status=422)
        form.take(refusal)
        return _show(request, project, opening, status=form.status)
    if request.htmx:
        return _show(request, project, saved=task)
    return redirect(f"{reverse('project_tasks', args=[project.uid])}#task-{task.uid}")


def _show(
    request: Request, project: Project, opening: Opening | None = None, *, saved: Task | None = None, status: int = 200
) -> HttpResponse:
    """The tree (its section alone when htmx asks), with the form that stands open in it."""
    task = saved or (opening.task if opening else None)
    page = tree_page(request.user, project, request.GET.get("page"), showing=task.pk if task else None)
    context = {"page": page, "opening": opening, "saved": saved, "project": project, "may_add": may_add(request.user, project)}
    if request.htmx:
        return render(request, "tracking/_tree.html", context, status=status)
    return render(request, "tracking/tree.html", frame_of(request, project, "tasks") | context, status=status)
