"""The verification page: for anybody, without sign-in (rule C7). It changes nothing, so it asks for no proof of origin either."""

from hashlib import sha256
from typing import Any

from allauth.core.internal.ratelimit import consume  # its public name counts no GET
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common.uploads import LIMIT
from documents.access import sees_document
from documents.codes import in_groups
from documents.forms_verify import VerifyForm
from documents.verifying import Verdict, verify

RATE = "30/m/ip"  # of one address; an IPv6 network counts as one
BESIDE = 64 * 1024  # bytes of a request that are not the file


@login_not_required
@csrf_exempt  # so that nothing reads a body before its length was looked at
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: HttpRequest) -> HttpResponse:
    """Asks for a code, a file, or both; of a file that is too big nothing is read."""
    if request.method != "POST":
        return _page(request, VerifyForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > LIMIT + BESIDE:
        return _refused(request, "file", _("The file is bigger than %s MB.") % (LIMIT // 1024**2), 413)
    if not _not_too_often(request):
        return _too_often(request)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    digest = _sha256_of(said["file"]) if said["file"] else said["sha256"]
    return _answer(request, said["code"], digest)


@login_not_required
@never_cache
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the code on a document, or its QR, leads to."""
    return _answer(request, code, "") if _not_too_often(request) else _too_often(request)


def _not_too_often(request: HttpRequest) -> bool:
    """So many questions a minute from one address, counted over all servers."""
    return bool(consume(request, app="documents", action="verify", config={"verify": RATE}, limit_get=True))


def _sha256_of(file: UploadedFile) -> str:
    digest = sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _answer(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    verdict = verify(code=code, sha256=digest)
    known = verdict.document.code_shown if verdict.document is not None and code else in_groups(code)
    return _page(request, VerifyForm(initial={"code": known}), verdict, digest)


def _too_often(request: HttpRequest) -> HttpResponse:
    response = _refused(request, None, _("That was too often in a short time. Please wait a minute."), 429)
    response["Retry-After"] = "60"
    return response


def _refused(request: HttpRequest, field: str | None, text: str, status: int) -> HttpResponse:
    form = VerifyForm({})
    form.errors.clear()
    form.add_error(field, text)
    return _page(request, form, status=status)


def _page(
    request: HttpRequest, form: VerifyForm, verdict: Verdict | None = None, digest: str = "", *, status: int = 200
) -> HttpResponse:
    document = verdict.document if verdict is not None else None
    context: dict[str, Any] = {
        "form": form,
        "outcome": verdict.outcome.value if verdict else "",
        "copy": verdict.copy.value if verdict and verdict.copy else "",
        "reasons": verdict.reasons if verdict else [],
        "shown": verdict.shown if verdict else None,
        "digest": digest,
        "limit": LIMIT,
        "page_of": document if document is not None and _may_see(request, document) else None,
    }
    response = render(request, "documents/verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _may_see(request: HttpRequest, document: Any) -> bool:
    return request.user.is_authenticated and sees_document(request.user, document)
