"""Files: listed and attached on a row's page, taken away and brought back, sent as they are, shown as pictures."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db import models
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.files import attach, file_for, just_removed, label_of, remove, restore, stored
from activity.models import Attachment
from activity.previews import PAGES, NoPreview, preview_of
from activity.talk import files_context
from common import ports
from common.refusals import Refused
from common.typed import whole_number
from common.uploads import Wrong, check_all, clean_name
from people.requests import Request

log = logging.getLogger(__name__)
LOCKED = "sandbox; default-src 'none'"


@require_http_methods(["GET", "HEAD", "POST"])
def files_of(request: Request, label: str, uid: UUID) -> HttpResponse:
    """The files of a row; sent files are attached, each for itself: what is wrong with one holds up no other."""
    if request.method != "POST":
        return _listed(request, ports.subject_of(label, uid, request.user))
    row = ports.subject_of(label, uid, request.user, "attach")
    good, wrong = check_all(request.FILES.getlist("files"))
    if good or not wrong:
        try:
            with stored(good):
                attach(actor=request.user, subject=row, project=ports.talk_of(label).project(row), uploads=good)
        except Refused as refusal:
            wrong += [Wrong(upload.name, str(refusal)) for upload in good] or [Wrong("", str(refusal))]
            good = []
    return _answer(request, row, len(good), wrong)


def _answer(request: Request, row: Any, kept: int, wrong: list[Wrong]) -> HttpResponse:
    status = 422 if wrong else 200
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"kept": kept, "wrong": [{"name": one.name, "why": one.why} for one in wrong]}, status=status)
    if request.htmx or wrong:
        return _listed(request, row, wrong=wrong, status=status)
    messages.success(request, ngettext("%d file attached.", "%d files attached.", kept) % kept)
    return redirect(row.get_absolute_url() if hasattr(row, "get_absolute_url") else request.path)


def _listed(request: Request, row: models.Model, *, status: int = 200, only_list: bool = False, **more: Any) -> HttpResponse:
    """The fragment, or its list alone (`?list`); as a page of its own for whoever came without script."""
    gone = more.pop("gone", None) or just_removed(request.user, row, request.GET.get("gone", ""))
    context = files_context(request.user, row, page=request.GET.get("page"), gone=gone, **more)
    if request.htmx and (only_list or "list" in request.GET):
        return render(request, "activity/_file_list.html", context, status=status)
    name = "activity/_files.html" if request.htmx else "activity/files.html"
    return render(request, name, context, status=status)


@require_POST
def remove_file(request: Request, uid: UUID) -> HttpResponse:
    """Take a file off its row."""
    return _changed(request, remove(actor=request.user, file_uid=uid), gone=True)


@require_POST
def restore_file(request: Request, uid: UUID) -> HttpResponse:
    """Undo: bring back what one has just taken away."""
    return _changed(request, restore(actor=request.user, file_uid=uid), gone=False)


def _changed(request: Request, file: Attachment, *, gone: bool) -> HttpResponse:
    row = _shown_on(file)
    if request.htmx:
        return _listed(request, row, only_list=True, gone=file if gone else None)
    undo = f"?gone={file.uid}" if gone else ""
    return redirect(reverse("files_of", args=[label_of(row), row.uid]) + undo)


def _shown_on(file: Attachment) -> Any:
    """The row on whose page the file is listed: a report's files stand on its task."""
    return ports.talk_of(label_of(file.row)).shown_on(file.row)


@require_safe
def file(request: Request, uid: UUID) -> HttpResponse:
    """The file as it was uploaded, to be saved; never shown by the browser in the name of this site."""
    found = file_for(request.user, uid)
    try:
        content = default_storage.open(found.stored_as)
    except OSError:
        log.exception("file %s cannot be read", found.uid)
        return render(request, "activity/file_lost.html", {"file": found}, status=503)
    response = FileResponse(content, as_attachment=True, filename=clean_name(found.name), content_type=found.kind)
    response["Content-Length"] = str(found.size)
    response["Cache-Control"] = "private, no-store"
    return _locked(response)


def _locked(response: Any) -> Any:
    """Nothing in it runs, nothing is guessed, no other site embeds it."""
    response["Content-Security-Policy"] = LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_safe
def file_preview(request: Request, uid: UUID) -> HttpResponse:
    """A picture of the file, drawn anew: of an image, or of one page of a PDF (`?page=2`); `?small` for a list."""
    found = file_for(request.user, uid)
    said = request.GET.get("page", "1")
    page, small = whole_number(said) or 0, "small" in request.GET
    etag = f'"{found.sha256[:32]}-{page}-{small:d}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = HttpResponse(preview_of(found, page=page, small=small)[1], content_type="image/webp")
        except (NoPreview, OSError) as none:
            raise Http404 from none
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"  # kept by this browser alone, and asked for anew each time
    return _locked(response)


@require_safe
def file_view(request: Request, uid: UUID) -> HttpResponse:
    """The file on a page: the picture, or the pages of a PDF one below the other."""
    found = file_for(request.user, uid)
    row = _shown_on(found)
    try:
        pages = preview_of(found)[0] if found.is_shown else 0
    except (NoPreview, OSError):
        pages = 0
    context = {
        "file": found,
        "subject": row,
        "pages": range(1, min(pages, PAGES) + 1),
        "more": max(0, pages - PAGES),
        "back": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
    }
    return render(request, "activity/file.html", context)
