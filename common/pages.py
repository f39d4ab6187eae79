"""Lists are paged, always."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS = 25


def paged(request: HttpRequest, rows: Any, per: int = ROWS) -> Page:
    """The page of `rows` (an ordered queryset or list) asked for by `?page=`; a wrong number shows the nearest."""
    return page_of(rows, request.GET.get("page"), per)


def page_of(rows: Any, asked: Any, per: int) -> Page:
    """The page asked for by its number; of a list that its first page holds, nobody asks how long it is."""
    pages = Paginator(rows, per)
    if asked not in (None, "", "1", 1):
        return pages.get_page(asked)
    first = list(rows[: per + 1])
    if len(first) <= per:
        pages.count = len(first)
    return Page(first[:per], 1, pages)
