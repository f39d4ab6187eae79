"""The list of projects, a new draft, the recent ones."""

from django.http import HttpRequest, HttpResponse


def projects(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def project_new(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def recent_projects(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
