"""What is typed on the minutes: kept as one types, never over somebody else's words."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.refusals import Conflict, Refused
from meetings import services
from meetings.access import Act, action_for, item_for, minutes_for, resolution_for
from meetings.forms import ActionForm, ResolutionForm, TextForm, refuse
from meetings.services.tasks import action_to_task as make_task
from meetings.views.minutes import writing_context
from people.requests import Request
from projects.pages import project_page


@require_POST
def write_item(request: Request, uid: UUID) -> HttpResponse:
    """The notes on a topic."""
    item = item_for(request.user, uid, Act.WRITE)
    place = {"key": str(item.uid), "title": item.title, "meeting_uid": item.meeting.uid}
    return _write(
        request, place, lambda text, seen: services.write_item(actor=request.user, item_uid=uid, seen_version=seen, notes=text)
    )


@require_POST
def write_summary(request: Request, uid: UUID) -> HttpResponse:
    """The summary of the minutes."""
    minutes_for(request.user, uid, Act.WRITE)
    place = {"key": "summary", "title": _("Summary"), "meeting_uid": uid}
    return _write(
        request,
        place,
        lambda text, seen: services.write_summary(actor=request.user, meeting_uid=uid, seen_version=seen, summary=text),
    )


def _write(request: Request, place: dict[str, Any], save: Callable[[str, int], Any]) -> HttpResponse:
    """Save a text; on a conflict both texts are shown and the person chooses."""
    form = TextForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    seen = form.cleaned_data["seen_version"]
    try:
        row = save(text, form.version)
    except Conflict as conflict:
        context = {**place, "conflict": conflict, "version": seen, "mine": text}
        template = "meetings/_saved.html" if request.htmx else "meetings/conflict.html"
        return render(request, template, context, status=conflict.status)
    except Refused as refusal:
        if not request.htmx:
            raise
        return render(request, "meetings/_saved.html", {**place, "refusal": refusal, "version": seen}, status=refusal.status)
    if request.htmx:
        return render(request, "meetings/_saved.html", {**place, "version": row.version, "saved": True})
    return redirect("minutes", place["meeting_uid"])


@require_POST
def add_resolution(request: Request, uid: UUID) -> HttpResponse:
    """A row among the resolutions."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    form = ResolutionForm(request.POST, meeting=draft.meeting, prefix="resolution")
    return _add(request, draft, form, services.add_resolution, "resolution")


@require_POST
def add_action(request: Request, uid: UUID) -> HttpResponse:
    """A row among the actions."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    form = ActionForm(request.POST, meeting=draft.meeting, prefix="action")
    return _add(request, draft, form, services.add_action, "action")


def _add(request: Request, draft: Any, form: ResolutionForm, save: Callable[..., Any], name: str) -> HttpResponse:
    if form.is_valid():
        said = dict(form.cleaned_data)
        item = said.pop("item")
        try:
            save(actor=request.user, meeting_uid=draft.meeting.uid, item_uid=item.uid if item else None, **said)
        except Refused as refusal:
            refuse(form, refusal)
    if form.errors:
        more = {f"{name}_form": form, "focus": name}
        if request.htmx:
            return render(request, f"meetings/_{name}s.html", writing_context(draft) | more, status=422)
        context = writing_context(draft) | more
        return project_page(request, draft.meeting.project, "meetings/minutes_write.html", "meetings", context, status=422)
    return _rows(request, draft, name)


def _rows(request: Request, draft: Any, name: str) -> HttpResponse:
    if request.htmx:
        return render(request, f"meetings/_{name}s.html", writing_context(draft) | {"focus": name})
    return redirect("minutes", draft.meeting.uid)


@require_POST
def remove_resolution(request: Request, uid: UUID) -> HttpResponse:
    """Strike a resolution."""
    row = resolution_for(request.user, uid, Act.WRITE)
    services.remove_resolution(actor=request.user, resolution_uid=uid)
    return _rows(request, row.minutes, "resolution")


@require_POST
def remove_action(request: Request, uid: UUID) -> HttpResponse:
    """Strike an action."""
    row = action_for(request.user, uid, Act.WRITE)
    services.remove_action(actor=request.user, action_uid=uid)
    return _rows(request, row.minutes, "action")


@require_POST
def action_to_task(request: Request, uid: UUID) -> HttpResponse:
    """An action becomes a task."""
    row = action_for(request.user, uid, Act.WRITE)
    task = make_task(actor=request.user, action_uid=uid)
    messages.success(request, _("“%s” is a task now.") % task.title)
    return redirect("minutes", row.minutes.meeting.uid)
