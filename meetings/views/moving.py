"""Moving meetings: one, it and all that follow, a whole series; and calling a cancelled one anew."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.refusals import Refused
from common.typed import whole_number
from meetings import services
from meetings.access import Act, meeting_for
from meetings.forms_moving import MoveForm, SeriesForm, StopForm
from meetings.models import Series
from meetings.services.series import series_for
from people.requests import Request
from projects.pages import project_page


@require_http_methods(["GET", "POST"])
def move_meeting(request: Request, uid: UUID) -> HttpResponse:
    """Another time or place for this meeting, alone or with all that follow."""
    row, status = meeting_for(request.user, uid, Act.CALL), 200
    form = MoveForm(row, request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _move(request, uid, form, row.project)
            except Refused as refusal:
                status = form.take(refusal, row.version)
            else:
                return redirect(row)
    context = {"form": form, "meeting": row}
    return project_page(request, row.project, "meetings/move.html", "meetings", context, status=status)


def _move(request: Request, uid: UUID, form: MoveForm, project: Any) -> None:
    said = {
        "actor": request.user, "meeting_uid": uid, "seen_version": form.cleaned_data["seen_version"],
        "place": form.cleaned_data["place"], **form.window(project),
    }  # fmt: skip
    if form.all_follow:
        services.change_following(**said)
        messages.success(request, _("This meeting and all that follow are changed; those invited are told."))
    else:
        services.move_meeting(**said)
        messages.success(request, _("The meeting is moved; those invited are told."))


@require_http_methods(["GET", "POST"])
def edit_series(request: Request, uid: UUID) -> HttpResponse:
    """Change when and where a series meets, with all its meetings to come."""
    series, status = series_for(request.user, uid), 200
    form = SeriesForm(series, request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.edit_series(actor=request.user, series_uid=uid, **form.said())
            except Refused as refusal:
                status = form.take(refusal, series.version)
            else:
                messages.success(request, _("The series is changed; those invited are told."))
                return redirect("project_meetings", series.project.uid)
    return _series_page(request, series, {"form": form}, status)


def _series_page(request: Request, series: Series, more: dict[str, Any], status: int) -> HttpResponse:
    coming = list(series.meetings.filter(state="planned", starts_at__gt=clock.now()).select_related("project")[:8])
    context = {"form": SeriesForm(series), "stop_form": StopForm(series), "series": series, "coming": coming, **more}
    return project_page(request, series.project, "meetings/series.html", "meetings", context, status=status)


@require_POST
def stop_series(request: Request, uid: UUID) -> HttpResponse:
    """No more meetings after a day, for a reason."""
    series, status = series_for(request.user, uid), 422
    form = StopForm(series, request.POST)
    if form.is_valid():
        try:
            services.stop_series(actor=request.user, series_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            status = form.take(refusal, series.version)
        else:
            messages.success(request, _("The series is stopped; those invited are told."))
            return redirect("project_meetings", series.project.uid)
    return _series_page(request, series, {"stop_form": form, "ask_stop": True}, status)


@require_POST
def continue_series(request: Request, uid: UUID) -> HttpResponse:
    """A stopped series goes on."""
    series = series_for(request.user, uid)
    seen = whole_number(request.POST.get("seen_version", ""))
    services.continue_series(actor=request.user, series_uid=uid, seen_version=seen)
    messages.success(request, _("The series goes on; those invited are told."))
    return redirect("project_meetings", series.project.uid)


@require_POST
def call_anew(request: Request, uid: UUID) -> HttpResponse:
    """A cancelled meeting takes place after all."""
    row = meeting_for(request.user, uid, Act.WRITE)
    services.call_anew(actor=request.user, meeting_uid=uid, seen_version=whole_number(request.POST.get("seen_version", "")))
    messages.success(request, _("The meeting takes place; everybody is told."))
    return redirect(row)
