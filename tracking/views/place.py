"""An act on a task ends where it was begun: on My desk, on the board, in the tree, or on the task's page."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from people.requests import Request
from tracking.models import Task
from tracking.queries.board import card_of
from tracking.views.board_place import card_moved
from tracking.views.cells import row_answer
from tracking.views.tree import lines_again


def finished(request: Request, task: Task, *, message: str, report: Any = None, undo: bool = False) -> HttpResponse:
    """The fragment of the place, or back to the page it came from."""
    place = request.POST.get("place", "page")
    if not request.htmx:
        messages.success(request, message)
        back = request.headers.get("Referer", "")
        own = url_has_allowed_host_and_scheme(back, {request.get_host()}) and urlsplit(back).path != request.path
        return redirect(back if own else task.get_absolute_url())
    if place == "card":
        return card_moved(request, task, undo=undo)
    if place == "row":
        return row_answer(request, task)
    if place == "tree":
        messages.success(request, message)
        answer = lines_again(request, task.project, [], also=[task.uid])
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#report-line-{task.uid}", "delete"
        return answer
    row = card_of(task.pk, task.project, request.user)
    if place == "line":
        return render(request, "tracking/_finished.html", {"task": row, "message": message, "report": report})
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    messages.success(request, message)
    return answer
