"""The progress board: the page, what its columns send when one scrolls on, and one card anew."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.typed import whole_number
from people.requests import Request
from projects.access import project_for
from projects.pages import frame_of
from tracking.access import task_for
from tracking.board_card import Cards
from tracking.models import SavedView
from tracking.queries.board import Board, Column, Slot, read_shape
from tracking.queries.board_cards import card_rows
from tracking.queries.filter_bar import choices_of, filter_bar, known
from tracking.queries.filters import read_filters
from tracking.views.board_place import board_of_address
from tracking.views.saved import kept_view, name_of_view, opens_with


@require_GET
def board(request: Request, uid: UUID) -> HttpResponse:
    """How the project stands, and every task in its column; filters and layout stand in the address."""
    project = project_for(request.user, uid)
    if opened := opens_with(request, project, SavedView.Layout.BOARD):
        return opened
    choices = choices_of(project)
    filters, shape = known(read_filters(request.GET), choices), read_shape(request.GET)
    asked = Board(project, request.user, filters, shape, choices)
    cards = Cards(request.user, project, shape)
    if "column" in request.GET:
        return _further(request, asked, cards)
    if "lane" in request.GET:
        return render(request, "tracking/_lanes.html", {"project": project} | _lanes(asked, cards, request.GET["lane"]))
    address = reverse("board", args=[project.uid])
    bar = filter_bar(filters, choices, address, beside=[*shape.pairs, *kept_view(request)], target="board")
    context: dict[str, Any] = {"project": project, "asked": asked, "shape": shape, "filters": filters, "bar": bar}
    context |= {"address": address, "view_name": name_of_view(request, project), "signs": cards.signs}
    if request.htmx:
        context |= _lanes(asked, cards) if shape.lanes else _columns(asked, cards, asked.counts())
        return render(request, "tracking/_board_follow.html", context)
    frame = frame_of(request, project, "risks")
    line = asked.overview(frame["outline"])
    context |= {"overview": line} | (_lanes(asked, cards) if shape.lanes else _columns(asked, cards, line.shown))
    return render(request, "tracking/board.html", frame | context)


def _columns(asked: Board, cards: Cards, known: Mapping[Any, int]) -> dict[str, Any]:
    found = asked.columns(known)
    return {"columns": [(column, cards.all(column.cards), _next(asked, column)) for column in found]}


def _next(asked: Board, column: Column) -> str:
    """Where a column goes on that shows its first cards."""
    return _goes_on(asked, column.slot.key, column.lane, asked.next_of(column))


def _goes_on(asked: Board, column: str, lane: str, after: str) -> str:
    """The address of the cards of a column behind a place; "" behind the last."""
    if not after:
        return ""
    said = [*asked.pairs, ("column", column), *([("in_lane", lane)] if lane else []), ("after", after)]
    return f"{reverse('board', args=[asked.project.uid])}?{urlencode(said)}"


def _lanes(asked: Board, cards: Cards, start: str = "0") -> dict[str, Any]:
    heads, lanes, following = asked.lanes(whole_number(start) or 0)
    drawn = [(lane, [(cell, cards.all(cell.cards), _next(asked, cell)) for cell in lane.cells]) for lane in lanes]
    return {"heads": heads, "lanes": drawn, "following": following, "asked": asked}


def _further(request: Request, asked: Board, cards: Cards) -> HttpResponse:
    """The cards of one column behind a place; without script a page of their own."""
    column = _slot(asked.slots(), request.GET["column"])
    lane = _slot(asked.lane_slots(), request.GET["in_lane"]) if request.GET.get("in_lane") else None
    rows, following = asked.further(column, lane, request.GET.get("after", ""))
    after = _goes_on(asked, column.key, lane.key if lane else "", following)
    context = {"project": asked.project, "cards": cards.all(rows), "column": column, "next": after, "asked": asked}
    if request.htmx:
        return render(request, "tracking/_column_more.html", context)
    context["signs"] = cards.signs
    return render(request, "tracking/board_column.html", frame_of(request, asked.project, "risks") | context)


def _slot(slots: list[Slot], key: str) -> Slot:
    found = next((slot for slot in slots if slot.key == key), None)
    if found is None:
        raise Http404
    return found


@require_GET
def card(request: Request, uid: UUID) -> HttpResponse:
    """One card anew, as its place on the board shows it; gone where the filters no longer leave it."""
    task = task_for(request.user, uid)
    asked = board_of_address(request, task.project, request.GET.get("place", ""))
    rows = card_rows(asked.rows.filter(pk=task.pk))
    return HttpResponse(Cards(request.user, task.project, asked.shape).all(rows), status=200 if rows else 204)


@require_GET
def board_overview(request: Request, uid: UUID) -> HttpResponse:
    """The top line of the board anew, with the counts of its columns."""
    project = project_for(request.user, uid)
    asked = board_of_address(request, project, request.GET.get("board", ""), choices_of(project))
    line = asked.overview()
    counts = [(slot.key, line.shown.get(slot.value, 0)) for slot in asked.slots()]
    context = {"project": project, "overview": line, "counts": counts, "filters": asked.filters}
    return render(request, "tracking/_overview_anew.html", context)
