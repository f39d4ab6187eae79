"""Pages of signing: one document, several at once, objecting, and saying that there is no objection."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.refusals import Refused
from documents import changes, queries
from documents.access import Act, document_for, sees_document, visible_to
from documents.forms import ManyForm, ObjectForm, SignForm, is_uid
from documents.forms_slots import PassOnForm
from documents.models import Document
from documents.pages import document_page, in_place_of, papers_of, turn_of
from documents.services import note_document, object_to, sign, sign_many, statement_for
from people.proving import demands, passkey_options, proof_for, recent
from people.requests import Request

AT_ONCE = 50  # papers on the page of several


@require_http_methods(["GET", "POST"])
def sign_document(request: Request, uid: UUID) -> HttpResponse:
    """What it commits my department to, the document, the statement and the proof of who I am, on one page."""
    found = document_for(request.user, uid, Act.SIGN)
    form = SignForm(demands(request.user), recent(request), request.POST or None, initial={"seen_sha256": found.sha256})
    if request.method == "POST" and form.is_valid():
        try:
            signed = _sign(request, found, form)
        except Refused as refusal:
            if refusal.code == "passed_on":
                raise  # this page is no longer theirs
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _said(signed))
            return redirect(signed)
    return signing_page(request, found, form=form)


def _sign(request: Request, found: Document, form: SignForm) -> Document:
    return sign(
        actor=request.user,
        document_uid=found.uid,
        seen_sha256=form.cleaned_data["seen_sha256"],
        proof=proof_for(request, hashes=[found.sha256], **form.proved()),
        remark=form.cleaned_data["remark"],
        drawing=form.cleaned_data["drawing"],
        **_from(request),
    )


def _from(request: Request) -> dict[str, Any]:
    return {"address": get_adapter().get_client_ip(request), "agent": request.headers.get("User-Agent", "")}


def _said(signed: Document) -> str:
    """What a signer reads right after signing."""
    if signed.state == Document.State.COMPLETE:
        return _("Signed. You were the last: the document is complete.")
    left = [slot for slot in signed.slots.all() if slot.is_open and slot.signs]
    if not left:
        return _("Signed. All have signed; those who are informed may still object.")
    return _("Signed. %d more to sign.") % len(left)


@require_POST
def sign_passkey(request: Request) -> HttpResponse:
    """What a passkey is asked to sign: the hashes of these papers, which wait for this person."""
    said = [value.partition(":")[0] for value in request.POST.getlist("papers")]
    named = [uid for uid in said if is_uid(uid)]
    waiting = queries.waiting_for(request.user).filter(uid__in=named).values_list("sha256", flat=True)
    return JsonResponse(passkey_options(request, sorted(waiting)))


@require_http_methods(["GET", "POST"])
def sign_several(request: Request) -> HttpResponse:
    """All that waits for me, what is new for me in each; those that are ticked are signed in one act."""
    form = ManyForm(demands(request.user), recent(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _sign_many(request, form)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("sign_several")
    return _several_page(request, form)


def _sign_many(request: Request, form: ManyForm) -> None:
    """Each paper's outcome is said by its name."""
    papers = form.cleaned_data["papers"]
    names = dict(visible_to(request.user).filter(uid__in=[uid for uid, _hash in papers]).values_list("uid", "title"))
    proof = proof_for(request, hashes=sorted(sha256 for _uid, sha256 in papers), **form.proved())
    said = {"remark": form.cleaned_data["remark"], **_from(request)}
    for outcome in sign_many(actor=request.user, papers=papers, proof=proof, **said):
        name = names.get(outcome.uid, _("A document"))
        if outcome.document is not None:
            messages.success(request, f"{name}: {_said(outcome.document)}")
        else:
            messages.warning(request, f"{name}: {outcome.trouble}")


def _several_page(request: Request, form: ManyForm) -> HttpResponse:
    papers = papers_of(request.user, list(queries.waiting_for(request.user)[:AT_ONCE]))
    ticked = set(request.POST.getlist("papers")) if form.is_bound else {paper.value for paper in papers if paper.is_known}
    context = {
        "form": form,
        "papers": papers,
        "ticked": ticked,
        "asked": demands(request.user),
        "proved": recent(request),
        "noting": queries.waiting_for(request.user, informed=True)[:AT_ONCE],
    }
    return render(request, "documents/several.html", context, status=422 if form.errors else 200)


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
            return left_or_back(request, found)
    return signing_page(request, found, objection=form)


def left_or_back(request: Request, found: Document) -> HttpResponse:
    """To the document, or to My desk for whom it is not there any more."""
    return redirect(found if sees_document(request.user, found) else "desk")


@require_POST
def note_without_objection(request: Request, uid: UUID) -> HttpResponse:
    """Whoever is only informed says in one click that there is no objection."""
    noted = note_document(actor=request.user, document_uid=uid)
    messages.success(request, _("Noted: you have no objection."))
    return redirect(noted)


def signing_page(
    request: Request,
    found: Document,
    *,
    form: SignForm | None = None,
    objection: ObjectForm | None = None,
    passing: PassOnForm | None = None,
) -> HttpResponse:
    """The signing page; invalid input stands where it was typed (422)."""
    context = document_page(request, found)
    slots = [slot for slot in context["mine"] if slot.is_open] or context["mine"]
    names = [slot.department.name for slot in slots]
    places = in_place_of(request.user, slots, context["leaves"])
    asked = demands(request.user)
    wrong = any(one is not None and one.errors for one in (form, objection, passing))
    context |= {
        "form": form or SignForm(asked, None, initial={"seen_sha256": found.sha256}),
        "objection": objection or ObjectForm(found),
        "objecting": objection is not None,
        "passing": passing or PassOnForm([slot for slot in slots if slot.is_open]),
        "is_passing": passing is not None,
        "asked": asked,
        "proved": recent(request),
        "departments": names,
        "places": places,
        "statement": statement_for(request.user, found, names, [head.name for head, _mandate in places]),
        "promises": queries.promises_of(found, set(names)),
    }
    context |= turn_of(context["rows"], {slot.pk for slot in slots})
    context["mine_changed"] = [change for change in context["changes"] if changes.touches(change, set(names))]
    return render(request, "documents/sign.html", context, status=422 if wrong else 200)
