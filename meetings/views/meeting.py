"""One meeting: its page, its end, its people, its agenda."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from common import clock
from common.fields import retype
from common.refusals import Refused
from meetings import queries, services, shown
from meetings.access import Act, may_at, meeting_for
from meetings.agenda.items import WRITTEN_FROM_DATA
from meetings.answers import people_for
from meetings.forms import EndForm, TopicForm, refuse
from meetings.forms_moving import CancelForm
from meetings.invited import departments_of
from meetings.models import Meeting
from people.models import User
from people.requests import Request
from projects.access import standing
from projects.pages import project_page


def meeting(request: Request, uid: UUID) -> HttpResponse:
    """When, where, who, about what; what to do now."""
    row = meeting_for(request.user, uid)
    return _page(request, row, {})


def _page(request: Request, row: Meeting, more: dict, status: int = 200) -> HttpResponse:
    now, user, project = clock.now(), request.user, row.project
    (line,) = queries.lines_of([row])
    items = list(row.agenda.select_related("department")) if row.kind not in WRITTEN_FROM_DATA else []
    own = standing(user, project).departments
    adds = [d for d in departments_of(project) if may_at(user, row, Act.AMEND_AGENDA, department=d.pk)]
    context = {
        "meeting": row,
        "line": line,
        "people": people_for(user, row, is_draft=line.minutes is not None and line.minutes.state == "draft"),
        "items": items,
        "from_data": row.kind in WRITTEN_FROM_DATA,
        "data": shown.data_for(project, {item.shows for item in items if item.shows}),
        "may_write": may_at(user, row, Act.WRITE) and not project.is_frozen,
        "may_read": may_at(user, row, Act.READ),
        "may_move": may_at(user, row, Act.CALL) and row.state == "planned" and row.starts_at > now and not project.is_frozen,
        "may_add": adds and line.minutes is not None and line.minutes.state == "draft" and row.state != "not_held",
        "topic_form": TopicForm(project=project, initial={"department": next((d.uid for d in adds if d.pk in own), None)}),
        "reason_form": CancelForm(row, may_stop=_may_stop(user, row)),
        "has_begun": row.starts_at <= now,
        "may_call_anew": may_at(user, row, Act.WRITE) and _can_come_back(row) and not project.is_frozen,
        **more,
    }
    return project_page(request, project, "meetings/meeting.html", "meetings", context, status=status)


def _can_come_back(row: Meeting) -> bool:
    """Whether a cancelled meeting can be called anew; one that is off with its series comes back with it."""
    return row.is_cancelled and row.starts_at > clock.now() and not row.off_with


def _may_stop(user: User, row: Meeting) -> bool:
    """Whether cancelling it may go for all that follow."""
    return row.series_id is not None and row.starts_at > clock.now() and may_at(user, row, Act.CALL)


@require_POST
def end_meeting(request: Request, uid: UUID) -> HttpResponse:
    """One button: the meeting is over; the 24 hours of its minutes begin."""
    row = meeting_for(request.user, uid, Act.WRITE)
    form = EndForm(request.POST, project=row.project)
    if form.is_valid():
        try:
            services.end_meeting(actor=request.user, meeting_uid=uid, ended_at=form.cleaned_data["ended"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("minutes", uid)
    ended = {"ended": row.ends_at.astimezone(ZoneInfo(row.project.time_zone)).strftime("%Y-%m-%dT%H:%M")}
    if not request.POST.get("ended"):
        retype(form, ended)
    return _page(request, row, {"end_form": form, "ask_end": True}, status=422)


@require_POST
def mark_not_held(request: Request, uid: UUID) -> HttpResponse:
    """Not held, with the reason; the clock stops. One that is still to come: alone, or with all that follow in its series."""
    row, status = meeting_for(request.user, uid, Act.WRITE), 422
    form = CancelForm(row, request.POST, may_stop=_may_stop(request.user, row) and "scope" in request.POST)
    if form.is_valid():
        said = {"actor": request.user, "meeting_uid": uid, "reason": form.cleaned_data["reason"]}
        try:
            if form.all_follow:
                services.stop_following(seen_version=form.cleaned_data["seen_version"], **said)
            else:
                services.mark_not_held(**said)
        except Refused as refusal:
            status = form.take(refusal, row.version)
        else:
            return redirect(row)
    return _page(request, row, {"reason_form": form, "ask_reason": True}, status=status)


@require_POST
def add_item(request: Request, uid: UUID) -> HttpResponse:
    """A topic for the agenda."""
    row = meeting_for(request.user, uid)
    form = TopicForm(request.POST, project=row.project)
    if form.is_valid():
        try:
            services.add_item(actor=request.user, meeting_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect((request.POST.get("next") == "minutes" and "minutes") or "meeting", uid)
    return _page(request, row, {"topic_form": form}, status=422)
