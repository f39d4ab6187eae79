"""The risk register: of one project, and of all that one sees."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from activity.queries import timeline_of
from common.pages import paged
from common.refusals import Refused
from people.requests import Request
from projects.access import project_for
from projects.pages import frame_of
from tracking.access import Act, risk_for, risks_visible_to
from tracking.forms import AnswerForm, CloseForm, people_choices
from tracking.issue_access import may_lead
from tracking.models import Risk
from tracking.queries.overview import scanned_evening
from tracking.queries.register import SHOWN, counts_by_state, dress, one, register
from tracking.services import answer_risk, close_risk


@require_GET
def project_risks(request: Request, uid: UUID) -> HttpResponse:
    """What threatens this project, and what is done about it."""
    project = project_for(request.user, uid)
    context = _register(request, Risk.objects.filter(project=project)) | {"evening": scanned_evening(project)}
    known = people_choices(project)
    for risk in context["page"].object_list:
        risk.form = AnswerForm(risk, people=known) if risk.asks_me and risk.needs_measure else None
    return render(request, "tracking/project_risks.html", frame_of(request, project, "risks") | context)


@require_GET
def risks(request: Request) -> HttpResponse:
    """The risks of all projects that one sees."""
    return render(
        request, "tracking/risks.html", _register(request, risks_visible_to(request.user), controls=False) | {"everywhere": True}
    )


def _register(request: Request, rows: QuerySet[Risk], *, controls: bool = True) -> dict[str, Any]:
    """One page of the register in the state that the address asks for: open without, all by `state=all`.

    Across projects the lines carry no controls: each leads to where the risk is answered.
    """
    state = request.GET.get("state", Risk.State.OPEN)
    wanted = state if state in SHOWN else "" if state == "all" else Risk.State.OPEN
    counts = counts_by_state(rows)
    page = paged(request, register(rows, wanted))
    page.object_list = list(page.object_list)
    dress(page.object_list, request.user if controls else None)
    states = [(key, str(Risk.State(key).label), counts.get(key, 0)) for key in SHOWN]
    return {"page": page, "states": [*states, ("all", _("All"), sum(counts.values()))], "state": wanted or "all"}


@require_GET
def risk(request: Request, uid: UUID) -> HttpResponse:
    """One risk with its history."""
    return _page(request, risk_for(request.user, uid))


def _page(request: Request, row: Risk, *, status: int = 200, **forms: Any) -> HttpResponse:
    row = one(row, request.user)
    row.form = forms.get("answer") or (AnswerForm(row) if row.may_answer else None)  # type: ignore[attr-defined]
    context = {"risk": row, "close": forms.get("close") or CloseForm(initial={"seen_version": row.version})}
    context |= {"events": timeline_of(row)[:20], "project": row.project, "may_lead": may_lead(request.user, row.project)}
    return render(request, "tracking/risk.html", frame_of(request, row.project, "risks") | context, status=status)


@require_http_methods(["GET", "POST"])
def answer(request: Request, uid: UUID) -> HttpResponse:
    """Cause, measure, owner and due date in one form, where the risk stands."""
    row = risk_for(request.user, uid, Act.ANSWER)
    form = AnswerForm(row, request.POST or None)
    if request.method == "GET":
        return _line(request, row, form) if request.htmx else redirect(row.get_absolute_url())
    if form.is_valid():
        try:
            answer_risk(actor=request.user, risk_uid=uid, seen_version=form.cleaned_data["seen_version"], **form.said())
        except Refused as refusal:
            form.take(refusal)
        else:
            if request.htmx:
                return _line(request, row, None)
            messages.success(request, _("Saved."))
            return redirect(row.get_absolute_url())
    status = form.status if form.status != 200 else 422
    return _line(request, row, form, status=status) if request.htmx else _page(request, row, status=status, answer=form)


def _line(request: Request, row: Risk, form: AnswerForm | None, *, status: int = 200) -> HttpResponse:
    """The risk's line of the register anew."""
    found = one(row, request.user)
    found.form = form  # type: ignore[attr-defined]
    context = {"risk": found, "everywhere": "/risks/" in request.headers.get("HX-Current-URL", "")}
    if request.POST.get("place") == "line" and form is None:
        return render(request, "tracking/_finished.html", {"risk": found, "message": _("Saved.")}, status=status)
    if (request.POST.get("place") or request.GET.get("place")) == "line":
        return render(request, "tracking/_answer.html", {"risk": found, "place": "line"}, status=status)
    return render(request, "tracking/_risk.html", context, status=status)


@require_http_methods(["GET", "POST"])
def close(request: Request, uid: UUID) -> HttpResponse:
    """Only a person closes a risk, and says why."""
    row = risk_for(request.user, uid, Act.CLOSE)
    form = CloseForm(request.POST or None, initial={"seen_version": row.version})
    if request.method == "GET":
        return _page(request, row, close=form)
    if not form.is_valid():
        return _page(request, row, status=422, close=form)
    try:
        close_risk(actor=request.user, risk_uid=uid, **form.cleaned_data)
    except Refused as refusal:
        form.take(refusal)
        return _page(request, row, status=form.status, close=form)
    messages.success(request, _("The risk is closed."))
    return redirect(row.get_absolute_url())
