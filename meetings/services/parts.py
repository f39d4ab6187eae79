"""A department's own part of a weekly agenda, amended by its liaison until the meeting begins (rule D2)."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.refusals import Conflict, Refused, Unseen
from meetings.access import Act, meeting_for
from meetings.agenda.ahead import is_near
from meetings.models import AgendaPart, Meeting
from meetings.models.meeting import Kind
from people.models import Department, User
from projects.access import standing

TEXTS = ("progress", "plan", "matters")
LONGEST = 4000


@act
def amend_part(
    *,
    actor: User,
    meeting_uid: UUID,
    department_uid: UUID,
    seen_version: int | None,
    progress: str = "",
    plan: str = "",
    matters: str = "",
) -> AgendaPart:
    """Keep what a department says of its week; what is empty goes on as the figures say. Version 0: nothing was written yet."""
    department = Department.objects.filter(uid=department_uid, parties__project__meetings__uid=meeting_uid).first()
    key = department.pk if department else 0
    meeting = meeting_for(actor, meeting_uid, Act.AMEND_AGENDA, department=key, lock=True)
    if department is None:
        raise Http404
    refuse_after_start(meeting)
    if seen_version is None:
        raise Unseen
    said = {name: text.replace("\r\n", "\n").strip() for name, text in zip(TEXTS, (progress, plan, matters), strict=True)}
    _refuse_long(said)
    row = AgendaPart.objects.select_for_update().filter(meeting=meeting, department=department).first()
    kept = {name: getattr(row, name) if row else "" for name in TEXTS}
    if kept == said and row is not None:
        return row
    if (row.version if row else 0) != seen_version:
        raise Conflict(
            _("Somebody else amended this part meanwhile. Both texts are shown; choose."),
            mine=said,
            theirs={**kept, "version": row.version if row else 0},
        )
    return _keep(actor, meeting, department, row, said)


@act
def note_part_seen(*, actor: User, meeting: Meeting, department: Department) -> None:
    """Whoever opens the own department's part shortly before the meeting has looked at it, also for whom one works in place
    today; no event, it is nobody's act but the reader's eyes.
    """
    if meeting.project.is_frozen or not is_near(meeting):
        return
    persons = standing(actor, meeting.project).persons
    for row in meeting.attendees.filter(user__in=persons, department=department, in_copy=False, part_seen_at=None):
        row.part_seen_at = clock.now()
        row.save(update_fields=["part_seen_at"])


def _keep(actor: User, meeting: Meeting, department: Department, row: AgendaPart | None, said: dict[str, str]) -> AgendaPart:
    now = clock.now()
    if row is None:
        row = AgendaPart(meeting=meeting, department=department, written_by=actor, written_at=now, **said)
        row.save()
    else:
        for name, text in said.items():
            setattr(row, name, text)
        row.written_by, row.written_at = actor, now
        row.bump(*TEXTS, "written_by", "written_at")
    facts = {"department": department.name}
    ports.record(actor=actor, verb="meeting.part_amended", subject=meeting, project=meeting.project, facts=facts, tell=())
    return row


def refuse_after_start(meeting: Meeting) -> None:
    """Parts are amended until the meeting begins; then they are said in the room."""
    if meeting.kind != Kind.WEEKLY:
        raise Refused(_("Only a weekly meeting has a part for each department."), code="no_parts")
    if meeting.state != Meeting.State.PLANNED or meeting.agenda_at is not None or meeting.starts_at <= clock.now():
        raise Refused(
            _("The meeting has begun: its agenda stays as it is. Say in the room what is new; the minutes take it down."),
            code="begun",
        )


def _refuse_long(said: dict[str, str]) -> None:
    for name, text in said.items():
        if len(text) > LONGEST:
            raise Refused(_("At most %d characters; attach the rest as a file.") % LONGEST, field=name)
