"""The people of a meeting: saying whether one comes; who comes in, who is taken off, who chairs and writes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.refusals import Refused
from common.typed import whole_number
from meetings import services
from meetings.access import Act, meeting_for
from meetings.answers import people_for
from meetings.forms import refuse
from meetings.forms_people import KeepersForm, PersonForm
from meetings.models import Meeting, Minutes
from people.requests import Request
from projects.pages import project_page


@require_POST
def answer_invitation(request: Request, uid: UUID) -> HttpResponse:
    """Comes, perhaps, cannot come: one's own line."""
    row = meeting_for(request.user, uid, Act.ANSWER)
    seen = whole_number(request.POST.get("seen_sequence", ""))
    said = request.POST.get("answer", "")
    services.answer_invitation(actor=request.user, meeting_uid=uid, answer=said, seen_sequence=seen)
    if request.htmx:
        return render(request, "meetings/_people.html", {"meeting": row, "people": people_for(request.user, row)})
    return redirect(row)


@require_GET
def meeting_people(request: Request, uid: UUID) -> HttpResponse:
    """The list with what changes it; `done` shows it again as it stands on the page of the meeting."""
    row = meeting_for(request.user, uid, Act.WRITE)
    if "done" in request.GET and not request.htmx:
        return redirect(row)
    return _shown(request, row, changes="done" not in request.GET)


@require_POST
def add_person(request: Request, uid: UUID) -> HttpResponse:
    """One more person; once the meeting has begun, one who is there."""
    row = meeting_for(request.user, uid, Act.WRITE)
    form = PersonForm(request.POST, meeting=row)
    if form.is_valid():
        try:
            services.add_person(actor=request.user, meeting_uid=uid, person=form.cleaned_data["person"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return _changed(request, uid)
    return _shown(request, row, status=422, person_form=form)


@require_POST
def take_off(request: Request, uid: UUID, person_uid: UUID) -> HttpResponse:
    """Off the list."""
    row = meeting_for(request.user, uid, Act.WRITE)
    try:
        services.take_off(actor=request.user, meeting_uid=uid, person_uid=person_uid)
    except Refused as refusal:
        return _shown(request, row, status=422, people_refusal=refusal)
    return _changed(request, uid)


@require_POST
def name_keepers(request: Request, uid: UUID) -> HttpResponse:
    """Another chair, another minute taker."""
    row = meeting_for(request.user, uid, Act.WRITE)
    form, status = KeepersForm(row, request.POST), 422
    if form.is_valid():
        try:
            services.name_keepers(actor=request.user, meeting_uid=uid, **form.cleaned_data)
        except Refused as refusal:
            status = form.take(refusal, row.version)
        else:
            return _changed(request, uid)
    return _shown(request, row, status=status, keepers_form=form)


def _changed(request: Request, uid: UUID) -> HttpResponse:
    """The list as it is now; whoever handed on chair and minutes, and so may change nothing more, sees the meeting."""
    row = meeting_for(request.user, uid)
    if request.htmx:
        return _shown(request, row)
    messages.success(request, _("The people of the meeting are changed."))
    return redirect("meeting_people" if people_for(request.user, row).may_change else "meeting", uid)


def _shown(request: Request, row: Meeting, *, changes: bool = True, status: int = 200, **given: Any) -> HttpResponse:
    newest = row.minutes_versions.order_by("-edition").values_list("state", flat=True).first()
    people = people_for(request.user, row, is_draft=newest == Minutes.State.DRAFT)
    context: dict[str, Any] = {"meeting": row, "people": people, "has_begun": row.starts_at <= clock.now(), "done": not changes}
    if changes and people.may_change:
        context |= {"changes": True, "person_form": PersonForm(meeting=row), "keepers_form": KeepersForm(row)}
        if "keepers_form" not in given:
            context["person_form"].fields["person"].widget.attrs["data-focus"] = True  # the next person is added there
    context |= given
    if request.htmx:
        return render(request, "meetings/_people.html", context, status=status)
    return project_page(request, row.project, "meetings/people.html", "meetings", context, status=status)
