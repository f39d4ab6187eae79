"""The memorandum as a whole: begun, its terms, opened, taken back, as it will be signed, and what differs between versions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.refusals import Refused
from documents.changes import compare
from people.requests import Request
from projects.access import Act, project_for
from projects.forms.memorandum import DraftForm, OpenForm, TakeBackForm, TermsForm
from projects.memorandum_page import memorandum_page, opening_of, preview_of
from projects.models import Memorandum, Project
from projects.pages import project_page
from projects.queries.memorandum import living_memorandum
from projects.queries.versions import chosen, versions_of
from projects.services.memorandum import draft_memorandum, edit_memorandum
from projects.services.signing import open_for_signature, take_back


@require_GET
def memorandum(request: Request, uid: UUID) -> HttpResponse:
    """The tab of the kick-off; `?edit=`, `?add=`, `?remark=` and `?answer=` open a form in its place."""
    return memorandum_page(request, project_for(request.user, uid))


@require_GET
def memorandum_preview(request: Request, uid: UUID) -> HttpResponse:
    """The draft as it will be signed."""
    project = project_for(request.user, uid)
    context = {"body": preview_of(_living(project)), "memorandum": _living(project), "project": project}
    if request.htmx:
        return render(request, "projects/_memorandum_preview.html", context)
    return project_page(request, project, "projects/memorandum_preview.html", "kickoff", context)


@require_GET
def memorandum_changes(request: Request, uid: UUID) -> HttpResponse:
    """What differs between two versions, or a version and the draft: by clause, by term and by word."""
    project = project_for(request.user, uid)
    versions = versions_of(_living(project))
    before, after = chosen(versions, request.GET.get("from", ""), request.GET.get("to", ""))
    context: dict[str, Any] = {"versions": versions, "before": before, "after": after, "project": project}
    if before is not None and after is not None:
        context["found"] = compare(before.snapshot, after.snapshot)
    if request.htmx:
        return render(request, "projects/_memorandum_changes.html", context)
    return project_page(request, project, "projects/memorandum_changes.html", "kickoff", context)


@require_POST
def memorandum_draft(request: Request, uid: UUID) -> HttpResponse:
    """Begin the memorandum, its clauses prefilled."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    form = DraftForm(request.POST)
    if form.is_valid():
        try:
            draft_memorandum(actor=request.user, project_uid=uid, number=form.cleaned_data["number"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("memorandum", uid)
    return memorandum_page(request, project, status=422, draft_form=form)


@require_POST
def memorandum_terms(request: Request, uid: UUID) -> HttpResponse:
    """Save number and terms."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    form = TermsForm(_living(project), request.POST)
    if form.is_valid():
        try:
            edit_memorandum(actor=request.user, project_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("memorandum", uid)
    return memorandum_page(request, project, status=422, terms_form=form)


@require_http_methods(["GET", "POST"])
def memorandum_open(request: Request, uid: UUID) -> HttpResponse:
    """Freeze this edition and ask every head to sign it; before that, what is open still and what exactly is frozen."""
    project = project_for(request.user, uid, Act.OPEN_FOR_SIGNATURE)
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            document = open_for_signature(actor=request.user, project_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Open for signature: %d heads have been asked.") % document.slots.count())
            return redirect("memorandum", uid)
    return _opening(request, project, form)


def _opening(request: Request, project: Project, form: OpenForm) -> HttpResponse:
    """The panel beside the draft, or the page of its own."""
    memorandum = _living(project)
    if memorandum.state != Memorandum.State.DRAFT:
        return redirect("memorandum", project.uid)
    context = opening_of(memorandum) | {"project": project, "open_errors": form if form.errors else None}
    status = 422 if form.errors else 200
    if request.htmx:
        return render(request, "projects/_memorandum_open.html", context, status=status)
    context["body"] = preview_of(memorandum)
    return project_page(request, project, "projects/memorandum_open.html", "kickoff", context, status=status)


@require_POST
def memorandum_take_back(request: Request, uid: UUID) -> HttpResponse:
    """Take the memorandum back before the last has signed."""
    project = project_for(request.user, uid, Act.OPEN_FOR_SIGNATURE)
    form = TakeBackForm(request.POST, auto_id="back-%s")
    if form.is_valid():
        try:
            take_back(actor=request.user, project_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Taken back; it is a draft again."))
            return redirect("memorandum", uid)
    return memorandum_page(request, project, status=422, take_back_form=form)


def _living(project: Project) -> Memorandum:
    memorandum = living_memorandum(project)
    if memorandum is None:
        raise Http404
    return memorandum
