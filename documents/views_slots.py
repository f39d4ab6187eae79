"""What is done at the slots of a document: passing on, a further signer, more time, nudging, copies signed on paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.refusals import Refused
from documents.access import Act, document_for, own_slots
from documents.forms_slots import AddSignerForm, ExtendForm, JudgeForm, PassOnForm, ScanForm
from documents.models import Document, PaperCopy
from documents.pages import document_page
from documents.services import add_signer, extend_signing, hand_in_scan, judge_scan, nudge, pass_on
from documents.views_signing import left_or_back, signing_page
from people.requests import Request


@require_POST
def pass_on_slot(request: Request, uid: UUID) -> HttpResponse:
    """My slot goes to the person who should sign, with a reason."""
    found = document_for(request.user, uid, Act.PASS_ON)
    form = PassOnForm([slot for slot in own_slots(request.user, found) if slot.is_open], request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            slot = pass_on(actor=request.user, document_uid=uid, slot_uid=said["slot"].uid, to=said["to"], reason=said["reason"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Passed on: %s has been told.") % slot.signer.name)
            return left_or_back(request, found)
    return signing_page(request, found, passing=form)


@require_POST
def add_signer_to(request: Request, uid: UUID) -> HttpResponse:
    """A further person is asked to sign."""
    found = document_for(request.user, uid, Act.ADD_SIGNER)
    form = AddSignerForm(found, request.POST)
    if form.is_valid():
        try:
            slot = add_signer(actor=request.user, document_uid=uid, signer=form.cleaned_data["signer"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("%s has been asked to sign as well.") % slot.signer.name)
            return redirect(found)
    return _page(request, found, adding=form)


@require_POST
def extend_deadline(request: Request, uid: UUID) -> HttpResponse:
    """More time for signing."""
    found = document_for(request.user, uid, Act.EXTEND)
    form = ExtendForm(request.POST, auto_id="extend-%s")
    if form.is_valid():
        try:
            extend_signing(actor=request.user, document_uid=uid, until=form.cleaned_data["until"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The deadline has been moved; who has not signed was told."))
            return redirect(found)
    return _page(request, found, extending=form)


@require_POST
def nudge_slot(request: Request, uid: UUID, slot_uid: UUID) -> HttpResponse:
    """Ask once more for a signature that is waited for."""
    found = document_for(request.user, uid, Act.NUDGE)
    try:
        count = nudge(actor=request.user, document_uid=uid, slot_uid=slot_uid)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Nudged; that was time %d.") % count)
    return redirect(found)


@require_POST
def hand_in(request: Request, uid: UUID, slot_uid: UUID) -> HttpResponse:
    """The scan of a copy that was signed by hand."""
    found = document_for(request.user, uid, Act.UPLOAD_SCAN)
    slot = get_object_or_404(found.slots, uid=slot_uid)
    form = ScanForm(slot, request.POST, request.FILES)
    if form.is_valid():
        try:
            hand_in_scan(actor=request.user, document_uid=uid, slot_uid=slot_uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Handed in; a second person now compares it."))
            return redirect(found)
    return _page(request, found, scanning=(slot, form))


@require_POST
def judge(request: Request, uid: UUID, scan_uid: UUID) -> HttpResponse:
    """A second person says whether the scan is this version, signed by hand."""
    found = document_for(request.user, uid, Act.JUDGE_SCAN)
    copy = get_object_or_404(PaperCopy, slot__document=found, uid=scan_uid)
    form = JudgeForm(copy.slot, request.POST)
    if form.is_valid():
        said = {"matches": form.cleaned_data["same"], "reason": form.cleaned_data["reason"]}
        try:
            judge_scan(actor=request.user, document_uid=uid, scan_uid=scan_uid, **said)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            right, wrong = _("Confirmed: signed on paper."), _("Not accepted; who handed it in was told.")
            messages.success(request, right if said["matches"] else wrong)
            return redirect(found)
    return _page(request, found, judging=(copy.slot, form))


def _page(request: Request, found: Document, **given: Any) -> HttpResponse:
    """The document's page again, with what was typed and what is wrong with it."""
    return render(request, "documents/document.html", document_page(request, found, **given), status=422)
