"""Pages go out compressed: a board of two hundred cards is a ninth of its size on the wire."""

import re
import secrets
import zlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

FROM = 1_000  # bytes; what is shorter is not worth it
LEVEL = 1  # the usual one, 6, takes more than twice the time for a fifth less
KINDS = ("text/html", "text/css", "text/csv", "text/plain", "application/json")
ACCEPTED = re.compile(r"(?:^|[,\s])(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)", re.IGNORECASE)
HEADER, NAMED = 10, 8  # of gzip (RFC 1952): its length; the flag that a name follows
LONGEST_NAME = 100


class Compress:
    """gzip for whoever accepts it; never for streams and files, nor for answers whose ETag names the row as it stands.

    What a page says of the person (a token, a name) must not be guessed by the length of what was compressed with it (BREACH):
    as in Django's own, each answer is longer by a random number of bytes, and the tokens of forms are masked each time anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or len(response.content) < FROM or any(h in response for h in ("Content-Encoding", "ETag")):
            return response
        if response.get("Content-Type", "").partition(";")[0] not in KINDS:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if ACCEPTED.search(request.headers.get("Accept-Encoding", "")):
            response.content = packed(response.content)
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))
        return response


def packed(body: bytes) -> bytes:
    """The body as gzip, with a name of random length in its header."""
    plain = zlib.compress(body, LEVEL, wbits=16 + zlib.MAX_WBITS)
    head = bytearray(plain[:HEADER])
    head[3] = NAMED
    return bytes(head) + b"a" * secrets.randbelow(LONGEST_NAME) + b"\0" + plain[HEADER:]
