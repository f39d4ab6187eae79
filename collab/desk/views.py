"""My desk: what waits for me, in the order in which it should be done."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collab.desk.rows import gather
from collab.director.rows import place_of
from common import clock, saying
from people.requests import Request

SHEETS = ("documents.css", "meetings.css", "tracking.css", "progress.css")  # of the floors whose fragments stand on the desk


@require_GET
def my_desk(request: Request) -> HttpResponse:
    """The first page of everybody."""
    place = place_of(request.user)
    groups = gather(request.user, stands_in=place.stands_in)
    mine = [group for group in groups if group.kind.code not in ("waiting", "clocks")]
    return render(
        request,
        "collab/desk.html",
        {
            "groups": groups,
            "todo": sum(group.total for group in mine),
            "today": saying.here(clock.now()).date(),
            "sheets": SHEETS,
            "is_director": place.is_director,
        },
    )
