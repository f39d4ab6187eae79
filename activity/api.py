"""Acts by the API: under a key of the caller's choice they are done once."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from activity.once import done_once, fingerprint_of
from common.api.problems import Problem
from common.api.views import ApiView

LONGEST_KEY = 100


class ActView(ApiView):
    """An address where something is done."""

    def done(self, request: Request, do: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer of `do`; with an Idempotency-Key once, and the same answer for the same key. Errors: 400, 422."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return do()
        if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
            said = _("An Idempotency-Key has 1 to %d printable ASCII characters.") % LONGEST_KEY
            raise Problem(400, "bad_key", said, field="Idempotency-Key")
        asked = fingerprint_of(
            str(request.method), request.get_full_path(), request.headers.get("If-Match", ""), request._request.body
        )
        return done_once(user=request.user, key=f"api:{key}", fingerprint=asked, do=do)
