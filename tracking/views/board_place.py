"""Where on the board something happened: its filters and layout as the page's address has them."""

from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django_htmx.http import trigger_client_event

from people.requests import Request
from projects.models import Project
from tracking.board_card import Cards
from tracking.models import Task
from tracking.queries.board import NO_CHOICES, Board, read_shape
from tracking.queries.board_cards import card_row
from tracking.queries.filter_bar import Choices
from tracking.queries.filters import read_filters


def board_of_address(request: Request, project: Project, query: str, choices: Choices = NO_CHOICES) -> Board:
    """The board that a query asks for."""
    said = QueryDict(query)
    return Board(project, request.user, read_filters(said), read_shape(said), choices)


def board_of_page(request: Request, project: Project) -> Board:
    """The board from which a fragment was asked for: the form says so, else the page's address."""
    said = request.POST.get("board") or request.GET.get("board")
    return board_of_address(request, project, said or urlsplit(request.headers.get("HX-Current-URL", "")).query)


def card_moved(request: Request, before: Task, *, undo: bool = False) -> HttpResponse:
    """The moved card, and the counts of the two columns where it left one (as `before` says) for another; never the board."""
    project = before.project
    asked, now = board_of_page(request, project), card_row(before.pk)
    values = {asked.shape.column_of(row): asked.value_of(row) for row in (before, now)}
    known = asked.counts(*values.values()) if len(values) > 1 else {}
    context = {
        "card": mark_safe(Cards(request.user, project, asked.shape).one(now)),
        "counts": [(key, known.get(value, 0)) for key, value in values.items() if len(values) > 1],
    }
    answer = render(request, "tracking/_card_moved.html", context)
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#card-{now.uid}", "outerHTML"
    if undo:
        trigger_client_event(answer, "board:moved", {"uid": str(now.uid), "version": now.version})
    return answer
