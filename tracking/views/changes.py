"""Change control on pages: the list of a project, the one form of a request, one request with opinions and decision."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common.dates import NoSuchDay
from common.refusals import Refused
from common.said_days import read_said_day
from common.typed import whole_number
from people.requests import Request
from projects.access import RULES, project_for, standing
from projects.access import Act as ProjectAct
from projects.models import Amendment, Memorandum, Project
from projects.pages import frame_of
from projects.services.amendments import memorandum_in_force
from tracking.access import Act, task_for
from tracking.change_access import ChangeAct, change_for, check_project_change, may_change
from tracking.change_forms import ChangeForm, Choices, line_of
from tracking.models import ChangeRequest, Task
from tracking.pieces import half
from tracking.queries import changing
from tracking.queries.impact import Impact, impact_of, impact_of_date
from tracking.services import save_change
from tracking.services.changes import read_lines, risk_of


@require_GET
def project_changes(request: Request, uid: UUID) -> HttpResponse:
    """What is to change, what was changed, which short slips there are."""
    project = project_for(request.user, uid)
    check_project_change(request.user, project, ChangeAct.VIEW)
    memorandum = Memorandum.objects.filter(project=project, state=Memorandum.State.IN_FORCE).first()
    drafts = standing(request.user, project).may(RULES, ProjectAct.DRAFT_AMENDMENT) and not project.is_frozen
    amendments = changing.amendments_of(project)
    context = {
        "changes": list(changing.changes_of_project(project, request.user)[:200]),
        "amendments": amendments,
        "has_draft": any(row.state == Amendment.State.DRAFT for row in amendments),
        "slips": changing.slips_of(project),
        "memorandum": memorandum,
        "may_request": memorandum is not None and may_change(request.user, project, ChangeAct.REQUEST),
        "may_draft": memorandum is not None and drafts,
    }
    return render(request, "tracking/project_changes.html", frame_of(request, project, "risks") | context)


def _memorandum(project: Project) -> Memorandum | None:
    """The one in force; none yet: the form says so."""
    try:
        return memorandum_in_force(project, lock=False)
    except Refused:
        return None


@require_http_methods(["GET", "POST"])
def request_change(request: Request, uid: UUID) -> HttpResponse:
    """The one form, filled in from a task, a risk, a clause; handed in or kept as a draft."""
    project = project_for(request.user, uid)
    check_project_change(request.user, project, ChangeAct.REQUEST)
    choices = Choices.of(_memorandum(project), project)
    if request.method == "GET":
        return _form(request, project, _prefilled(request, project, choices))
    return _save(request, project, choices, None)


@require_http_methods(["GET", "POST"])
def edit_change(request: Request, uid: UUID) -> HttpResponse:
    """The draft of a request anew."""
    change = change_for(request.user, uid, ChangeAct.EDIT)
    project = change.project
    choices = Choices.of(_memorandum(project), project)
    if request.method == "POST":
        return _save(request, project, choices, change)
    names = ("title", "kind", "reason", "cost", "quality")
    initial = {name: getattr(change, name) for name in names} | {"seen_version": change.version}
    initial["risk"] = change.risk.uid if change.risk else None
    lines = [line_of(line, choices) for line in change.lines.all()]
    return _form(request, project, ChangeForm(choices, lines=lines, initial=initial), change)


def _prefilled(request: Request, project: Project, choices: Choices) -> ChangeForm:
    """What the address names: a clause, a task's clause, a risk with its task, a date."""
    said = request.GET
    initial: dict[str, Any] = {"reason": said.get("reason", "")[:300]}
    task: Task | None = None
    if said.get("risk"):
        risk = risk_of(request.user, project, _uid(said["risk"]))
        initial = {"risk": risk.uid, "reason": " ".join(filter(None, [risk.cause_text, risk.measure]))}
        task = risk.task
    if said.get("task"):
        task = task_for(request.user, _uid(said["task"]))
    promise = task.promise if task is not None and task.project_id == project.pk else None
    chosen = str(promise.uid) if promise is not None else said.get("clause", "")
    due = _day(said.get("due", ""), project)
    return ChangeForm(choices, lines=[{"clause": chosen if chosen in choices.clauses else "", "due_on": due}], initial=initial)


def _uid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        return UUID(int=0)


def _save(request: Request, project: Project, choices: Choices, change: ChangeRequest | None) -> HttpResponse:
    if "more" in request.POST:
        data, count = request.POST.copy(), whole_number(request.POST.get("count", "")) or 1
        data["count"] = str(count + 1)
        return _form(request, project, ChangeForm(choices, data), change, untouched=True)
    form = ChangeForm(choices, request.POST)
    if not form.is_valid():
        return _form(request, project, form, change, status=422)
    hand_in = "draft" not in request.POST
    seen = form.cleaned_data["seen_version"]
    try:
        saved = save_change(
            actor=request.user, project_uid=project.uid, change_uid=change.uid if change else None, seen_version=seen,
            hand_in=hand_in, **form.request(),
        )  # fmt: skip
    except Refused as refusal:
        form.take(refusal)
        return _form(request, project, form, change, status=form.status)
    messages.success(request, _("Handed in; the departments it affects are asked.") if hand_in else _("Kept as a draft."))
    return redirect(saved.get_absolute_url())


def _form(
    request: Request, project: Project, form: ChangeForm, change: ChangeRequest | None = None, *, status: int = 200,
    untouched: bool = False,
) -> HttpResponse:  # fmt: skip
    if untouched:  # a further line was asked for: nothing is judged yet
        for part in (form, *form.lines):
            part.errors.clear()
    context: dict[str, Any] = {"form": form, "change": change, "memorandum": _memorandum(project), "project": project}
    context["impact"] = _impact_of_form(project, form) if form.is_bound and not form.errors else None
    return render(request, "tracking/change_form.html", frame_of(request, project, "risks") | context, status=status)


def _impact_of_form(project: Project, form: ChangeForm) -> Impact | None:
    """What the typed lines would hit, as far as they can be read."""
    memorandum = _memorandum(project)
    lines = [line.said() for line in form.lines if not line.is_blank and line.is_valid()]
    if memorandum is None or not lines:
        return None
    try:
        return impact_of(project, read_lines(memorandum, lines))
    except Refused:
        return None


@require_GET
def change_impact(request: Request, uid: UUID) -> HttpResponse:
    """What the request on the screen would hit, while it is typed."""
    project = project_for(request.user, uid)
    check_project_change(request.user, project, ChangeAct.VIEW)
    form = ChangeForm(Choices.of(_memorandum(project), project), request.GET)
    return render(request, "tracking/_impact.html", {"impact": _impact_of_form(project, form), "whole": True})


@require_GET
def task_impact(request: Request, uid: UUID) -> HttpResponse:
    """What another due date of a task would hit, while it is typed: `?due=`."""
    task = task_for(request.user, uid, Act.VIEW)
    typed = request.GET.get("due") or request.GET.get("due_on") or request.GET.get("to_due") or ""
    due = _day(typed, task.project)
    impact = impact_of_date(task, due) if due is not None and due != task.due_on else None
    return render(request, "tracking/_impact.html", {"impact": impact})


def _day(typed: str, project: Project) -> date | None:
    try:
        return read_said_day(half(typed), project.today, None) if typed.strip() else None
    except NoSuchDay:
        return None
