"""Minutes: written on the agenda, distributed, read, confirmed, archived."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.refusals import Refused
from common.typed import whole_number
from documents.models import Objection
from meetings import queries, services, shown
from meetings.access import Act, may_at, meeting_for, minutes_for, reader_of
from meetings.agenda import agenda_of, writes_itself
from meetings.desk import clocks_of
from meetings.forms import ActionForm, ResolutionForm
from meetings.models import Meeting, Minutes
from meetings.services.publishing import attendees_without_mail
from meetings.services.roles import readers_of
from meetings.services.writing import is_written
from people.requests import Request
from projects.pages import project_page


def minutes(request: Request, uid: UUID) -> HttpResponse:
    """Drafts are written here by chair and minute taker; once distributed they read like paper."""
    meeting = meeting_for(request.user, uid, Act.READ)
    newest = meeting.minutes_versions.select_related("document", "event__actor").order_by("-edition").first()
    if newest is None or meeting.state == Meeting.State.NOT_HELD:
        return redirect(meeting)
    newest.meeting = meeting
    if newest.state != Minutes.State.DRAFT:
        return _paper(request, newest)
    if may_at(request.user, meeting, Act.WRITE) and not meeting.project.is_frozen:
        if meeting.starts_at <= clock.now():
            services.lay_agenda(meeting)
        return _writing(request, newest)
    older = meeting.minutes_versions.exclude(state=Minutes.State.DRAFT).order_by("-edition").first()
    if older is not None:
        older.meeting = meeting
        return _paper(request, older)
    context = {"meeting": meeting, "minutes": newest, "clock": clocks_of([newest]).get(newest.pk)}
    return project_page(request, meeting.project, "meetings/minutes_waiting.html", "meetings", context)


def writing_context(draft: Minutes) -> dict:
    """What the page for writing shows; the forms for a new row are empty."""
    meeting = draft.meeting
    items = agenda_of(meeting)
    return {
        "meeting": meeting,
        "minutes": draft,
        "clock": clocks_of([draft]).get(draft.pk),
        "items": items,
        "data": shown.data_for(meeting.project, {item.shows for item in items if item.shows}),
        "attendees": meeting.attendees.select_related("user__department", "department"),
        "resolutions": draft.resolutions.select_related("item"),
        "objection": objection_to(draft.meeting.minutes_versions.filter(edition=draft.edition - 1).first()),
        "actions": draft.actions.select_related("item", "owner__department", "department", "task"),
        "resolution_form": ResolutionForm(meeting=meeting, prefix="resolution"),
        "action_form": ActionForm(meeting=meeting, prefix="action"),
        "writing": True,
        "is_laid": not writes_itself(meeting),
        "has_begun": meeting.starts_at <= clock.now(),
    }


def _writing(request: Request, draft: Minutes, more: dict | None = None, status: int = 200) -> HttpResponse:
    context = writing_context(draft) | (more or {})
    return project_page(request, draft.meeting.project, "meetings/minutes_write.html", "meetings", context, status=status)


def objection_to(row: Minutes | None) -> Objection | None:
    """Why a head did not sign this edition, if that is so."""
    if row is None or row.document_id is None:
        return None
    return Objection.objects.filter(slot__document=row.document_id).select_related("objector", "slot__department").first()


def _paper(request: Request, row: Minutes) -> HttpResponse:
    services.note_seen(actor=request.user, minutes=row)
    reader = reader_of(row, request.user)
    slots = list(row.document.slots.select_related("department", "signer")) if row.document else []
    lines = queries.readers_for(request.user, row)
    signs = any(slot.signer_id == request.user.pk and slot.state == "open" for slot in slots)
    confirms = reader is not None and not reader.in_copy and reader.confirmed_at is None and row.state == "distributed"
    context = {
        "meeting": row.meeting,
        "minutes": row,
        "content": row.content,
        "clock": clocks_of([row]).get(row.pk),
        "lines": lines,
        "silent": row.readers.filter(in_copy=False, confirmed_at__isnull=True).select_related("user"),
        "objection": objection_to(row),
        "reader": reader,
        "signs": signs,
        "may_confirm": confirms and not any(slot.signer_id == request.user.pk for slot in slots),
        "may_archive": row.state == "distributed" and may_at(request.user, row.meeting, Act.WRITE),
        "slots": slots,
        "confirm_by": queries.confirm_by(row),
        "actions": row.actions.select_related("owner__department", "department", "task"),
        "may_write": may_at(request.user, row.meeting, Act.WRITE),
    }
    return project_page(request, row.meeting.project, "meetings/minutes.html", "meetings", context)


@require_http_methods(["GET", "POST"])
def publish_minutes(request: Request, uid: UUID) -> HttpResponse:
    """Who gets what, then one button."""
    draft = minutes_for(request.user, uid, Act.WRITE)
    refusal = None
    if request.method == "POST":
        seen = whole_number(request.POST.get("seen_version", ""))
        try:
            services.publish_minutes(actor=request.user, meeting_uid=uid, seen_version=seen)
        except Refused as said:
            refusal = said
            draft.refresh_from_db()
        else:
            messages.success(request, _("Distributed. The clock stops when everybody is reached."))
            return redirect("minutes", uid)
    elif draft.state != Minutes.State.DRAFT:
        return redirect("minutes", uid)
    readers = readers_of(draft.meeting)
    context = {
        "meeting": draft.meeting,
        "minutes": draft,
        "clock": clocks_of([draft]).get(draft.pk),
        "readers": readers,
        "without_mail": {row.user_id for row in attendees_without_mail(draft.meeting)},
        "attendance_missing": any(row.present is None and not row.in_copy for row in readers),
        "is_written": is_written(draft),
        "unnamed": draft.actions.filter(owner__isnull=True).count() + draft.actions.filter(due_on__isnull=True).count(),
        "refusal": refusal,
    }
    return project_page(
        request, draft.meeting.project, "meetings/publish.html", "meetings", context, status=refusal.status if refusal else 200
    )


@require_POST
def confirm_minutes(request: Request, uid: UUID) -> HttpResponse:
    """One click: these minutes are right."""
    row = services.confirm_minutes(actor=request.user, minutes_uid=uid)
    if request.htmx:
        return render(request, "meetings/_desk_confirm.html", {"minutes": row, "confirmed": True})
    messages.success(request, _("Confirmed."))
    return redirect(row)


@require_POST
def archive_minutes(request: Request, uid: UUID) -> HttpResponse:
    """Archive, with those named who did not answer."""
    row = services.archive_minutes(actor=request.user, minutes_uid=uid)
    left = row.readers.filter(in_copy=False, confirmed_at__isnull=True).count()
    said = ngettext("Archived; %d person did not answer.", "Archived; %d people did not answer.", left) % left
    messages.success(request, said if left else _("Archived; everybody has confirmed."))
    return redirect(row)
