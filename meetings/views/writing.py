"""What is typed on the minutes: kept as one types, never over somebody else's words."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.refusals import Conflict, Refused, Unseen
from meetings import services
from meetings.access import Act, item_for, minutes_for
from meetings.models import AgendaItem, Minutes
from meetings.row_forms import TextForm
from meetings.services.writing import last_writer
from meetings.writing_page import attendance_context, rows_context
from people.requests import Request

FRAGMENTS: dict[str, Callable[[Minutes], dict[str, Any]]] = {
    "attendance": lambda draft: attendance_context(draft.meeting),
    "resolutions": rows_context,
    "actions": rows_context,
}


@require_POST
def write_item(request: Request, uid: UUID) -> HttpResponse:
    """The notes on a topic."""
    item = item_for(request.user, uid, Act.WRITE)
    place = {"key": str(item.uid), "title": item.title, "meeting": item.meeting}
    return _write(
        request,
        place,
        (item.notes, item.version),
        lambda text, seen: services.write_item(actor=request.user, item_uid=uid, seen_version=seen, notes=text),
    )


@require_POST
def write_summary(request: Request, uid: UUID) -> HttpResponse:
    """The summary of the minutes."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    place = {"key": "summary", "title": _("Summary"), "meeting": draft.meeting}
    return _write(
        request,
        place,
        (draft.summary, draft.version),
        lambda text, seen: services.write_summary(actor=request.user, meeting_uid=uid, seen_version=seen, summary=text),
    )


def _write(request: Request, place: dict[str, Any], now: tuple[str, int], save: Callable[[str, int], Any]) -> HttpResponse:
    """Save a text; on a conflict both texts are shown and the person chooses. What is refused stays in the field."""
    form = TextForm(request.POST)
    said = place | {"action": request.path, "mine": request.POST.get("text", ""), "version": request.POST.get("seen_version", "")}
    if not form.is_valid():
        return _refused(request, said, str(next(iter(form.errors.values()))[0]), 422)
    seen = form.version(*now)
    if seen is None:
        return _refused(request, said, str(Unseen()), Unseen.status)
    text = form.chosen(now[0])
    try:
        row = save(text, seen)
    except Conflict as conflict:
        said |= {"conflict": conflict, "mine": text}
        template = "meetings/_saved.html" if request.htmx else "meetings/conflict.html"
        return render(request, template, said, status=conflict.status)
    except Refused as refusal:
        return _refused(request, said | {"closed": refusal.code == "distributed"}, str(refusal), refusal.status)
    if not request.htmx:
        return redirect("minutes", place["meeting"].uid)
    kept = getattr(row, "notes" if place["key"] != "summary" else "summary")
    said |= {"version": row.version, "saved_at": clock.now(), "now_text": kept if kept != said["mine"] else None}
    return render(request, "meetings/_saved.html", said)


def _refused(request: Request, said: dict[str, Any], words: str, status: int) -> HttpResponse:
    template = "meetings/_saved.html" if request.htmx else "meetings/conflict.html"
    return render(request, template, said | {"refusal": words}, status=status)


@require_GET
def minutes_now(request: Request, uid: UUID) -> HttpResponse:
    """What others wrote meanwhile, for the page on which one writes too: nothing (204) while nothing changed."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    rows: list[tuple[str, str, Minutes | AgendaItem]] = [("summary", draft.summary, draft)]
    rows += [(str(item.uid), item.notes, item) for item in draft.meeting.agenda.all()]
    stamp = hashlib.sha256(repr([draft.state, *((key, row.version) for key, _text, row in rows)]).encode()).hexdigest()[:16]
    if request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    known = dict(pair.rpartition(":")[::2] for pair in request.GET.get("known", "").split(",") if ":" in pair)
    texts = [
        {"key": key, "version": row.version, "text": text, "by": last_writer(row)}
        for key, text, row in rows
        if known.get(key) != str(row.version)
    ]
    is_open = draft.state == Minutes.State.DRAFT
    return JsonResponse({"stamp": stamp, "open": is_open, "texts": texts if is_open else []})


@require_GET
def minutes_part(request: Request, uid: UUID, part: str) -> HttpResponse:
    """Attendance, resolutions or actions as they are now."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    if part not in FRAGMENTS or draft.state != Minutes.State.DRAFT:
        raise Http404
    return render(request, f"meetings/_{part}.html", FRAGMENTS[part](draft))
