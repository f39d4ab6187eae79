"""Clauses of the draft: written, removed, commented on; counter-texts and resource requests answered, all in place."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from common.refusals import Conflict, Refused, Unseen
from common.typed import whole_number
from people.requests import Request
from projects.access import Act, project_for
from projects.forms.clauses import AnswerForm, ClauseForm, DeclineForm, RemarkForm
from projects.memorandum_page import find_clause, memorandum_page
from projects.models import Clause, Project
from projects.services.asking import answer_resource
from projects.services.clauses import remove_clause, save_clause
from projects.services.remarks import decline, remark_on_clause, take_over


@require_POST
def clause_save(request: Request, uid: UUID, row: UUID | None = None) -> HttpResponse:
    """Add a clause or save one; errors stand at its fields, and where somebody else saved first both are shown."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    clause = _clause(project, row) if row else None
    form = ClauseForm(project, request.POST)
    if clause is not None and form.is_valid() and form.cleaned_data["seen_version"] is None:
        form.add_error(None, str(Unseen()))
        return memorandum_page(request, project, status=Unseen.status, clause_form=form, editing=clause)
    if form.is_valid():
        seen = form.cleaned_data["seen_version"]
        try:
            save_clause(actor=request.user, project_uid=uid, row_uid=row, seen_version=seen, **form.said())
        except Conflict as conflict:
            return _both(request, project, clause, conflict)
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            return _done(request, project)
    return memorandum_page(request, project, status=422, clause_form=form, editing=clause)


def _both(request: Request, project: Project, clause: Clause | None, conflict: Conflict) -> HttpResponse:
    """The same form once more, now over the version that is stored, and both values: sending it again overwrites knowingly."""
    data = request.POST.copy()
    if clause is not None:
        clause.refresh_from_db()
        data["seen_version"] = str(clause.version)
    form = ClauseForm(project, data)
    form.is_valid()
    theirs = _differences(form, clause)
    given = {"clause_form": form, "editing": clause, "theirs": theirs, "conflict": conflict}
    return memorandum_page(request, project, status=412, **given)


def _differences(form: ClauseForm, clause: Clause | None) -> list[tuple[str, Any, Any]]:
    """Field by field what stands stored and what this person typed, where they differ."""
    if clause is None:
        return []
    rows = [(form.fields[name].label, getattr(clause, name), form.cleaned_data.get(name)) for name in ClauseForm.terms()]
    return [(str(label), theirs, mine) for label, theirs, mine in rows if theirs != mine]


@require_POST
def clause_remove(request: Request, uid: UUID, row: UUID) -> HttpResponse:
    """Take a clause out of the draft."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    remove_clause(actor=request.user, project_uid=uid, row_uid=row)
    return _done(request, project)


@require_POST
def clause_remark(request: Request, uid: UUID, row: UUID) -> HttpResponse:
    """Comment on a clause for the own department, or propose how it should read."""
    project = project_for(request.user, uid, Act.COMMENT_CLAUSE)
    clause = _clause(project, row)
    form = RemarkForm(clause, request.POST)
    if form.is_valid():
        try:
            remark_on_clause(actor=request.user, project_uid=uid, clause_uid=row, **form.cleaned_data)
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            return _done(request, project, f"#clause-{clause.number}")
    return memorandum_page(request, project, status=422, remark_form=form, remarking=clause)


@require_POST
def remark_take(request: Request, uid: UUID, remark: UUID) -> HttpResponse:
    """Take a counter-text over: the clause reads as proposed."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    seen = whole_number(request.POST.get("seen_version", ""))
    try:
        if seen is None:
            raise Unseen
        take_over(actor=request.user, project_uid=uid, remark_uid=remark, seen_version=seen)
    except Refused as refusal:
        return memorandum_page(request, project, status=refusal.status, refused=refusal, refused_at=remark)
    return _done(request, project, f"#remark-{remark}")


@require_POST
def remark_decline(request: Request, uid: UUID, remark: UUID) -> HttpResponse:
    """Decline a counter-text with a reason."""
    project = project_for(request.user, uid, Act.DRAFT_MEMORANDUM)
    form = DeclineForm(request.POST, auto_id="decline-%s")
    if form.is_valid():
        try:
            decline(actor=request.user, project_uid=uid, remark_uid=remark, **form.cleaned_data)
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            return _done(request, project, f"#remark-{remark}")
    return memorandum_page(request, project, status=422, decline_form=form, declining=remark)


@require_POST
def need_answer(request: Request, uid: UUID, row: UUID) -> HttpResponse:
    """Answer a resource request for the department that is asked."""
    project = project_for(request.user, uid)
    need = project.resources.filter(uid=row).select_related("from_dept").first()
    project = project_for(request.user, uid, Act.ANSWER_RESOURCE, department=need.from_dept if need else None)
    if need is None:
        raise Http404
    form = AnswerForm(need, request.POST)
    if form.is_valid():
        try:
            answer_resource(actor=request.user, project_uid=uid, need_uid=row, **form.cleaned_data)
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            return _done(request, project, f"#need-{row}")
    return memorandum_page(request, project, status=422, answer_form=form, answering=row)


def _done(request: Request, project: Project, place: str = "") -> HttpResponse:
    """The page as it is now: in place, or by its address."""
    if request.htmx:
        return memorandum_page(request, project)
    response = redirect("memorandum", project.uid)
    response["Location"] += place
    return response


def _refuse(form: forms.Form, refusal: Refused) -> None:
    """What is refused stands at its field, where the form has it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _clause(project: Project, uid: UUID) -> Clause:
    clause = find_clause(project, uid)
    if clause is None:
        raise Http404
    return clause
