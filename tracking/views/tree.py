"""The task tree: its page, the lines that come as one scrolls or unfolds, one line anew, and where a task goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.refusals import Refused
from people.requests import Request
from projects.access import project_for
from projects.models import Project
from projects.pages import frame_of
from tracking.access import Act, may_add, task_for
from tracking.models import Task
from tracking.plan_forms import PlaceForm
from tracking.queries.tree import Folds, Outline, lines_of, stretch
from tracking.services import place_task

COOKIE = "folds"
YEAR = 31_536_000
OPEN = Folds(shut=False, others=frozenset())


@dataclass
class Opening:
    """A form that stands open in the tree: under which task, what it does, where it goes."""

    kind: str  # add, edit, parts
    form: Any
    action: str
    task: Task | None = None
    pasted: Any = None
    left: Any = None


@require_GET
def project_tasks(request: Request, uid: UUID) -> HttpResponse:
    """The tasks of a project, each with its parts under it; the next lines where htmx asks for them."""
    return show_tree(request, project_for(request.user, uid))


def show_tree(
    request: Request, project: Project, opening: Opening | None = None, *, status: int = 200, at: UUID | None = None
) -> HttpResponse:
    """The tree's page, with the form that stands open in it; it begins where the address says."""
    outline = Outline(project)
    folds, turned = _folds(request, outline)
    at = at or (opening.task.uid if opening and opening.task else None) or _uid(request.GET.get("at"))
    if at is not None:
        folds = _opened(outline, folds, at)
    under, after = _uid(request.GET.get("under")), _uid(request.GET.get("after"))
    found = stretch(request.user, outline, folds, under=under, after=after, at=at)
    context: dict[str, Any] = {"project": project, "found": found, "under": under, "folds": folds, "opening": opening}
    if request.htmx and (under or after):
        return render(request, "tracking/_tree_lines.html", context)
    context |= {"may_add": may_add(request.user, project), "size": len(outline)}
    answer = render(request, "tracking/tree.html", frame_of(request, project, "tasks") | context, status=status)
    if turned:
        answer.set_cookie(COOKIE, str(folds), max_age=YEAR, path=reverse("project_tasks", args=[project.uid]), samesite="Lax")
    return answer


def _folds(request: Request, outline: Outline) -> tuple[Folds, bool]:
    """What this browser has folded; without script `?turn=` folds or unfolds one branch."""
    folds = Folds.read(request.COOKIES.get(COOKIE, ""), len(outline))
    turn = _uid(request.GET.get("turn"))
    return (folds.turned(turn), True) if turn else (folds, False)


def _opened(outline: Outline, folds: Folds, at: UUID) -> Folds:
    """The folds with the way to a task open."""
    key = outline.key(at)
    for above in [] if key is None else list(outline.above(key))[1:]:
        if folds.is_shut(outline.uid[above]):
            folds = folds.turned(outline.uid[above])
    return folds


def _uid(said: str | None) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        return None


def lines_again(
    request: Request, project: Project, first: Iterable[UUID], *, also: Iterable[UUID] = (), below: UUID | None = None
) -> HttpResponse:
    """These lines anew, with all above them and (`also`) others beside them; the page exchanges what it shows of them.

    `first` come as they are, the rest out of band; below a task whose parts were made, its lines follow.
    """
    outline = Outline(project)
    keys = [key for uid in first if (key := outline.key(uid)) is not None]
    beside = [key for uid in also if (key := outline.key(uid)) is not None]
    others = {above for key in [*keys, *beside] for above in outline.above(key)} - set(keys)
    drawn = lines_of(request.user, outline, [*keys, *sorted(others)], OPEN)
    context: dict[str, Any] = {"project": project, "lines": drawn[: len(keys)], "others": drawn[len(keys) :]}
    if below is not None:
        context |= {"found": stretch(request.user, outline, OPEN, under=below), "under": below}
    return render(request, "tracking/_tree_changed.html", context)


@require_GET
def line(request: Request, uid: UUID) -> HttpResponse:
    """One line anew."""
    task = task_for(request.user, uid)
    if not request.htmx and request.headers.get("X-Fragment") is None:
        return redirect(task_in_tree(task))
    outline = Outline(task.project)
    found = lines_of(request.user, outline, [task.pk], OPEN)
    return render(request, "tracking/_line.html", {"project": task.project, "line": found[0], "task": found[0].task})


def task_in_tree(task: Task) -> str:
    """The address of the tree where this task is in view."""
    return f"{reverse('project_tasks', args=[task.project.uid])}?at={task.uid}#task-{task.uid}"


@require_POST
def place(request: Request, uid: UUID) -> HttpResponse:
    """Order, indent, outdent: a step, or a place among others."""
    task = task_for(request.user, uid, Act.EDIT)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise Refused(_("There is no such place; look at the list again."), code="place")
    said = form.said()
    where = step_of(task, said["step"]) if said["step"] else {f"{name}_uid": said[name] for name in ("parent", "after", "before")}
    old = task.parent
    moved = place_task(actor=request.user, task_uid=uid, seen_version=form.cleaned_data["seen_version"], **where)
    if request.htmx:
        also = [row.uid for row in (old, moved) if row is not None]
        return lines_again(request, task.project, [], also=also)
    messages.success(request, _("Moved."))
    return redirect(task_in_tree(task))


def step_of(task: Task, step: str) -> dict[str, UUID | None]:
    """What a step up, down, in or out means where a task stands now. Errors: Refused where there is no such place."""
    beside = Task.objects.filter(project=task.project_id, parent=task.parent_id)
    above = beside.filter(rank__lt=task.rank).order_by("-rank").values_list("uid", flat=True).first()
    parent = task.parent.uid if task.parent else None
    if step == "up" and above:
        return {"parent_uid": parent, "before_uid": above}
    if step == "in" and above:
        return {"parent_uid": above}
    if step == "out" and task.parent:
        whole = task.parent.parent
        return {"parent_uid": whole.uid if whole else None, "after_uid": task.parent.uid}
    below = beside.filter(rank__gt=task.rank).order_by("rank").values_list("uid", flat=True).first()
    if step == "down" and below:
        return {"parent_uid": parent, "after_uid": below}
    raise Refused(_("It cannot go further there."), code="place")
