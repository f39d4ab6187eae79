"""Who gets what, then one button; until then people are put in copy and taken out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.refusals import Refused, Unseen
from common.typed import whole_number
from meetings import services
from meetings.access import Act, minutes_for
from meetings.content import content_of
from meetings.desk import clocks_of
from meetings.differences import differences, version_before
from meetings.forms import refuse
from meetings.forms_minutes import CopyForm, PublishForm
from meetings.models import Minutes
from meetings.objections import open_objections
from meetings.services.publishing import attendees_without_mail
from meetings.services.roles import readers_of
from meetings.services.writing import is_written
from people.requests import Request
from projects.pages import project_page


@require_http_methods(["GET", "POST"])
def publish_minutes(request: Request, uid: UUID) -> HttpResponse:
    """Who gets what, then one button."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    form = PublishForm(request.POST or None, meeting=draft.meeting)
    if request.method == "GET":
        return redirect("minutes", uid) if draft.state != Minutes.State.DRAFT else _page(request, draft, form)
    seen = whole_number(request.POST.get("seen_version", ""))
    if seen is None:
        raise Unseen
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    try:
        services.publish_minutes(actor=request.user, meeting_uid=uid, seen_version=seen, answer_by=form.until)
    except Refused as refusal:
        draft.refresh_from_db()
        if refusal.field in form.fields:
            refuse(form, refusal)
            return _page(request, draft, form, status=422)
        return _page(request, draft, form, status=refusal.status, refusal=refusal)
    messages.success(request, _("Distributed. The clock stops when everybody is reached."))
    return redirect("minutes", uid)


def _page(request: Request, draft: Minutes, form: PublishForm, *, status: int = 200, **given: Any) -> HttpResponse:
    meeting = draft.meeting
    readers = readers_of(meeting)
    before = version_before(draft)
    unnamed = [row for row in draft.actions.all() if row.due_on is None or (row.owner_id is None and row.department_id is None)]
    context = {
        "meeting": meeting,
        "minutes": draft,
        "form": form,
        "clock": clocks_of([draft]).get(draft.pk),
        "readers": readers,
        "without_mail": {row.user_id for row in attendees_without_mail(meeting)},
        "attendance_missing": any(row.present is None and not row.in_copy for row in readers),
        "is_written": is_written(draft),
        "unnamed": unnamed,
        "copy_form": CopyForm(meeting=meeting),
        "before": before,
        "differences": _differences(draft, before) if draft.state == Minutes.State.DRAFT else [],
        "open_objections": open_objections(meeting).select_related("objector", "resolution") if before else [],
        **given,
    }
    return project_page(request, meeting.project, "meetings/publish.html", "meetings", context, status=status)


def _differences(draft: Minutes, before: Minutes | None) -> list[Any]:
    """What this version will change, as its readers will see it."""
    if before is None:
        return []
    return differences(before.content or {}, content_of(draft, at=clock.now(), by_system=False))


@require_POST
def add_copy(request: Request, uid: UUID) -> HttpResponse:
    """Put somebody in copy."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    form = CopyForm(request.POST, meeting=draft.meeting)
    if form.is_valid():
        try:
            services.add_copy(actor=request.user, meeting_uid=uid, person=form.cleaned_data["person"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("publish_minutes", uid)
    return _page(request, draft, PublishForm(meeting=draft.meeting), status=422, copy_form=form)


@require_POST
def remove_copy(request: Request, uid: UUID, person_uid: UUID) -> HttpResponse:
    """Take somebody out of the copy list."""
    services.remove_copy(actor=request.user, meeting_uid=uid, person_uid=person_uid)
    return redirect("publish_minutes", uid)
