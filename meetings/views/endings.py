"""An action that is done or not needed: said beside its minutes, or on the agenda to which it was carried over."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from common.refusals import Refused
from meetings import services
from meetings.access import Act, action_of, meeting_for
from meetings.models import Minutes
from meetings.views.agenda import agenda_context
from meetings.writing_page import actions_out, rows_context
from people.requests import Request


@require_POST
def end_action(request: Request, uid: UUID) -> HttpResponse:
    """Done, or not needed and why."""
    said = {"outcome": request.POST.get("outcome", ""), "reason": request.POST.get("reason", "")}
    return _said(request, uid, services.end_action, said)


@require_POST
def reopen_action(request: Request, uid: UUID) -> HttpResponse:
    """Take that back."""
    return _said(request, uid, services.reopen_action, {})


def _said(request: Request, uid: UUID, save: Callable[..., Any], said: dict[str, str]) -> HttpResponse:
    meeting_uid = _uid(request.POST.get("meeting", ""))
    action = action_of(request.user, uid, Act.WRITE, at=meeting_uid)
    more: dict[str, Any] = {}
    status = 200
    try:
        save(actor=request.user, action_uid=uid, meeting_uid=meeting_uid, **said)
    except Refused as refusal:
        if not request.htmx:
            raise
        more, status = {"row_refusal": refusal, "refused_row": str(uid)}, refusal.status
    if not request.htmx:
        return redirect("meeting", meeting_uid) if meeting_uid else redirect("minutes", action.minutes.meeting.uid)
    if meeting_uid:
        meeting = meeting_for(request.user, meeting_uid)
        return render(request, "meetings/_agenda.html", agenda_context(request, meeting) | more, status=status)
    minutes = action.minutes
    if minutes.state == Minutes.State.DRAFT:
        return render(request, "meetings/_actions.html", rows_context(minutes) | more, status=status)
    context = {"minutes": minutes, "meeting": minutes.meeting, "may_write": True} | actions_out(minutes) | more
    return render(request, "meetings/_actions_out.html", context, status=status)


def _uid(said: str) -> UUID | None:
    """The meeting on whose agenda it is said; 404 for what is none."""
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Http404 from None
