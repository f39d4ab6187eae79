"""The agenda of a meeting: as it stands, a department's part of it, what is taken up after all."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import retarget

from common import clock
from common.fields import retype
from common.refusals import Conflict, Refused
from common.saying import date_words
from meetings import services
from meetings.access import CARRYING, RULES, Act, meeting_for, reads_minutes, whose_line
from meetings.agenda import Part, Word, agenda_of, left_over, parts_of, since_last, writes_itself
from meetings.agenda.actions import ends_of
from meetings.agenda.asks import asked_by
from meetings.agenda.report import report_text
from meetings.agenda.scene import Scene
from meetings.forms import refuse
from meetings.forms_agenda import PartForm
from meetings.models import AgendaItem, Meeting
from meetings.models.meeting import Kind
from meetings.services.parts import refuse_after_start
from people.models import Department
from people.requests import Request
from projects.access import Standing, standing
from projects.pages import project_page
from tracking.change_access import CHANGE_RULES, ChangeAct

Source = AgendaItem.Source
WITHOUT_MATTERS = (Source.PART, Source.STANDING)


@dataclass
class PartShown:
    """A department's part on a page: whether it is the reader's own, whether it can be amended, its text to be copied."""

    part: Part
    is_own: bool
    may_amend: bool
    text: str

    @property
    def counted(self) -> list[tuple[str, int]]:
        """How many lines of last week have which word."""
        words = [line.word for line in self.part.progress]
        return [(word.value, words.count(word)) for word in Word if word in words]


def agenda_context(request: Request, meeting: Meeting) -> dict[str, Any]:
    """What the agenda shows to this person: the own part first; actions only to who reads the minutes that they stand in."""
    stands, scene = standing(request.user, meeting.project), Scene.of(meeting)
    reads = reads_minutes(request.user, meeting)
    items, left, parts = agenda_of(meeting, actions=reads), left_over(meeting, actions=reads), []
    if meeting.kind == Kind.WEEKLY and (writes_itself(meeting) or meeting.agenda_at):
        parts = [_shown(part, meeting, stands) for part in parts_of(meeting, actions=reads)]
    subjects = [*(item.subject for item in items), *(matter.subject for matter in left)]
    subjects += [row.subject for shown in parts for row in shown.part.undone]
    return {
        "meeting": meeting,
        "project": meeting.project,
        "since": since_last(meeting) if writes_itself(meeting) or meeting.since_last else None,
        "matters": [item for item in items if item.source not in WITHOUT_MATTERS],
        "standing": [item for item in items if item.source == Source.STANDING],
        "left": left,
        "own": [shown for shown in parts if shown.is_own],
        "others": [shown for shown in parts if not shown.is_own],
        "asked": asked_by(scene.template) if parts else None,
        "is_live": writes_itself(meeting),
        "has_begun": meeting.starts_at <= clock.now(),
        "may_end": meeting.kind in CARRYING and _writes(stands, meeting),
        "ends": ends_of(subjects) if meeting.agenda_at is not None else {},
        "may_take_up": meeting.agenda_at is not None and _writes(stands, meeting),
        "may_request": not meeting.project.is_frozen and stands.may(CHANGE_RULES, ChangeAct.REQUEST),
    }


def _writes(stands: Standing, meeting: Meeting) -> bool:
    own = whose_line(stands.user, meeting, Act.WRITE) is not None
    return stands.may(RULES, Act.WRITE, own=own) and not meeting.project.is_frozen


def _shown(part: Part, meeting: Meeting, stands: Standing) -> PartShown:
    scene, key = Scene.of(meeting), part.department.pk
    open_now = writes_itself(meeting) and meeting.starts_at > scene.now and not meeting.project.is_frozen
    may = open_now and stands.may(RULES, Act.AMEND_AGENDA, department=key)
    day = date_words(scene.day_of(meeting.starts_at))
    heading = f"{part.department.name} · {meeting.project.name} · {meeting.title} {day}"
    return PartShown(part, key in stands.departments, may, report_text(part, asked_by(scene.template), heading))


@require_GET
def agenda(request: Request, uid: UUID) -> HttpResponse:
    """The agenda as it is now, in its place on the meeting's page or by its own address."""
    meeting = meeting_for(request.user, uid)
    context = agenda_context(request, meeting)
    if request.htmx:
        return render(request, "meetings/_agenda.html", context)
    return project_page(request, meeting.project, "meetings/agenda.html", "meetings", context)


@require_http_methods(["GET", "POST"])
def agenda_part(request: Request, uid: UUID, department: UUID) -> HttpResponse:
    """A department's part, to be amended until the meeting begins."""
    meeting = _meeting_of_part(request, uid, department)
    part = next((row for row in parts_of(meeting) if row.department.uid == department), None)
    if part is None:
        raise Http404
    form = PartForm(request.POST or None, part=part, asked=asked_by(Scene.of(meeting).template))
    context: dict[str, Any] = {"meeting": meeting, "part": part, "form": form}
    if request.method == "GET":
        refuse_after_start(meeting)
        services.note_part_seen(actor=request.user, meeting=meeting, department=part.department)
        return _part_form(request, meeting, context)
    status = 422
    if form.is_valid():
        try:
            services.amend_part(actor=request.user, meeting_uid=uid, department_uid=department, **form.said())
        except Conflict as conflict:
            retype(form, {"seen_version": conflict.theirs["version"]})
            context["differ"], context["refusal"], status = form.differing(conflict), conflict, conflict.status
        except Refused as refusal:
            refuse(form, refusal)
            status = 422 if refusal.field else refusal.status
        else:
            return _amended(request, uid)
    return _part_form(request, meeting, context, status)


def _meeting_of_part(request: Request, uid: UUID, department: UUID) -> Meeting:
    key = Department.objects.filter(uid=department).values_list("pk", flat=True).first()
    return meeting_for(request.user, uid, Act.AMEND_AGENDA, department=key or 0)


def _part_form(request: Request, meeting: Meeting, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if request.htmx:
        return render(request, "meetings/_part_form.html", context, status=status)
    return project_page(request, meeting.project, "meetings/part.html", "meetings", context, status=status)


def _amended(request: Request, uid: UUID) -> HttpResponse:
    if not request.htmx:
        return redirect("meeting", uid)
    answer = render(request, "meetings/_agenda.html", agenda_context(request, meeting_for(request.user, uid)))
    return retarget(answer, "#agenda-place")  # the form stood in it; what is wrong stays in the form's own place


@require_POST
def take_up(request: Request, uid: UUID) -> HttpResponse:
    """What was carried over is talked about after all."""
    services.take_up(actor=request.user, meeting_uid=uid, subject=request.POST.get("subject", "")[:100])
    if request.htmx:
        return render(request, "meetings/_agenda.html", agenda_context(request, meeting_for(request.user, uid)))
    return redirect("meeting", uid)
