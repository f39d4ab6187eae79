"""The distribution certificate: its page, its files, and sending again to whom it did not come through."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.canonical import spelled
from common.pages import paged
from common.refusals import Refused
from common.saying import span_words
from documents.blobs import read
from documents.codes import in_groups
from documents.views import file_answer
from meetings import queries_certificate as queries
from meetings.access_certificate import certificate_for, distribution_for, may_resend, scope_of
from meetings.certificate.deadline import clock_of, deadline_of, held_up_of
from meetings.certificate.lines import Line, lines_of
from meetings.models import Certificate, Minutes
from meetings.services.certificate_papers import ask_for_paper
from meetings.services.certifying import issue_certificate as issue
from meetings.services.resending import resend_minutes as resend
from people.requests import Request
from projects.pages import project_page

PER_PAGE = 50


@require_GET
def certificate(request: Request, uid: UUID) -> HttpResponse:
    """To whom one version of minutes was sent, by which channel, and what came of it."""
    minutes = distribution_for(request.user, uid)
    return _page(request, minutes)


def _page(
    request: Request, minutes: Minutes, *, wrong: UUID | None = None, refusal: Refused | None = None, typed: str = ""
) -> HttpResponse:
    scope = scope_of(request.user, minutes)
    only = "open" if request.GET.get("only") == "open" else ""
    page = paged(request, queries.readers_in(minutes, scope, only=only), PER_PAGE)
    counts = queries.counts_of(minutes, scope)
    if not only:
        page.paginator.count = counts.people - counts.gone
    lines = lines_of(minutes, list(page.object_list))
    again = may_resend(request.user, minutes, lines)
    context = {
        "meeting": minutes.meeting,
        "minutes": minutes,
        "zone": minutes.meeting.project.time_zone,
        "scope": scope,
        "only": only,
        "page": page,
        "counts": counts,
        "lines": [_shown(line, again, wrong, refusal, typed) for line in lines],
        "closed": [_shown(line, set()) for line in queries.closed_accounts(minutes, scope, counts)] if not only else [],
        "issued": queries.issued(minutes, scope),
        "is_current": queries.is_current(minutes),
        "code": in_groups(minutes.check_code),
        **_verdict(minutes),
    }
    status = refusal.status if refusal is not None and refusal.field is None else 422 if refusal is not None else 200
    return project_page(request, minutes.meeting.project, "meetings/certificate.html", "meetings", context, status=status)


def _verdict(minutes: Minutes) -> dict[str, Any]:
    """The deadline and what is to be said of it."""
    running = clock_of(minutes)
    said = deadline_of(minutes, running, clock.now())
    late, due, reached = said["late_seconds"], said["due_at"], said["reached_at"]
    by = timedelta(seconds=late) if late is not None else clock.now() - due if due is not None and reached is None else None
    return {
        "deadline": said,
        "held_up": held_up_of(minutes, running),
        "ended_at": (minutes.content or {})["meeting"]["ended_at"],
        "late_by": span_words(by) if by is not None else "",
        "to_spare": span_words(due - reached) if due and reached and reached <= due else "",
        "breached_at": running.breached_at if running is not None else None,
    }


def _shown(
    line: Line, again: set[int], wrong: UUID | None = None, refusal: Refused | None = None, typed: str = ""
) -> dict[str, Any]:
    """A line in words, with the form for sending again where that may be done."""
    words, sign = queries.STATES[line.state]
    reader = line.reader
    mine = reader is not None and reader.uid == wrong
    return {
        "line": line,
        "words": queries.EXCUSES[line.excuse] if line.excuse else queries.NO_ADDRESS if line.is_without_address else words,
        "sign": sign,
        "tries": [(row, queries.OUTCOMES.get(row.outcome, row.outcome)) for row in (line.mail.tries.all() if line.mail else ())],
        "again": reader is not None and reader.pk in again,
        "error": str(refusal) if mine and refusal is not None else "",
        "typed": typed if mine else "",
    }


@require_POST
def issue_certificate(request: Request, uid: UUID) -> HttpResponse:
    """Issue the certificate as it stands (the same again while nothing changed) and hand it out."""
    found = issue(actor=request.user, minutes_uid=uid)
    return redirect("certificate_pdf" if request.POST.get("as") == "pdf" else "certificate_file", found.uid)


@require_GET
def certificate_file(request: Request, uid: UUID) -> HttpResponse:
    """A certificate as it was issued, for programs."""
    found = certificate_for(request.user, uid)
    return file_answer(spelled(found.content), "application/json", f"{_name(found)}.json")


@require_GET
def certificate_pdf(request: Request, uid: UUID) -> HttpResponse:
    """The same on paper, printed when first asked for."""
    found = certificate_for(request.user, uid)
    blob = ask_for_paper(found, get_language() or "en")
    if blob is None:
        return render(request, "documents/no_pdf.html", {"document": found}, status=503)
    try:
        return file_answer(read(blob), "application/pdf", f"{_name(found)}.pdf")
    except FileNotFoundError:
        return render(request, "documents/no_pdf.html", {"document": found, "lost": True}, status=503)


def _name(certificate: Certificate) -> str:
    minutes = certificate.minutes
    name = f"{_('Distribution certificate')} {minutes.meeting.title} v{minutes.edition} {certificate.number}"
    return " ".join(name.split())


@require_POST
def resend_minutes(request: Request, uid: UUID, reader_uid: UUID) -> HttpResponse:
    """Send it again, to another address if one was typed; what is wrong with that stands at the line."""
    typed = request.POST.get("address", "")
    try:
        reader = resend(actor=request.user, minutes_uid=uid, reader_uid=reader_uid, address=typed)
    except Refused as refusal:
        if refusal.field is None:
            raise
        minutes = distribution_for(request.user, uid)
        return _page(request, minutes, wrong=reader_uid, refusal=refusal, typed=typed)
    messages.success(request, _("It is sent again to %s.") % reader.user.name)
    return redirect("certificate", uid)
