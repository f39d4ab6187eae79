"""Resolutions and actions of the minutes as rows; an action is read while it is typed, and becomes a task."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.fields import retype
from common.refusals import Conflict, Refused, Unseen
from common.typed import whole_number
from meetings import services
from meetings.access import Act, action_for, minutes_for, resolution_for
from meetings.forms import refuse
from meetings.models import Action, Minutes, Resolution
from meetings.row_forms import ActionChangeForm, ActionForm, OpenTaskForm, ResolutionChangeForm, ResolutionForm
from meetings.writing_page import actions_out, rows_context, writing_context
from people.requests import Request
from projects.pages import project_page


@require_POST
def add_resolution(request: Request, uid: UUID) -> HttpResponse:
    """A row among the resolutions."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    form = ResolutionForm(request.POST, meeting=draft.meeting, prefix="resolution")
    return _add(request, draft, form, lambda said: services.add_resolution(**said, text=form.cleaned_data["text"]), "resolution")


@require_POST
def add_action(request: Request, uid: UUID) -> HttpResponse:
    """A row among the actions: one line, and what was chosen beside it."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    form = ActionForm(request.POST, meeting=draft.meeting, prefix="action")
    return _add(request, draft, form, lambda said: services.add_action(**said, **form.said()), "action")


def _add(
    request: Request, draft: Minutes, form: ResolutionForm, save: Callable[[dict[str, Any]], Any], name: str
) -> HttpResponse:
    if form.is_valid():
        item = form.cleaned_data["item"]
        said = {"actor": request.user, "meeting_uid": draft.meeting.uid, "item_uid": item.uid if item else None}
        try:
            save(said)
        except Refused as refusal:
            refuse(form, refusal)
    if form.errors:
        return _rows(request, draft, name, {f"{name}_form": form}, status=422)
    return _rows(request, draft, name, {})


def _rows(request: Request, draft: Minutes, name: str, more: dict[str, Any], status: int = 200) -> HttpResponse:
    more = more | {"focus": name}
    if request.htmx:
        return render(request, f"meetings/_{name}s.html", rows_context(draft) | more, status=status)
    if status == 200 and not more.get("struck") and not more.get("changing"):
        return redirect("minutes", draft.meeting.uid)
    context = writing_context(draft) | more
    return project_page(request, draft.meeting.project, "meetings/minutes_write.html", "meetings", context, status=status)


@require_GET
def read_action(request: Request, uid: UUID) -> HttpResponse:
    """What the line says so far, before it is saved."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    form = ActionForm(request.GET, meeting=draft.meeting, prefix="action")
    form.is_valid()
    typed = request.GET.get("action-text", "").strip()
    return render(request, "meetings/_action_read.html", {"read": form.read() if typed else None, "meeting": draft.meeting})


@require_POST
def remove_resolution(request: Request, uid: UUID) -> HttpResponse:
    """Strike a resolution."""
    return _remove(request, resolution_for(request.user, uid, Act.WRITE), "resolution", services.remove_resolution)


@require_POST
def remove_action(request: Request, uid: UUID) -> HttpResponse:
    """Strike an action."""
    return _remove(request, action_for(request.user, uid, Act.WRITE), "action", services.remove_action)


def _remove(request: Request, row: Resolution | Action, name: str, strike: Callable[..., Any]) -> HttpResponse:
    """Struck at once; beside it stands how to take that back."""
    try:
        strike(actor=request.user, seen_version=_seen(request), **{f"{name}_uid": row.uid})
    except (Conflict, Unseen) as refusal:
        return _rows(request, row.minutes, name, {"row_refusal": refusal, "refused_row": row.uid}, status=refusal.status)
    return _rows(request, row.minutes, name, {"struck": row, "struck_kind": name})


def _seen(request: Request) -> int:
    seen = whole_number(request.POST.get("seen_version", ""))
    if seen is None:
        raise Unseen
    return seen


@require_POST
def restore_resolution(request: Request, uid: UUID, row: UUID) -> HttpResponse:
    """Take back that a resolution was struck."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    services.restore_resolution(actor=request.user, meeting_uid=uid, resolution_uid=row)
    return _rows(request, draft, "resolution", {})


@require_POST
def restore_action(request: Request, uid: UUID, row: UUID) -> HttpResponse:
    """Take back that an action was struck."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    services.restore_action(actor=request.user, meeting_uid=uid, action_uid=row)
    return _rows(request, draft, "action", {})


@require_http_methods(["GET", "POST"])
def change_resolution(request: Request, uid: UUID) -> HttpResponse:
    """A resolution in other words."""
    row = resolution_for(request.user, uid, Act.WRITE)
    initial = {"text": row.text, "seen_version": row.version}
    form = ResolutionChangeForm(request.POST if request.method == "POST" else None, initial=initial, meeting=row.minutes.meeting)
    return _change(request, row, form, "resolution", services.change_resolution)


@require_http_methods(["GET", "POST"])
def change_action(request: Request, uid: UUID) -> HttpResponse:
    """An action by its fields."""
    row = action_for(request.user, uid, Act.WRITE)
    form = ActionChangeForm(
        request.POST if request.method == "POST" else None, initial=ActionChangeForm.initial_of(row), meeting=row.minutes.meeting
    )
    return _change(request, row, form, "action", services.change_action)


def _change(request: Request, row: Any, form: ResolutionForm, name: str, save: Callable[..., Any]) -> HttpResponse:
    status = 200
    if request.method == "POST":
        valid = form.is_valid()
        try:
            seen = _seen(request)
            if valid:
                fields = {key: value for key, value in form.cleaned_data.items() if key != "seen_version"}
                save(actor=request.user, seen_version=seen, **{f"{name}_uid": row.uid}, **fields)
                return _rows(request, row.minutes, name, {})
            status = 422
        except (Conflict, Unseen) as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
            retype(form, {"seen_version": row.version})
        except Refused as refusal:
            refuse(form, refusal)
            status = 422
    return _rows(request, row.minutes, name, {"change_form": form, "changing": row.uid, "changed": row}, status=status)


@require_POST
def action_to_task(request: Request, uid: UUID) -> HttpResponse:
    """An action becomes a task; what it leaves open may be said with it."""
    row = action_for(request.user, uid, Act.WRITE)
    form = OpenTaskForm(request.POST, meeting=row.minutes.meeting)
    said = form.cleaned_data if form.is_valid() else {}
    try:
        task = services.action_to_task(actor=request.user, action_uid=uid, **said)
    except Refused as refusal:
        if not request.htmx:
            raise
        more = {"row_refusal": refusal, "refused_row": uid}
        return _after_tasks(request, row.minutes, more, status=refusal.status)
    messages.success(request, _("“%s” is a task now.") % task.title)
    return _after_tasks(request, row.minutes, {})


@require_POST
def actions_to_tasks(request: Request, uid: UUID) -> HttpResponse:
    """All actions that say who and until when become tasks; the others say what they lack."""
    minutes = minutes_for(request.user, uid, Act.WRITE)
    made = services.actions_to_tasks(actor=request.user, meeting_uid=uid)
    count = len(made.tasks)
    if count:
        messages.success(request, ngettext("%d action is a task now.", "%d actions are tasks now.", count) % count)
    for action, lacks in made.lacking:
        messages.warning(request, _("“%(text)s” is no task yet; not said: %(lacks)s.") % {"text": action.text, "lacks": lacks})
    return _after_tasks(request, minutes, {})


def _after_tasks(request: Request, minutes: Minutes, more: dict[str, Any], status: int = 200) -> HttpResponse:
    if not request.htmx:
        return redirect("minutes", minutes.meeting.uid)
    if minutes.state == Minutes.State.DRAFT:
        return _rows(request, minutes, "action", more, status=status)
    context = {"minutes": minutes, "meeting": minutes.meeting, "may_write": True} | actions_out(minutes) | more
    return render(request, "meetings/_actions_out.html", context, status=status)
