"""The director's view: three numbers, what waits for a signature, what was promised, what others owe."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collab.director.rows import view_of
from common import clock, saying
from people.requests import Request

SHEETS = ("documents.css", "tracking.css", "director.css")


@require_GET
def director(request: Request) -> HttpResponse:
    """One page for who heads a department; it is empty for anybody else."""
    found = view_of(request.user, page=request.GET.get("page"), debts=request.GET.get("debts"))
    today = saying.here(clock.now()).date()
    return render(request, "collab/director.html", {"view": found, "today": today, "sheets": SHEETS})
