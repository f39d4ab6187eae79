"""Lists are paged, always."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS = 25


def paged(request: HttpRequest, rows: Any, per: int = ROWS) -> Page:
    """The page of `rows` (an ordered queryset or list) asked for by `?page=`; a wrong number shows the nearest."""
    return Paginator(rows, per).get_page(request.GET.get("page"))
