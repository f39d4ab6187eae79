"""An amendment's page: its lines while it is a draft, opening it, watching it being signed, reading it in force."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.fields import retype
from common.refusals import Conflict, Refused, Unseen
from common.typed import whole_number
from documents import queries as papers
from documents.models import Document
from people.requests import Request
from projects.access import RULES, Act, amendment_for, project_for, standing
from projects.forms.amendment import AmendmentLineForm, OpenAmendmentForm, ReasonForm
from projects.memorandum_page import signatures_of
from projects.models import Amendment, ClauseChange
from projects.pages import project_page
from projects.queries.amendments import changes_of, document_in_force, living_clauses, number_of, signers_of
from projects.services.amending import open_amendment, take_back_amendment
from projects.services.amendments import (
    bring_up_to_date,
    draft_amendment,
    drop_amendment,
    edit_amendment,
    remove_line,
    save_line,
)  # fmt: skip
from projects.terms import TERMS, Ground

Given = dict[str, Any]
Kind = ClauseChange.Kind


@require_GET
def amendment_page(request: Request, uid: UUID) -> HttpResponse:
    """The page, or what others change of it; `?clause=` and `?add=1` open a line's form in its place."""
    return _page(request, amendment_for(request.user, uid))


def _page(request: Request, amendment: Amendment, *, status: int = 200, **given: Any) -> HttpResponse:
    project, context = amendment.memorandum.project, _context(request, amendment) | given
    if request.method == "GET":  # a page with what was typed and refused waits for its reader
        context["live_src"] = request.get_full_path()
    if request.htmx:
        return render(request, "projects/_amendment.html", {"project": project} | context, status=status)
    return project_page(request, project, "projects/amendment.html", "kickoff", context, status=status)


def _context(request: Request, amendment: Amendment) -> Given:
    project = amendment.memorandum.project
    stands = standing(request.user, project)
    is_draft = amendment.state == Amendment.State.DRAFT and not project.is_frozen
    ground, changes = Ground(project), changes_of(amendment)
    kind = ContentType.objects.get_for_model(Amendment)
    editions = list(papers.with_slots(Document.objects.filter(content_type=kind, object_id=amendment.pk).order_by("-version")))
    signers, informed = signers_of(amendment, ground, changes)
    can_draft = is_draft and stands.may(RULES, Act.DRAFT_AMENDMENT)
    shared: Given = {
        "amendment": amendment,
        "memorandum": amendment.memorandum,
        "lines": [_line(row, ground) for row in changes],
        "binds": signers,
        "informed": informed,
        "editions": editions,
        "objections": papers.objections_in(editions),
        "can_draft": can_draft,
        "can_drop": is_draft and stands.may(RULES, Act.DRAFT_MEMORANDUM),
        "can_open": is_draft and stands.may(RULES, Act.OPEN_FOR_SIGNATURE),
        "can_take_back": stands.may(RULES, Act.OPEN_FOR_SIGNATURE) and not project.is_frozen,
    }
    if is_draft:
        return shared | _of_draft(request, amendment, can_draft=can_draft)
    return shared | _of_document(request, amendment, shared["editions"])


def _line(change: ClauseChange, ground: Ground) -> Given:
    """One line as the table shows it: field by field before and after."""
    before, after = ground.worded(change.before), ground.worded(change.after)
    names = [name for name in TERMS if name in before or name in after]
    fields = [(name, before.get(name), after.get(name)) for name in names]
    said = before | after
    return {
        "change": change,
        "number": number_of(change),
        "text": said.get("text") or (change.clause.text if change.clause else ""),
        "department": said.get("department") or (change.clause.department.name if change.clause else ""),
        "fields": [row for row in fields if row[1] not in (None, "") or row[2] not in (None, "")],
    }


def _of_draft(request: Request, amendment: Amendment, *, can_draft: bool) -> Given:
    memorandum = amendment.memorandum
    newest = document_in_force(memorandum)
    seen = {"seen_version": amendment.version}
    context: Given = {
        "outdated": newest if newest is not None and newest.pk != amendment.base_id else None,
        "reason_form": ReasonForm(initial=seen | {"reason": amendment.reason}, auto_id="reason-%s"),
        "drop_form": ReasonForm(initial=seen, auto_id="drop-%s"),
        "open_form": OpenAmendmentForm(initial=seen | {"sign_days": memorandum.sign_days}),
        "clauses": living_clauses(memorandum),
    }
    return context | (_asked(request, amendment) if can_draft else {})


def _asked(request: Request, amendment: Amendment) -> Given:
    """The line that the address opens."""
    project, version = amendment.memorandum.project, amendment.version
    if request.GET.get("add"):
        change = amendment.changes.filter(uid=_uid(request.GET.get("line", "")), kind=Kind.ADDED).first()
        return {"line_form": AmendmentLineForm(project, change=change, version=version), "editing_change": change}
    clause = next((row for row in living_clauses(amendment.memorandum) if str(row.uid) == request.GET.get("clause", "")), None)
    if clause is None:
        return {}
    change = amendment.changes.select_related("clause").filter(clause=clause, kind__in=[Kind.CHANGED, Kind.SLIPPED]).first()
    return {"line_form": AmendmentLineForm(project, clause=clause, change=change, version=version), "editing_clause": clause}


def _uid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        return UUID(int=0)


def _of_document(request: Request, amendment: Amendment, editions: list[Document]) -> Given:
    document = next((row for row in editions if row.pk == amendment.document_id), None)
    if document is None:
        return {}
    return {
        "document": document,
        **signatures_of(request.user, document, amendment.memorandum.project),
        "take_back_form": ReasonForm(initial={"seen_version": amendment.version}, auto_id="back-%s"),
    }


@require_POST
def amendment_draft(request: Request, uid: UUID) -> HttpResponse:
    """Begin an amendment by hand, or go on with the draft that stands."""
    project_for(request.user, uid, Act.DRAFT_AMENDMENT)
    return redirect(draft_amendment(actor=request.user, project_uid=uid).get_absolute_url())


@require_POST
def amendment_line(request: Request, uid: UUID) -> HttpResponse:
    """Write a line: a clause as it is to read, a new one, or one that is taken out."""
    amendment = amendment_for(request.user, uid, Act.DRAFT_AMENDMENT)
    clause_uid, change_uid = _uid(request.POST.get("clause", "")), _uid(request.POST.get("line", ""))
    clause = next((row for row in living_clauses(amendment.memorandum) if row.uid == clause_uid), None)
    if clause is not None and "end" in request.POST:
        return _done(request, amendment, save_line, kind=Kind.ENDED, clause_uid=clause.uid)
    form = AmendmentLineForm(amendment.memorandum.project, request.POST, clause=clause)
    kind = Kind.ADDED if clause is None else Kind.CHANGED
    said = {"kind": kind, "clause_uid": clause.uid if clause is not None else None, "change_uid": change_uid}
    status = _sent(request, amendment, form, save_line, lambda: said | form.said())
    if status is None:
        return redirect(amendment.get_absolute_url())
    editing = {"line_form": form, "editing_clause": clause, "editing_change": amendment.changes.filter(uid=change_uid).first()}
    return _page(request, amendment, status=status, **editing)


@require_POST
def amendment_line_remove(request: Request, uid: UUID, row: UUID) -> HttpResponse:
    """Take a line out of the draft; the clause stays as it is."""
    amendment = amendment_for(request.user, uid, Act.DRAFT_AMENDMENT)
    return _done(request, amendment, remove_line, change_uid=row)


def _done(request: Request, amendment: Amendment, service: Callable[..., Any], **said: Any) -> HttpResponse:
    """An act without a form; one that says no version, or an older one, is shown the page as it is now."""
    try:
        seen = whole_number(request.POST.get("seen_version", ""))
        if seen is None:
            raise Unseen
        service(actor=request.user, amendment_uid=amendment.uid, seen_version=seen, **said)
    except (Conflict, Unseen) as refusal:
        return _page(request, amendment_for(request.user, amendment.uid), status=refusal.status, refused=refusal)
    return redirect(amendment.get_absolute_url())


def _sent(
    request: Request, amendment: Amendment, form: Any, service: Callable[..., Any], said: Callable[[], Given]
) -> int | None:
    """Give what was typed to a service; None when it is done, else the status, with what was refused at its field.

    Where somebody saved in between, what was typed stays, over the version as it is now: sending it again is then a decision.
    """
    if not form.is_valid():
        return 422
    seen = form.cleaned_data["seen_version"]
    try:
        if seen is None:
            raise Unseen
        service(actor=request.user, amendment_uid=amendment.uid, **said() | {"seen_version": seen})
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        if not isinstance(refusal, Conflict | Unseen):
            return 422
        amendment.refresh_from_db(fields=["version", "reason"])
        if isinstance(refusal, Conflict):
            retype(form, {"seen_version": amendment.version})
        return refusal.status
    return None


def _with_form(
    request: Request, amendment: Amendment, form: Any, name: str, service: Callable[..., Any], said: str
) -> HttpResponse:
    """A form that a service takes whole; its refusal stands at its field."""
    status = _sent(request, amendment, form, service, lambda: form.cleaned_data)
    if status is not None:
        return _page(request, amendment, status=status, **{name: form})
    messages.success(request, said)
    return redirect(amendment.get_absolute_url())


@require_POST
def amendment_reason(request: Request, uid: UUID) -> HttpResponse:
    """Say anew why the memorandum is amended."""
    amendment = amendment_for(request.user, uid, Act.DRAFT_AMENDMENT)
    return _with_form(
        request, amendment, ReasonForm(request.POST, auto_id="reason-%s"), "reason_form", edit_amendment, _("Saved.")
    )


@require_POST
def amendment_update(request: Request, uid: UUID) -> HttpResponse:
    """Bring the draft up to date with the version that has come into force, in one click."""
    amendment = amendment_for(request.user, uid, Act.DRAFT_AMENDMENT)
    answer = _done(request, amendment, bring_up_to_date)
    if answer.status_code == 302:
        messages.success(request, _("Up to date; look at the lines, then open it."))
    return answer


@require_POST
def amendment_drop(request: Request, uid: UUID) -> HttpResponse:
    """Give the draft up."""
    amendment = amendment_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    said = _("Given up; everything stays as it is.")
    return _with_form(request, amendment, ReasonForm(request.POST, auto_id="drop-%s"), "drop_form", drop_amendment, said)


@require_POST
def amendment_open(request: Request, uid: UUID) -> HttpResponse:
    """Freeze it and ask those whom it binds to sign."""
    amendment = amendment_for(request.user, uid, Act.OPEN_FOR_SIGNATURE)
    said = _("Open for signature; the others are informed.")
    return _with_form(request, amendment, OpenAmendmentForm(request.POST), "open_form", open_amendment, said)


@require_POST
def amendment_take_back(request: Request, uid: UUID) -> HttpResponse:
    """Take it back before all have signed."""
    amendment = amendment_for(request.user, uid, Act.OPEN_FOR_SIGNATURE)
    form = ReasonForm(request.POST, auto_id="back-%s")
    return _with_form(request, amendment, form, "take_back_form", take_back_amendment, _("Taken back; it is a draft again."))
