"""My desk: what waits for me, in the order in which it should be done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def my_desk(request: HttpRequest) -> HttpResponse:
    """The first page of everybody."""
    return render(request, "collab/desk.html")
