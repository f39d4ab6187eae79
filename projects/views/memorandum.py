"""The memorandum's page: drafting it clause by clause, opening it, watching it being signed, reading it in force."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.canonical import plain, sha256_of
from common.refusals import Conflict, Refused
from documents import queries as papers
from documents.models import Document
from people.requests import Request
from projects.access import RULES, Act, project_for, standing
from projects.forms.memorandum import ClauseForm, DraftForm, OpenForm, TakeBackForm, TermsForm
from projects.models import Clause, Memorandum, Project
from projects.pages import project_page
from projects.queries.memorandum import by_department, clauses_of, living_memorandum, missing_in_memorandum, snapshot_of
from projects.services.clauses import remove_clause, save_clause
from projects.services.memorandum import draft_memorandum, edit_memorandum
from projects.services.signing import open_for_signature, take_back

Given = dict[str, Any]


@require_GET
def memorandum_page(request: Request, uid: UUID) -> HttpResponse:
    """The tab of the kick-off; `?edit=` and `?add=` open a clause's form in its place."""
    project = project_for(request.user, uid)
    return _page(request, project)


def _page(request: Request, project: Project, *, status: int = 200, **given: Any) -> HttpResponse:
    """The whole page, or its fragment when a part of it asked."""
    memorandum = living_memorandum(project)
    context = _context(request, project, memorandum) | given
    if request.htmx:
        return render(request, "projects/_memorandum.html", {"project": project} | context, status=status)
    return project_page(request, project, "projects/memorandum.html", "kickoff", context, status=status)


def _context(request: Request, project: Project, memorandum: Memorandum | None) -> Given:
    stands = standing(request.user, project)
    rights = {
        "can_draft": stands.may(RULES, Act.DRAFT_MEMORANDUM) and not project.is_frozen,
        "can_open": stands.may(RULES, Act.OPEN_FOR_SIGNATURE) and not project.is_frozen,
        "memorandum": memorandum,
    }
    if memorandum is None:
        return rights | {"draft_form": DraftForm()}
    kind = ContentType.objects.get_for_model(Memorandum)
    editions = list(papers.with_slots(Document.objects.filter(content_type=kind, object_id=memorandum.pk).order_by("-version")))
    clauses = clauses_of(memorandum)
    shared = rights | {
        "groups": by_department(clauses),
        "clauses": clauses,
        "editions": editions,
        "objections": papers.objections_to(kind, memorandum.pk),
    }
    if memorandum.state == Memorandum.State.DRAFT:
        return shared | _of_draft(request, project, memorandum, clauses, shared)
    return shared | _of_document(request, memorandum, editions)


def _of_draft(request: Request, project: Project, memorandum: Memorandum, clauses: list[Clause], shared: Given) -> Given:
    """What the draft shows besides its clauses: what it lacks, its terms, how it will read."""
    lacking = list(missing_in_memorandum(memorandum))
    snapshot = plain(snapshot_of(memorandum))
    with translation.override("zh-hans"):
        preview = render_to_string("documents/pdf/memorandum.html", {"s": snapshot})
    opening = {"seen_version": memorandum.version, "seen_sha256": sha256_of(snapshot), "sign_days": memorandum.sign_days}
    asked = request.GET.get("edit", "")
    editing = next((row for row in clauses if str(row.uid) == asked), None) if shared["can_draft"] else None
    form = None
    if editing is not None or (request.GET.get("add") and shared["can_draft"]):
        form = ClauseForm(project, clause=editing)
    return {
        "lacking": lacking,
        "blocked": any(item.hard for item in lacking),
        "preview": preview,
        "open_form": OpenForm(initial=opening),
        "terms_form": TermsForm(memorandum),
        "editing": editing,
        "clause_form": form,
        "objected": _objected(shared["objections"], clauses, memorandum.edition),
    }


def _objected(objections: list[Any], clauses: list[Clause], edition: int) -> dict[UUID, Any]:
    """The objections to the edition before, at the clauses that they name."""
    found: dict[UUID, Any] = {}
    known = {str(row.uid): row.uid for row in clauses}
    for objection in objections:
        document = objection.slot.document
        if document.version != edition - 1 or not objection.clause:
            continue
        named = next((row["uid"] for row in document.snapshot["clauses"] if row["number"] == objection.clause), "")
        if named in known:
            found[known[named]] = objection
    return found


def _of_document(request: Request, memorandum: Memorandum, editions: list[Document]) -> Given:
    """What the page shows once a version is frozen: who has signed, until when, and whether it is one's own turn."""
    document = next(row for row in editions if row.pk == memorandum.document_id)
    slots = list(document.slots.all())
    return {
        "document": document,
        "slots": slots,
        "signed": sum(slot.state == "signed" for slot in slots),
        "my_turn": any(slot.signer_id == request.user.pk and slot.is_open for slot in slots),
        "clock": papers.clocks_of([document]).get(document.pk),
        "take_back_form": TakeBackForm(initial={"seen_version": memorandum.version}, auto_id="back-%s"),
    }


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
    return _page(request, project, status=422, draft_form=form)


@require_POST
def memorandum_terms(request: Request, uid: UUID) -> HttpResponse:
    """Save number and tolerance."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    memorandum = _living(project)
    form = TermsForm(memorandum, request.POST)
    if form.is_valid():
        try:
            edit_memorandum(actor=request.user, project_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("memorandum", uid)
    return _page(request, project, status=422, terms_form=form)


@require_POST
def clause_save(request: Request, uid: UUID, row: UUID | None = None) -> HttpResponse:
    """Add a clause or save one; errors stand at its fields, and where somebody else saved first both are shown."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    clause = _clause(project, row) if row else None
    form = ClauseForm(project, request.POST)
    if clause is not None and form.is_valid() and form.cleaned_data["seen_version"] is None:
        form.add_error(None, _("This form does not say which version it changes; reload the page."))
        return _page(request, project, status=428, clause_form=form, editing=clause)
    if form.is_valid():
        seen = form.cleaned_data["seen_version"]
        try:
            save_clause(actor=request.user, project_uid=uid, row_uid=row, seen_version=seen, **form.said())
        except Conflict as conflict:
            form = _again(project, request, clause, form)
            return _page(
                request,
                project,
                status=412,
                clause_form=form,
                editing=clause,
                theirs=_differences(form, clause),
                conflict=conflict,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _page(request, project) if request.htmx else redirect("memorandum", uid)
    return _page(request, project, status=422, clause_form=form, editing=clause)


def _again(project: Project, request: Request, clause: Clause | None, form: ClauseForm) -> ClauseForm:
    """The same form once more, now over the version that is stored: sending it again overwrites knowingly."""
    data = request.POST.copy()
    if clause is not None:
        clause.refresh_from_db()
        data["seen_version"] = str(clause.version)
    again = ClauseForm(project, data)
    again.is_valid()
    return again


def _differences(form: forms.Form, clause: Clause | None) -> list[tuple[str, Any, Any]]:
    """Field by field what stands stored and what this person typed, where they differ."""
    if clause is None:
        return []
    typed = form.cleaned_data
    rows = [(form.fields[name].label, getattr(clause, name), typed[name]) for name in typed if name != "seen_version"]
    return [(str(label), theirs, mine) for label, theirs, mine in rows if theirs != mine]


@require_POST
def clause_remove(request: Request, uid: UUID, row: UUID) -> HttpResponse:
    """Take a clause out of the draft."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    remove_clause(actor=request.user, project_uid=uid, row_uid=row)
    return _page(request, project) if request.htmx else redirect("memorandum", uid)


@require_POST
def memorandum_open(request: Request, uid: UUID) -> HttpResponse:
    """Freeze this edition and ask every head to sign it."""
    project = project_for(request.user, uid, Act.OPEN_FOR_SIGNATURE)
    form = OpenForm(request.POST)
    if form.is_valid():
        try:
            document = open_for_signature(actor=request.user, project_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Open for signature: %d heads have been asked.") % document.slots.count())
            return redirect("memorandum", uid)
    return _page(request, project, status=422, open_errors=form)


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
    return _page(request, project, status=422, take_back_form=form)


def _living(project: Project) -> Memorandum:
    memorandum = living_memorandum(project)
    if memorandum is None:
        raise Http404
    return memorandum


def _clause(project: Project, uid: UUID) -> Clause:
    clause = Clause.objects.filter(memorandum__project=project, uid=uid).select_related("memorandum").first()
    if clause is None:
        raise Http404
    return clause
