"""The backlog of topics: feed it, take a topic back, say that one is done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.refusals import Refused
from common.typed import whole_number
from meetings import services
from meetings.access import RULES, Act, topic_for
from meetings.forms import refuse
from meetings.forms_agenda import BacklogForm
from meetings.invited import departments_of
from meetings.models import Topic
from people.requests import Request
from projects.access import project_for, standing
from projects.models import Project
from projects.pages import project_page

SHOWN = 50
LIVING = (Topic.State.OPEN, Topic.State.TAKEN)


@require_http_methods(["GET", "POST"])
def backlog(request: Request, uid: UUID) -> HttpResponse:
    """The topics that wait, and one more; in its place on the meetings' pages or by its own address."""
    project = project_for(request.user, uid)
    if request.method == "GET":
        return _backlog(request, project, {})
    form = _form(request, project, request.POST)
    if form is None:
        services.feed_topic(actor=request.user, project_uid=uid, text=request.POST.get("text", ""))  # its door says no
    elif form.is_valid():
        try:
            services.feed_topic(actor=request.user, project_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return _done(request, project, _("Kept. The next meeting of this kind takes it up by itself."))
    return _backlog(request, project, {"form": form}, status=422)


def _form(request: Request, project: Project, data: Any = None) -> BacklogForm | None:
    """The form, with the departments for which this person may speak; none for who only reads."""
    stands = standing(request.user, project)
    if project.is_frozen:
        return None
    may = [row for row in departments_of(project) if stands.may(RULES, Act.AMEND_AGENDA, department=row.pk)]
    if not may:
        return None
    steers = stands.may(RULES, Act.AMEND_AGENDA, department=0)
    own = next((row.uid for row in may if row.pk in stands.departments), None)
    return BacklogForm(data, departments=may, steers=steers, initial={"department": own})


def _backlog(request: Request, project: Project, more: dict[str, Any], status: int = 200) -> HttpResponse:
    rows = Topic.objects.filter(project=project, state__in=LIVING).select_related("department", "raised_by__department")
    stands = standing(request.user, project)
    persons, may_finish = stands.persons, stands.may(RULES, Act.WRITE) and not project.is_frozen
    topics = list(rows.order_by("state", "id")[:SHOWN])
    for topic in topics:
        is_own = topic.raised_by_id in persons and not project.is_frozen
        topic.may_withdraw = topic.state == Topic.State.OPEN and is_own  # type: ignore[attr-defined]
        topic.may_finish = topic.state == Topic.State.TAKEN and may_finish  # type: ignore[attr-defined]
    context = {"project": project, "topics": topics, "form": _form(request, project), **more}
    if request.htmx:
        return render(request, "meetings/_backlog.html", context, status=status)
    return project_page(request, project, "meetings/backlog.html", "meetings", context, status=status)


def _done(request: Request, project: Project, said: str) -> HttpResponse:
    if request.htmx:
        return _backlog(request, project, {"said": said})
    messages.success(request, said)
    return redirect("backlog", project.uid)


@require_POST
def withdraw_topic(request: Request, uid: UUID) -> HttpResponse:
    """Take the own topic back."""
    return _settle(request, uid, services.withdraw_topic, _("Taken back."))


@require_POST
def finish_topic(request: Request, uid: UUID) -> HttpResponse:
    """Say that a topic is done."""
    return _settle(request, uid, services.finish_topic, _("Done."))


def _settle(request: Request, uid: UUID, save: Callable[..., Topic], said: str) -> HttpResponse:
    topic = topic_for(request.user, uid)
    try:
        save(actor=request.user, topic_uid=uid, seen_version=whole_number(request.POST.get("seen_version", "")))
    except Refused as refusal:
        return _backlog(request, topic.project, {"refusal": refusal}, status=refusal.status)
    return _done(request, topic.project, said)
