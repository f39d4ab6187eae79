"""A form that makes something carries a key: a double click, or the same form sent twice, makes one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from activity.once import Repeated, RepeatedAnswer, done_once, fingerprint_of

FIELD = "once"
LONGEST_KEY = 40
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class DoneOnce:
    """The first form with a key is done; the same form with the same key again gets the first one's answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = self._key(request)
        if not key or not request.user.is_authenticated:
            return self.get_response(request)
        asked = _asked(request)
        # what was changed after going back is another form, though its key is the same
        return done_once(
            user=request.user, key=f"page:{key}:{asked[:32]}", fingerprint=asked, do=lambda: self.get_response(request)
        )

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return RepeatedAnswer() if isinstance(exception, Repeated) else None

    def _key(self, request: HttpRequest) -> str:
        if request.method != "POST" or request.content_type not in FORMS or request.path.startswith("/api/"):
            return ""
        key = request.POST.get(FIELD, "")
        return key if key.isascii() and key.isalnum() and len(key) <= LONGEST_KEY else ""


def _asked(request: HttpRequest) -> str:
    """What a form asks for: where, what was typed, which files."""
    said = [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
    files = [(name, f"{file.name} {file.size}") for name, several in request.FILES.lists() for file in several]
    return fingerprint_of(request.path, repr(sorted(said)), repr(sorted(files)))
