"""The verification page: for anybody, without sign-in (rule C7). It changes nothing, so it asks for no proof of origin either."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common.uploads import LIMIT
from documents.access import sees_document
from documents.codes import in_groups
from documents.forms_verify import VerifyForm
from documents.strangers import is_too_big, not_too_often, sha256_of, too_big_words, too_often_words, unlisted, wait
from documents.verifying import Verdict, verify


@login_not_required
@csrf_exempt  # so that nothing reads a body before its length was looked at
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: HttpRequest) -> HttpResponse:
    """Asks for a code, a file, or both; of a file that is too big nothing is read."""
    if request.method != "POST":
        return _page(request, VerifyForm())
    if is_too_big(request):
        return _refused(request, "file", too_big_words(), 413)
    if not not_too_often(request):
        return _too_often(request)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    digest = sha256_of(said["file"]) if said["file"] else said["sha256"]
    return _answer(request, said["code"], digest)


@login_not_required
@never_cache
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the code on a document, or its QR, leads to."""
    return _answer(request, code, "") if not_too_often(request) else _too_often(request)


def _answer(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    verdict = verify(code=code, sha256=digest)
    known = verdict.document.code_shown if verdict.document is not None and code else in_groups(code)
    return _page(request, VerifyForm(initial={"code": known}), verdict, digest)


def _too_often(request: HttpRequest) -> HttpResponse:
    return wait(_refused(request, None, too_often_words(), 429))


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
    return unlisted(render(request, "documents/verify.html", context, status=status))


def _may_see(request: HttpRequest, document: Any) -> bool:
    return request.user.is_authenticated and sees_document(request.user, document)
