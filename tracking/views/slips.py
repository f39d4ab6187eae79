"""Short slips where the task stands, and how far promises have moved."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.refusals import Refused
from people.requests import Request
from projects.access import project_for
from projects.models import Clause
from projects.pages import frame_of
from tracking.access import task_for
from tracking.change_access import ChangeAct, check_slip_of, is_receiving_liaison, may_change, slip_for
from tracking.change_forms import SlipAnswerForm, SlipForm
from tracking.models import Slip, Task
from tracking.queries.board import card_of
from tracking.queries.changing import moved
from tracking.services import agree_slip, ask_slip, refuse_slip, withdraw_slip
from tracking.services.promised import request_url
from tracking.services.slips import BEYOND


@require_GET
def task_promise(request: Request, uid: UUID) -> HttpResponse:
    """On a task's page: how far its promise has moved, the slip that is asked for, and how to ask for one."""
    task = task_for(request.user, uid)
    return render(request, "tracking/_task_promise.html", _context(request, task))


def _context(request: Request, task: Task) -> dict[str, Any]:
    clause = task.clause
    may_ask = clause is not None and task.is_open and may_change(request.user, task.project, ChangeAct.REQUEST)
    asked = task.slips.filter(state=Slip.State.ASKED).select_related("asked_by", "clause").first() if clause else None
    return {
        "task": task,
        "project": task.project,
        "moved": moved([clause]).get(clause.pk) if clause is not None else None,
        "slip": asked,
        "may_confirm": asked is not None and not task.project.is_frozen and is_receiving_liaison(request.user, task),
        "may_withdraw": asked is not None and asked.asked_by_id == request.user.pk,
        "may_ask": may_ask
        and asked is None
        and may_change(request.user, task.project, ChangeAct.ASK_SLIP, department=task.department_id),
        "may_request": may_ask,
        "request_url": request_url(task) if clause is not None else "",
    }


@require_http_methods(["GET", "POST"])
def slip(request: Request, uid: UUID) -> HttpResponse:
    """Ask for a later day; beyond what a short slip may be, the refusal leads to the change request, filled in."""
    task = task_for(request.user, uid)
    check_slip_of(request.user, task, ChangeAct.ASK_SLIP)
    form = SlipForm(request.POST or None, auto_id="slip-%s")
    beyond = ""
    if request.method == "POST" and form.is_valid():
        due = form.cleaned_data["to_due"]
        try:
            ask_slip(actor=request.user, task_uid=uid, **form.said())
        except Refused as refusal:
            form.take(refusal)
            if refusal.code == BEYOND:
                said = urlencode({"due": due.isoformat(), "reason": form.cleaned_data["reason"]})
                beyond = f"{request_url(task)}&{said}"
        else:
            messages.success(request, _("Asked; the receiving department's liaison confirms it in one click."))
            return redirect(task.get_absolute_url())
    context = {"task": card_of(task.pk, task.project, request.user), "form": form, "beyond": beyond, "project": task.project}
    status = 422 if form.errors else 200
    return render(request, "tracking/slip.html", frame_of(request, task.project, "tasks") | context, status=status)


@require_POST
def agree(request: Request, uid: UUID) -> HttpResponse:
    """The receiving department's yes, in one click."""
    row = slip_for(request.user, uid, ChangeAct.CONFIRM_SLIP)
    agree_slip(actor=request.user, slip_uid=uid)
    return _done(request, row, _("Agreed; the new date counts."))


@require_http_methods(["GET", "POST"])
def refuse(request: Request, uid: UUID) -> HttpResponse:
    """The receiving department's no, with why."""
    row = slip_for(request.user, uid, ChangeAct.CONFIRM_SLIP)
    form = SlipAnswerForm(request.POST or None, auto_id="refuse-%s")
    if request.method == "POST" and form.is_valid():
        try:
            refuse_slip(actor=request.user, slip_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _done(request, row, _("Not agreed; the date stays."))
    context = {"slip": row, "form": form, "project": row.task.project, "task": row.task}
    status = 422 if form.errors else 200
    return render(request, "tracking/slip_refuse.html", frame_of(request, row.task.project, "tasks") | context, status=status)


@require_POST
def withdraw(request: Request, uid: UUID) -> HttpResponse:
    """Who asked needs it no longer."""
    row = slip_for(request.user, uid, ChangeAct.WITHDRAW_SLIP)
    withdraw_slip(actor=request.user, slip_uid=uid)
    return _done(request, row, _("Withdrawn."))


def _done(request: Request, row: Slip, message: str) -> HttpResponse:
    if request.htmx and request.POST.get("place") == "line":
        return render(request, "tracking/_finished.html", {"message": message})
    messages.success(request, message)
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect(row.task.get_absolute_url())


@require_GET
def memorandum_moves(request: Request, uid: UUID) -> HttpResponse:
    """On the memorandum's page: how often and how far each clause has moved since version 1, and the chain of versions."""
    project = project_for(request.user, uid)
    rows = Clause.objects.filter(memorandum__project=project).exclude(memorandum__state="superseded")
    clauses = list(rows.select_related("department", "memorandum").order_by("order", "id"))
    found = moved(clauses)
    lines = [(clause, found[clause.pk]) for clause in clauses if clause.pk in found and found[clause.pk].times]
    memorandum = clauses[0].memorandum if clauses else None
    chain = []
    if memorandum is not None:
        amendments = memorandum.amendments.exclude(state="dropped").select_related("document").order_by("edition", "pk")
        chain = list(amendments)
    context = {"project": project, "lines": lines, "memorandum": memorandum, "chain": chain}
    return render(request, "tracking/_memorandum_moves.html", context)
