"""Pages of documents: reading, the PDF and its proof, scans and drawings."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.access import Act, document_for
from documents.blobs import read
from documents.models import Blob, Document, PaperCopy, Signature
from documents.pages import document_page
from people.requests import Request

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@require_GET
def document(request: Request, uid: UUID) -> HttpResponse:
    """The document as paper, with its signatures and their state beside it."""
    found = document_for(request.user, uid)
    return render(request, "documents/document.html", document_page(request, found))


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
    document = document_for(request.user, uid, Act.PROOF)
    return _handed_out(request, document, document.proof, f"{document.title} {document.number}.json")


def _handed_out(request: Request, document: Document, blob: Blob | None, name: str) -> HttpResponse:
    """Kept bytes as a file; when they cannot be read, a page that says so."""
    try:
        content = read(blob) if blob is not None else None
    except FileNotFoundError:
        return render(request, "documents/no_pdf.html", {"document": document, "lost": True}, status=503)
    if blob is None or content is None:
        return render(request, "documents/no_pdf.html", {"document": document}, status=503)
    return file_answer(content, blob.media_type, name)


@require_GET
def scan(request: Request, uid: UUID, scan_uid: UUID) -> HttpResponse:
    """The scan of a copy signed on paper, as it was handed in."""
    document = document_for(request.user, uid)
    copy = PaperCopy.objects.filter(slot__document=document, uid=scan_uid).select_related("blob", "slot__signer").first()
    if copy is None:
        raise Http404
    return _handed_out(request, document, copy.blob, f"{copy.slot.signer.name}.{ENDINGS[copy.blob.media_type]}")


@require_GET
def drawing(request: Request, uid: UUID, signature_uid: UUID) -> HttpResponse:
    """A signature drawn by hand, as it stands beside the proof."""
    document = document_for(request.user, uid)
    rows = Signature.objects.filter(slot__document=document, uid=signature_uid, drawing__isnull=False)
    signature = rows.select_related("drawing").first()
    if signature is None or signature.drawing is None:
        raise Http404
    try:
        return file_answer(read(signature.drawing), "image/png", "signature.png", as_attachment=False)
    except FileNotFoundError:
        raise Http404 from None


def file_answer(content: bytes, media_type: str, name: str, *, as_attachment: bool = True) -> HttpResponse:
    """Kept bytes as they are, which can do nothing in a browser and are kept by nobody between."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment, name.replace("/", "-")) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
