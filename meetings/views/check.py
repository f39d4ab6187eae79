"""The check page of a distribution, for outsiders: times and counts, no content, no names (rule D4). It changes nothing."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common import clock
from common.again import Again
from common.saying import span_words
from common.uploads import LIMIT
from documents.codes import in_groups, readings
from documents.strangers import is_too_big, not_too_often, sha256_of, too_big_words, too_often_words, unlisted, wait
from meetings import queries_certificate as queries
from meetings.certificate import chain
from meetings.certificate.deadline import clock_of, deadline_of
from meetings.forms_check import CheckForm
from meetings.models import Minutes

_of_code = Again(  # anybody may ask, as often as he likes
    lambda one, other: Minutes.objects.filter(check_code__in=[one, other], distributed_at__isnull=False)
    .select_related("meeting__project", "event")
    .order_by("pk"),
    "one code", "other code",
)  # fmt: skip


@login_not_required
@csrf_exempt  # so that nothing reads a body before its length was looked at
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_distribution(request: HttpRequest, code: str) -> HttpResponse:
    """Distributed when, by which deadline, to how many with which result; and whether a file is a certificate that was issued."""
    if is_too_big(request):
        return _page(request, None, CheckForm(), status=413, said=too_big_words())
    if not not_too_often(request):
        return wait(_page(request, None, CheckForm(), status=429, said=too_often_words()))
    meant = readings(code)
    minutes = next(iter(_of_code(meant[0], meant[-1])), None) if meant else None
    if minutes is None:
        raise Http404
    if request.method != "POST":
        return _page(request, minutes, CheckForm())
    form = CheckForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, minutes, form, status=422)
    said = form.cleaned_data
    digest = sha256_of(said["file"]) if said["file"] else said["sha256"] or said["typed"]
    return _page(request, minutes, CheckForm(), digest=digest)


def _page(
    request: HttpRequest, minutes: Minutes | None, form: CheckForm, *, digest: str = "", status: int = 200, said: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "said": said, "digest": digest, "limit": LIMIT}
    if minutes is not None:
        context |= _shown(minutes)
        context["found"] = queries.issued_file(minutes, digest) if digest else None
    return unlisted(render(request, "meetings/check.html", context, status=status))


def _shown(minutes: Minutes) -> dict[str, Any]:
    """All that the page may say: figures and moments; a template is given these, and no row."""
    running = clock_of(minutes)
    said = deadline_of(minutes, running, clock.now())
    late = said["late_seconds"]
    over = clock.now() - said["due_at"] if said["verdict"] == chain.LATE and late is None else None
    return {
        "code": minutes.check_code,
        "code_shown": in_groups(minutes.check_code),
        "zone": minutes.meeting.project.time_zone,
        "edition": minutes.edition,
        "is_current": queries.is_current(minutes),
        "by_system": minutes.by_system,
        "distributed_at": minutes.distributed_at,
        "deadline": said,
        "breached_at": running.breached_at if running is not None else None,
        "late_by": span_words(over if over is not None else timedelta(seconds=late)) if said["verdict"] == chain.LATE else "",
        "counts": queries.counts_of(minutes),
    }
