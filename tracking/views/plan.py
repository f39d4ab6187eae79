"""What details a task's plan, on its page: the checklist and its ticks, what must be done before, the planned steps."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.refusals import Refused
from common.typed import whole_number
from people.requests import Request
from projects.pages import frame_of
from tracking.access import Act, task_for
from tracking.forms import ServiceForm
from tracking.models import ChecklistItem, Task
from tracking.plan_forms import ChecklistForm, NeedsForm, StepsForm, ground_of
from tracking.queries.plan import plan_of, that_fit
from tracking.services import save_checklist, save_steps, set_dependencies, tick
from tracking.steps import read_steps

EDITORS = ("checklist", "needs", "steps")


@require_GET
def plan(request: Request, uid: UUID) -> HttpResponse:
    """Checklist, dependencies and steps; `?edit=` opens one of them."""
    return _show(request, task_for(request.user, uid), request.GET.get("edit", ""))


def _show(
    request: Request, task: Task, edit: str = "", *, form: ServiceForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The plan as a fragment, or as a page of its own without script."""
    context = {"task": task, "project": task.project, "form": form} | plan_of(request.user, task) | more
    context["edit"] = edit if edit in EDITORS and context["may_edit"] else ""
    if context["edit"] == "needs":
        asked = request.GET.get("q", "")[:80]
        context |= {"asked": asked, "found": that_fit(task, asked)}
    if request.htmx:
        return render(request, "tracking/_task_plan.html", context, status=status)
    return render(request, "tracking/task_plan.html", frame_of(request, task.project, "tasks") | context, status=status)


@require_POST
def checklist(request: Request, uid: UUID) -> HttpResponse:
    """The points, one a line."""
    task = task_for(request.user, uid, Act.EDIT)
    form = ChecklistForm(request.POST)
    if form.is_valid():
        try:
            seen = form.cleaned_data["seen_version"]
            return _saved(request, save_checklist(actor=request.user, task_uid=uid, seen_version=seen, points=form.lines()))
        except Refused as refusal:
            form.take(refusal)
    return _again(request, task, "checklist", form, typed_points=request.POST.get("points", ""))


@require_POST
def steps(request: Request, uid: UUID) -> HttpResponse:
    """Planned steps as typed: 7月20日前 40%."""
    task = task_for(request.user, uid, Act.EDIT)
    form = StepsForm(request.POST)
    typed = request.POST.get("text", "")
    read = read_steps(typed, ground_of(task.project, task, {}))
    if form.is_valid() and not read.faults:
        try:
            seen = form.cleaned_data["seen_version"]
            return _saved(request, save_steps(actor=request.user, task_uid=uid, seen_version=seen, steps=read.steps))
        except Refused as refusal:
            form.take(refusal)
    return _again(request, task, "steps", form, typed_steps=typed, faults=read.faults)


@require_POST
def needs(request: Request, uid: UUID) -> HttpResponse:
    """What must be done before: all of it as the page shows it, with one added or taken away."""
    task = task_for(request.user, uid, Act.EDIT)
    form = NeedsForm(request.POST)
    if form.is_valid():
        drop = request.POST.get("drop", "")
        wanted = [one for one in form.uids() if str(one) != drop]
        try:
            seen = form.cleaned_data["seen_version"]
            saved = set_dependencies(actor=request.user, task_uid=uid, seen_version=seen, needs=wanted)
            return _saved(request, saved, "" if drop else "needs")
        except Refused as refusal:
            form.take(refusal)
    return _again(request, task, "needs", form)


@require_POST
def tick_point(request: Request, uid: UUID) -> HttpResponse:
    """Tick a point of the checklist, or take the tick back."""
    item = ChecklistItem.objects.filter(uid=uid).select_related("task").first()
    if item is None:
        raise Http404
    task = task_for(request.user, item.task.uid, Act.REPORT)
    seen = whole_number(request.POST.get("seen_version", ""))
    done = request.POST.get("done") == "1"
    tick(actor=request.user, item_uid=uid, seen_version=seen, done=done)
    return _saved(request, task)


def _saved(request: Request, task: Task, edit: str = "") -> HttpResponse:
    fresh = task_for(request.user, task.uid)
    if request.htmx:
        return _show(request, fresh, edit, oob=True)
    messages.success(request, _("Saved."))
    return redirect(fresh.get_absolute_url())


def _again(request: Request, task: Task, edit: str, form: ServiceForm, **more: Any) -> HttpResponse:
    """The same editor with what is wrong; nothing typed is lost."""
    status = form.status if form.theirs else 422
    return _show(request, task, edit, form=form, status=status, **more)
