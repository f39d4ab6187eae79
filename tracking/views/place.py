"""An act on a task ends where it was begun: on My desk, on the board, in the tree, or on the task's page."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from people.requests import Request
from tracking.models import Task
from tracking.queries.board import card_of, read_filters, totals
from tracking.queries.overview import overview


def finished(request: Request, task: Task, *, message: str, report: Any = None) -> HttpResponse:
    """The fragment of the place, or back to the page it came from."""
    place = request.POST.get("place", "page")
    if not request.htmx:
        messages.success(request, message)
        back = request.headers.get("Referer", "")
        own = url_has_allowed_host_and_scheme(back, {request.get_host()}) and urlsplit(back).path != request.path
        return redirect(back if own else task.get_absolute_url())
    row = card_of(task.pk, task.project, request.user)
    if place == "card":
        return _card_moved(request, row)
    if place == "line":
        return render(request, "tracking/_finished.html", {"task": row, "message": message, "report": report})
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    messages.success(request, message)
    return answer


def _card_moved(request: Request, card: Task) -> HttpResponse:
    """The card leaves where it stood and enters its column; the top line and the counts follow."""
    said = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    filters = read_filters(said)
    context = {
        "card": card,
        "project": card.project,
        "overview": overview(card.project),
        "filters": filters,
        "columns": totals(card.project, request.user, filters),
        "moved": True,
    }
    answer = render(request, "tracking/_card_moved.html", context)
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#card-{card.uid}", "delete"
    return answer
