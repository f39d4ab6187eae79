"""How a no looks that no view has said: a page, or a line beside the work when a fragment was asked for."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.middleware import beside_the_work


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """You see it, but may not."""
    if getattr(request, "htmx", False):
        said = _("You do not have the right to do this. “Who may do what” says who has.")
        return beside_the_work(render(request, "_refused.html", {"refusal": said}, status=403))
    return render(request, "403.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page's token is no longer that of the session: it was open while somebody signed in or out."""
    said = _("This page was open too long. Load it again; what you typed can be copied first.")
    if request.headers.get("HX-Request") == "true":
        return beside_the_work(render(request, "_refused.html", {"refusal": said}, status=403))
    return render(request, "refused.html", {"refusal": said}, status=403)


def misunderstood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent is more than is read at once, or no request at all."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    said = (
        _("That was too much at once. Send fewer files or less text at a time; nothing of it was saved.")
        if too_much
        else _("This could not be read. Load the page again; what you typed can be copied first.")
    )
    if request.headers.get("HX-Request") == "true":
        return beside_the_work(render(request, "_refused.html", {"refusal": said}, status=422))
    return render(request, "refused.html", {"refusal": said}, status=413 if too_much else 400)
