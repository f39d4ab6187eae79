"""Distributed minutes: read, confirmed or objected to, corrected, archived."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.fields import retype
from common.refusals import Conflict, Refused, Unseen
from common.typed import whole_number
from documents.blobs import read
from documents.views import file_answer
from meetings import services
from meetings.access import Act, version_for, version_of_objection, version_of_resolution
from meetings.forms import refuse
from meetings.forms_minutes import AnswerForm, ObjectionForm, RevisionForm
from meetings.models import Minutes
from meetings.paper import file_name
from meetings.reading_page import reading_page
from meetings.services.papers import ask_for_paper, known_paper
from people.requests import Request
from projects.pages import project_page


def paper_page(request: Request, row: Minutes, *, status: int = 200, **given: Any) -> HttpResponse:
    """One version of distributed minutes, as paper, with what this reader may do beside it."""
    context = reading_page(request.user, row, **given)
    if context["reader"] is not None and context["reader"].seen_at is None:
        services.note_seen(actor=request.user, minutes=row)
    return project_page(request, row.meeting.project, "meetings/minutes.html", "meetings", context, status=status)


@require_POST
def confirm_minutes(request: Request, uid: UUID) -> HttpResponse:
    """One click: these minutes are right."""
    row = services.confirm_minutes(actor=request.user, minutes_uid=uid, reader_uid=_line(request))
    if request.htmx:
        return render(request, "meetings/_desk_confirm.html", {"minutes": row, "confirmed": True})
    messages.success(request, _("Confirmed."))
    return redirect(row)


def _line(request: Request) -> UUID | None:
    """Whose line of the minutes is answered, where it is said."""
    said = request.POST.get("reader")
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Http404 from None


@require_POST
def object_to_resolution(request: Request, uid: UUID) -> HttpResponse:
    """An objection to one resolution; what is refused stands at it, and nothing typed is lost."""
    row = version_of_resolution(request.user, uid, Act.CONFIRM)
    form = ObjectionForm(request.POST, auto_id=f"object-{uid}-%s")
    status = 422
    if form.is_valid():
        try:
            services.object_to_resolution(
                actor=request.user, resolution_uid=uid, text=form.cleaned_data["text"], reader_uid=_line(request)
            )
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status if refusal.field is None else 422
        else:
            messages.success(request, _("The resolution is held up; chair and minute taker hear of it."))
            return redirect(row.get_absolute_url() + "#resolutions")
    return paper_page(request, row, status=status, objecting=(uid, form))


@require_POST
def withdraw_objection(request: Request, uid: UUID) -> HttpResponse:
    """Whoever objected takes it back."""
    row = services.withdraw_objection(actor=request.user, objection_uid=uid)
    messages.success(request, _("Withdrawn. The resolution is held up by you no longer."))
    return redirect(row.resolution.minutes.get_absolute_url() + "#objections")


@require_POST
def answer_objection(request: Request, uid: UUID) -> HttpResponse:
    """Chair or minute taker answers an objection."""
    row = version_of_objection(request.user, uid, Act.WRITE)
    if not request.POST.get("seen_version"):
        raise Unseen
    form, status = AnswerForm(request.POST, auto_id=f"answer-{uid}-%s"), 422
    if form.is_valid():
        try:
            services.answer_objection(actor=request.user, objection_uid=uid, **form.cleaned_data)
        except Conflict as conflict:
            retype(form, {"seen_version": conflict.theirs["version"]})
            form.add_error("answer", f"{conflict} {conflict.theirs['answer']}")
            status = conflict.status
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Answered; whoever objected hears of it. The next version settles it."))
            return redirect(row.get_absolute_url() + "#objections")
    return paper_page(request, row, status=status, answering=(uid, form))


@require_POST
def revise_minutes(request: Request, uid: UUID) -> HttpResponse:
    """A new version, with the reason: it opens for writing."""
    row = version_for(request.user, uid, Act.WRITE)
    form = RevisionForm(request.POST)
    if form.is_valid():
        try:
            services.open_revision(actor=request.user, minutes_uid=uid, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect(row)
    return paper_page(request, row, status=422, revising=form)


@require_POST
def nudge_readers(request: Request, uid: UUID, reader_uid: UUID | None = None) -> HttpResponse:
    """Ask one, or all who have not answered, again."""
    row = version_for(request.user, uid, Act.WRITE)
    asked = services.nudge_readers(actor=request.user, minutes_uid=uid, reader_uid=reader_uid)
    said = ngettext("%d person was asked again.", "%d people were asked again.", len(asked)) % len(asked)
    messages.success(request, said)
    return redirect(row.get_absolute_url() + "#readers")


@require_POST
def archive_minutes(request: Request, uid: UUID) -> HttpResponse:
    """Archive, with those named who did not answer."""
    row = services.archive_minutes(actor=request.user, minutes_uid=uid)
    if request.htmx:
        return render(request, "meetings/_desk_archive.html", {"minutes": row, "archived": True})
    left = row.readers.filter(in_copy=False, confirmed_at__isnull=True, excused_at__isnull=True).count()
    said = ngettext("Archived; %d person did not answer.", "Archived; %d people did not answer.", left) % left
    messages.success(request, said if left else _("Archived; everybody has confirmed."))
    return redirect(row)


@require_GET
def minutes_pdf(request: Request, uid: UUID) -> HttpResponse:
    """A distributed version as PDF, in the reader's language or the one asked for; while there is none yet, it is printed."""
    row = version_for(request.user, uid, Act.READ)
    if row.content is None:
        raise Http404
    known = dict(settings.LANGUAGES)
    language = request.GET.get("language") or get_language() or settings.LANGUAGE_CODE
    language = language if language in known else settings.LANGUAGE_CODE
    paper = known_paper(row, language)
    try:
        content = read(paper.blob) if paper is not None else None
    except FileNotFoundError:
        return render(request, "documents/no_pdf.html", {"document": row, "lost": True}, status=503)
    if content is None:
        ask_for_paper(row, language)
        return render(request, "documents/no_pdf.html", {"document": row}, status=503)
    return file_answer(content, "application/pdf", file_name(row, row.content))


def asked_version(out: list[Minutes], said: str) -> Minutes:
    """The version that is asked for by its number, among those that are out."""
    number = whole_number(said)
    row = next((row for row in out if row.edition == number), None)
    if row is None:
        raise Http404
    return row
