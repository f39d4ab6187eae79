"""One change request: what it changes, what it hits, what departments say, the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activity.queries import timeline_of
from common.refusals import Refused, Unseen
from common.saying import figure
from common.typed import whole_number
from people.requests import Request
from projects.access import standing
from projects.pages import frame_of
from projects.terms import TERMS, Ground
from tracking.change_access import ChangeAct, affected_departments, change_for, may_change
from tracking.change_forms import DecisionForm, OpinionForm
from tracking.models import ChangeLine, ChangeRequest
from tracking.queries import changing
from tracking.services import decide_change, give_opinion, withdraw_change


@require_GET
def change(request: Request, uid: UUID) -> HttpResponse:
    """One request: what changes, what it hits, what departments say, what was decided."""
    return _page(request, change_for(request.user, uid))


def _page(request: Request, row: ChangeRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = _read(row) | _controls(request, row, forms)
    if request.method == "GET":  # a page with what was typed and refused waits for its reader
        context["live_src"] = row.get_absolute_url()
    if request.htmx:
        return render(request, "tracking/_change.html", context, status=status)
    return render(request, "tracking/change.html", frame_of(request, row.project, "risks") | context, status=status)


def _read(row: ChangeRequest) -> dict[str, Any]:
    """What everybody sees of it."""
    project, asked = row.project, affected_departments(row)
    opinions = changing.newest_opinions(row)
    names = dict(project.parties.values_list("department_id", "department__name"))
    ground, lines = Ground(project), list(row.lines.select_related("clause__memorandum", "clause__department"))
    for line in lines:
        if line.clause is not None:
            line.clause.memorandum.project = project
    return {
        "change": row,
        "project": project,
        "lines": [{"line": line, "after": ground.worded(line.after), "fields": _fields(ground, line)} for line in lines],
        "impact": row.impact,
        "cost": figure(row.cost) if row.cost is not None else "",
        "opinions": list(opinions.values()),
        "silent": [names[pk] for pk in sorted(asked - opinions.keys()) if pk in names],
        "events": timeline_of(row)[:20],
    }


def _controls(request: Request, row: ChangeRequest, forms: dict[str, Any]) -> dict[str, Any]:
    """What this person can do about it now."""
    project, reader = row.project, request.user
    in_review = row.state == ChangeRequest.State.IN_REVIEW
    heard = affected_departments(row) | {row.department_id, project.lead_dept_id}
    mine = standing(reader, project).departments & heard
    decides = in_review and may_change(reader, project, ChangeAct.DECIDE)
    opines = in_review and not decides and row.requested_by_id != reader.pk
    opines = opines and any(may_change(reader, project, ChangeAct.OPINE, department=pk) for pk in mine)
    opinion_form = OpinionForm(auto_id="opinion-%s") if opines else None
    decision_form = DecisionForm(initial={"seen_version": row.version}, auto_id="decision-%s") if decides else None
    return {
        "opinion_form": forms.get("opinion") or opinion_form,
        "decision_form": forms.get("decision") or decision_form,
        "may_edit": row.requested_by_id == reader.pk and may_change(reader, project, ChangeAct.EDIT, own=True),
    }


def _fields(ground: Ground, line: ChangeLine) -> list[tuple[str, Any, Any]]:
    before, after = ground.worded(line.before), ground.worded(line.after)
    return [(name, before.get(name), after.get(name)) for name in TERMS if name in after and after[name] not in (None, "")]


@require_POST
def opinion(request: Request, uid: UUID) -> HttpResponse:
    """What one's department says of it."""
    row = change_for(request.user, uid, ChangeAct.OPINE)
    form = OpinionForm(request.POST, auto_id="opinion-%s")
    if form.is_valid():
        try:
            give_opinion(actor=request.user, change_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your department's opinion stands beside the request."))
            return redirect(row.get_absolute_url())
    return _page(request, row, status=422, opinion=form)


@require_POST
def decide(request: Request, uid: UUID) -> HttpResponse:
    """Approve it, and the amendment is drafted; or decline it, and everything stays as it is."""
    row = change_for(request.user, uid, ChangeAct.DECIDE)
    form = DecisionForm(request.POST, auto_id="decision-%s")
    if form.is_valid():
        said = form.cleaned_data
        approve = said.pop("decision") == form.APPROVE
        try:
            decided = decide_change(actor=request.user, change_uid=uid, approve=approve, **said)
        except Refused as refusal:
            form.take(refusal)
            return _page(request, row, status=form.status, decision=form)
        messages.success(request, _("Approved; it stands in the amendment's draft.") if approve else _("Declined."))
        return redirect(decided.amendment.get_absolute_url() if decided.amendment is not None else row.get_absolute_url())
    return _page(request, row, status=422, decision=form)


@require_POST
def withdraw(request: Request, uid: UUID) -> HttpResponse:
    """Who asked needs it no longer."""
    row = change_for(request.user, uid, ChangeAct.EDIT)
    seen = whole_number(request.POST.get("seen_version", ""))
    if seen is None:
        raise Unseen
    withdraw_change(actor=request.user, change_uid=uid, seen_version=seen)
    messages.success(request, _("Withdrawn."))
    return redirect("project_changes", row.project.uid)
