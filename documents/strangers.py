"""Pages for anybody, without sign-in: how often they may be asked, and how big what they are given may be."""

from hashlib import sha256

from allauth.core.internal.ratelimit import consume  # its public name counts no GET
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.uploads import LIMIT

RATE = "30/m/ip"  # of one address, over all such pages together; an IPv6 network counts as one
BESIDE = 64 * 1024  # bytes of a request that are not the file


def not_too_often(request: HttpRequest) -> bool:
    """So many questions a minute from one address, counted over all servers."""
    return bool(consume(request, app="documents", action="verify", config={"verify": RATE}, limit_get=True))


def too_often_words() -> str:
    return _("That was too often in a short time. Please wait a minute.")


def is_too_big(request: HttpRequest) -> bool:
    """Told by the length alone, before anything is read."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > LIMIT + BESIDE


def too_big_words() -> str:
    return _("The file is bigger than %s MB.") % (LIMIT // 1024**2)


def sha256_of(file: UploadedFile) -> str:
    """The fingerprint of what was sent, read in pieces."""
    digest = sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def unlisted(response: HttpResponse) -> HttpResponse:
    """No search engine keeps such a page."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def wait(response: HttpResponse) -> HttpResponse:
    """When to ask again."""
    response["Retry-After"] = "60"
    return response
