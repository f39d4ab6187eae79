"""Pages of documents: reading, the PDF, signing, objecting."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.refusals import Refused
from documents import changes, queries
from documents.access import Act, document_for, own_slots, project_of, signers_for, visible_to
from documents.blobs import read
from documents.forms import ObjectForm, SignForm
from documents.models import Blob, Document, Slot
from documents.paper import body_html
from documents.services import object_to, sign, statement_for
from documents.services.signing import newer_version
from people.proving import demands, proof_for, recent
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
    theirs = signers_for(request.user)
    mine = [slot for slot in slots if slot.signer_id in theirs]
    versions = queries.versions_of(document)
    before = next((row for row in versions if row.version < document.version), None)
    return {
        "document": document,
        "project": project_of(document),
        "sealing": queries.sealing_of(document),
        "body": body_html(document),
        "slots": slots,
        "mine": mine,
        "can_sign": document.state == Document.State.SIGNING and any(slot.is_open for slot in mine),
        "signed": sum(slot.state == Slot.State.SIGNED for slot in slots),
        "clock": queries.clocks_of([document]).get(document.pk),
        "versions": versions,
        "newer": versions[0] if versions[0].version > document.version else None,
        "before": before,
        "changes": changes.changes(before.snapshot, document.snapshot) if before else [],
    }


@require_GET
def document_pdf(request: Request, uid: UUID) -> HttpResponse:
    """The copy to keep, the sealed one as soon as there is one; why there is none is said plainly."""
    document = document_for(request.user, uid)
    is_sealed = document.completed_at is None or document.sealed_pdf_id is not None
    name = f"{document.title} {document.number}{'' if is_sealed else _(' (not sealed yet)')}.pdf"
    return _handed_out(request, document, document.sealed_pdf or document.final_pdf or document.reading_pdf, name)


@require_GET
def document_proof(request: Request, uid: UUID) -> HttpResponse:
    """The proof file beside the sealed copy, for programs."""
    document = document_for(request.user, uid)
    return _handed_out(request, document, document.proof, f"{document.title} {document.number}.json")


def _handed_out(request: Request, document: Document, blob: Blob | None, name: str) -> HttpResponse:
    """Kept bytes as a file that can do nothing in a browser."""
    try:
        content = read(blob) if blob is not None else None
    except FileNotFoundError:
        return render(request, "documents/no_pdf.html", {"document": document, "lost": True}, status=503)
    if blob is None or content is None:
        return render(request, "documents/no_pdf.html", {"document": document}, status=503)
    response = HttpResponse(content, content_type=blob.media_type)
    response["Content-Disposition"] = content_disposition_header(True, name.replace("/", "-"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def sign_document(request: Request, uid: UUID) -> HttpResponse:
    """What it commits my department to, the document, the statement and the proof of who I am, on one page."""
    found = document_for(request.user, uid, Act.SIGN)
    form = SignForm(demands(request.user), request.POST or None, initial={"seen_sha256": found.sha256})
    if request.method == "POST" and form.is_valid():
        try:
            signed = _sign(request, found, form)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _said(signed))
            return redirect(signed)
    return _signing_page(request, found, form, ObjectForm(found))


def _sign(request: Request, found: Document, form: SignForm) -> Document:
    said = form.cleaned_data
    return sign(
        actor=request.user,
        document_uid=found.uid,
        seen_sha256=said["seen_sha256"],
        proof=proof_for(request, hashes=[found.sha256], **form.proved()),
        remark=said["remark"],
        drawing=said["drawing"],
        address=get_adapter().get_client_ip(request),
        agent=request.headers.get("User-Agent", ""),
    )


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
    return _signing_page(
        request, found, SignForm(demands(request.user), initial={"seen_sha256": found.sha256}), form, objecting=True
    )


def _signing_page(
    request: Request, found: Document, form: SignForm, objection: ObjectForm, *, objecting: bool = False
) -> HttpResponse:
    """The signing page; invalid input stands where it was typed (422)."""
    slots = own_slots(request.user, found)
    names = [slot.department.name for slot in slots]
    context = _page(request, found) | {
        "form": form,
        "asked": demands(request.user),
        "proved": recent(request),
        "objection": objection,
        "objecting": objecting,
        "departments": names,
        "statement": statement_for(request.user, found, names),
        "promises": queries.promises_of(found, set(names)),
        "newer": newer_version(found),
    }
    context["mine_changed"] = [change for change in context["changes"] if changes.touches(change, set(names))]
    return render(request, "documents/sign.html", context, status=422 if form.errors or objection.errors else 200)
