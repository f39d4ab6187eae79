"""What every address of the API shares: closed by default, answers in the reader's language, writes not without measure."""

import time
from collections import defaultdict, deque
from collections.abc import Mapping
from threading import Lock
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from common.api.problems import Problem, plain

MOST_WRITES = 600
WITHIN = 60.0  # seconds


class Writes(BaseThrottle):
    """A person's writes in a minute, counted in each process of the web server: stops a script that runs wild."""

    _lock = Lock()
    _made: dict[int, deque[float]] = defaultdict(deque)

    def allow_request(self, request: Request, view: APIView) -> bool:
        if request.method in ("GET", "HEAD", "OPTIONS") or not request.user.is_authenticated:
            return True
        now = time.monotonic()
        with self._lock:
            made = self._made[request.user.pk]
            while made and made[0] < now - WITHIN:
                made.popleft()
            self.wait_for = WITHIN - (now - made[0]) if len(made) >= MOST_WRITES else None
            if self.wait_for is None:
                made.append(now)
        return self.wait_for is None

    def wait(self) -> float | None:
        return self.wait_for


class ApiView(APIView):
    """An address of the API; whoever is not signed in gets 401."""

    throttle_classes = [Writes]
    http_method_names = ["get", "post", "head", "options"]
    query: tuple[str, ...] = ()  # what may stand behind the ?

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "Accept-Language" not in request.headers:
            translation.activate(request.user.language)
        self.check_query(request)

    def check_query(self, request: Request) -> None:
        """What stands behind the ? and is not known here, or empty, is refused by name."""
        for name, values in request.query_params.lists():
            if name not in self.query:
                raise Problem(400, "invalid", _("There is no such parameter here."), field=name[:60])
            if "" in values:
                raise Problem(400, "invalid", _("Leave it out, or give it a value."), field=name)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})


class Nowhere(ApiView):
    """An address below /api/ that is none."""

    permission_classes = [AllowAny]
    authentication_classes: list[type] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Values as JSON."""
    return HttpResponse(
        orjson.dumps(data, default=plain), content_type="application/json", status=status, headers=dict(headers or {})
    )
