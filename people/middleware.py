"""Pages speak the language that their reader chose, and answer from one edition of the work calendar."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from people.calendar import looked_at_once


class LanguageOfUser:
    """The signed-in person's language; before sign-in the cookie or the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class OneCalendar:
    """While a page is made, the work calendar is asked at most once whether it is still the one that this process remembers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user  # who signed in brought the edition along
        with looked_at_once((user.calendar_edition,) if hasattr(user, "calendar_edition") else None):
            return self.get_response(request)
