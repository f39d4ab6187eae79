"""Refusals reach the person as a message at the place where the act was tried."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event

from common.refusals import Refused

LEVELS = {"error": "danger", "warning": "warning", "success": "success"}


def beside_the_work(response: HttpResponse) -> HttpResponse:
    """A fragment's refusal is shown among the messages, so that what was typed stays where it is."""
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "beforeend"
    return response


class SayMessages:
    """A message said while a fragment was made reaches the page with it, in a header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        goes_on = response.status_code in range(300, 400) or any(h in response for h in ("HX-Redirect", "HX-Refresh"))
        if getattr(request, "htmx", False) and not goes_on and not response.streaming:
            said = [{"text": str(line), "level": LEVELS.get(line.level_tag, "info")} for line in messages.get_messages(request)]
            if said:
                trigger_client_event(response, "say", {"messages": said})
        return response


NUL = "\x00"


class LeaveOutNul:
    """The one character that no text of the database holds is left out of what is asked and typed, whoever reads it then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return  # a view without the check of origin (the API) reads its body itself; to read it here would take it away
        if any(NUL in said for _name, all_said in request.POST.lists() for said in all_said):
            request.POST = _without_nul(request.POST)


def _without_nul(typed: QueryDict) -> Any:
    said = QueryDict(mutable=True, encoding=typed.encoding)
    for name, all_said in typed.lists():
        said.setlist(name, [str(one).replace(NUL, "") for one in all_said])
    said._mutable = False
    return said


class AskToSignInAgain:
    """A fragment asked for after the session ended: said beside the work, so that what was typed stays and can be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        to = response.headers.get("Location", "")
        sign_in = resolve_url(settings.LOGIN_URL)
        if request.headers.get("HX-Request") == "true" and response.status_code == 302 and to.startswith(sign_in):
            return beside_the_work(render(request, "_signed_out.html", {"sign_in": sign_in}, status=403))
        return response


class SayRefusals:
    """A Refused that no view caught: a message on the page it came from (409 for fragments)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if getattr(request, "htmx", False):
            return beside_the_work(render(request, "_refused.html", {"refusal": exception}, status=exception.status))
        back = request.headers.get("Referer", "")
        if request.method == "POST" and url_has_allowed_host_and_scheme(back, {request.get_host()}):
            messages.error(request, str(exception))
            return redirect(back)
        return render(request, "refused.html", {"refusal": exception}, status=exception.status)


class LeadToThePageAbove:
    """The address of an act, opened as a page (after signing in again, by reloading): one comes to the nearest page above it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asked_for_a_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code != 405 or not asked_for_a_page or request.headers.get("HX-Request") == "true":
            return response
        return redirect(_page_above(request.path))


def _page_above(path: str) -> str:
    """The nearest address above this one that is any; that it is an act again leads one further up."""
    while (path := path.rstrip("/").rpartition("/")[0] + "/") != "/":
        if is_valid_path(path):
            return path
    return "/"
