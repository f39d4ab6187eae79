"""Pages of documents: reading, the PDF, signing, objecting."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.refusals import Refused
from documents import changes, queries
from documents.access import Act, document_for, own_slots, project_of, visible_to
from documents.forms import ObjectForm, SignForm
from documents.models import Document, Slot
from documents.paper import body_html
from documents.services import object_to, sign, statement_for
from documents.services.finishing import read
from documents.services.signing import newer_version
from people.requests import Request


@require_GET
def document(request: Request, uid: UUID) -> HttpResponse:
    """The document as paper, with its signatures and their state beside it."""
    found = document_for(request.user, uid)
    return render(request, "documents/document.html", _page(request, found))


def _page(request: Request, found: Document) -> dict[str, Any]:
    """What both pages of a document show."""
    document = queries.with_slots(visible_to(request.user)).get(pk=found.pk)
    slots = list(document.slots.all())
    versions = queries.versions_of(document)
    before = next((row for row in versions if row.version < document.version), None)
    return {
        "document": document,
        "project": project_of(document),
        "body": body_html(document),
        "slots": slots,
        "mine": [slot for slot in slots if slot.signer_id == request.user.pk],
        "can_sign": document.state == Document.State.SIGNING
        and any(slot.signer_id == request.user.pk and slot.is_open for slot in slots),
        "signed": sum(slot.state == Slot.State.SIGNED for slot in slots),
        "clock": queries.clocks_of([document]).get(document.pk),
        "versions": versions,
        "newer": versions[0] if versions[0].version > document.version else None,
        "before": before,
        "changes": changes.changes(before.snapshot, document.snapshot) if before else [],
    }


@require_GET
def document_pdf(request: Request, uid: UUID) -> HttpResponse:
    """The printed copy to keep; why there is none is said plainly."""
    document = document_for(request.user, uid)
    blob = document.final_pdf or document.reading_pdf
    if blob is None:
        return render(request, "documents/no_pdf.html", {"document": document}, status=503)
    try:
        content = read(blob)
    except FileNotFoundError:
        return render(request, "documents/no_pdf.html", {"document": document, "lost": True}, status=503)
    name = f"{document.title} {document.number}.pdf".replace("/", "-")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def sign_document(request: Request, uid: UUID) -> HttpResponse:
    """What it commits my department to, the document, the statement and the proof of who I am, on one page."""
    found = document_for(request.user, uid, Act.SIGN)
    form = SignForm(request.POST or None, initial={"seen_sha256": found.sha256})
    if request.method == "POST" and form.is_valid() and _not_too_often(request, form):
        try:
            signed = sign(
                actor=request.user,
                document_uid=uid,
                address=get_adapter().get_client_ip(request),
                agent=request.headers.get("User-Agent", ""),
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _said(signed))
            return redirect(signed)
    return _signing_page(request, found, form, ObjectForm(found))


def _not_too_often(request: Request, form: SignForm) -> bool:
    """A password is tried a few times a minute, not a thousand times."""
    if ratelimit.consume(request, action="reauthenticate", user=request.user):
        return True
    form.add_error("password", _("That was too often in a short time. Please wait a minute."))
    return False


def _said(signed: Document) -> str:
    """What a signer reads right after signing."""
    if signed.state == Document.State.COMPLETE:
        return _("Signed. You were the last: the document is complete.")
    return _("Signed. %d more to sign.") % signed.slots.filter(state=Slot.State.OPEN).count()


@require_POST
def object_document(request: Request, uid: UUID) -> HttpResponse:
    """Do not sign, with a reason; the document goes back to its authors."""
    found = document_for(request.user, uid, Act.OBJECT)
    form = ObjectForm(found, request.POST)
    if form.is_valid():
        try:
            object_to(actor=request.user, document_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Your objection is recorded; the document goes back to its authors."))
            return redirect(found)
    return _signing_page(request, found, SignForm(initial={"seen_sha256": found.sha256}), form, objecting=True)


def _signing_page(
    request: Request, found: Document, form: SignForm, objection: ObjectForm, *, objecting: bool = False
) -> HttpResponse:
    """The signing page; invalid input stands where it was typed (422)."""
    slots = own_slots(request.user, found)
    names = [slot.department.name for slot in slots]
    context = _page(request, found) | {
        "form": form,
        "objection": objection,
        "objecting": objecting,
        "departments": names,
        "statement": statement_for(request.user, found, names),
        "promises": queries.promises_of(found, set(names)),
        "newer": newer_version(found),
    }
    context["mine_changed"] = [change for change in context["changes"] if changes.touches(change, set(names))]
    return render(request, "documents/sign.html", context, status=422 if form.errors or objection.errors else 200)
