"""Archiving minutes (rules D5, D6): by the chair, by the last answer, or by silence; they become a sealed document."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from activity.models import Event
from common import clock, ports, saying
from common.acts import act
from common.moves import move
from common.refusals import Refused
from documents.models import Document
from documents.services import close_signing
from meetings.access import Act
from meetings.models import Meeting, Minutes
from meetings.objections import open_objections
from meetings.readers import BY_SILENCE, answer_by, outstanding, usual_answer_by
from meetings.services import roles
from meetings.services.editions import edition_for
from meetings.services.filing import file_minutes, file_sheet
from people.models import User
from projects.models import Project


@act
def archive_minutes(*, actor: User, minutes_uid: UUID) -> Minutes:
    """Archive by hand, with those named who did not answer: once the time to answer is over, or all have answered."""
    minutes = edition_for(actor, minutes_uid, Act.WRITE, with_document=True)
    if minutes.state == Minutes.State.DRAFT:
        raise Refused(_("Only distributed minutes can be archived."), code="draft")
    if minutes.state == Minutes.State.ARCHIVED:
        return minutes
    if open_objections(minutes.meeting).exists():
        raise Refused(
            _("An objection holds up a resolution: write a new version, or wait until it is withdrawn."), code="objected"
        )
    until = answer_by(minutes)
    waiting = outstanding(minutes).exists() or not all_signed(minutes)
    if waiting and until is not None and clock.now() < until:
        raise Refused(_("Everybody may answer until %s; archive them then.") % saying.moment_words(until), code="too_early")
    return archive(minutes, actor=actor)


def all_signed(minutes: Minutes) -> bool:
    """Whether nobody's signature is waited for."""
    return minutes.document is None or minutes.document.state == Document.State.COMPLETE


def archive_if_answered(minutes: Minutes) -> None:
    """Archive when the last has confirmed and signed and nothing is held up; inside the act of the last."""
    if not outstanding(minutes).exists() and all_signed(minutes) and not open_objections(minutes.meeting).exists():
        archive(minutes, actor=None)


def overdue() -> QuerySet[Minutes]:
    """Distributed minutes whose time to answer is over and that silence archives, in projects that go on."""
    newer = Minutes.objects.filter(meeting=OuterRef("meeting"), edition__gt=OuterRef("edition"))
    return Minutes.objects.filter(
        ~Exists(newer),
        state=Minutes.State.DISTRIBUTED,
        answer_by__lte=clock.now(),
        meeting__kind__in=BY_SILENCE,
        meeting__project__hold=Project.Hold.NONE,
    ).order_by("answer_by", "pk")


def ask_anew(project_id: int) -> None:
    """The time to answer what is distributed in a project begins again, inside the act that resumes it."""
    rows = Minutes.objects.filter(meeting__project=project_id, state=Minutes.State.DISTRIBUTED, answer_by__isnull=False)
    for row in rows.select_related("meeting__project"):
        row.answer_by = max(row.answer_by or clock.now(), usual_answer_by(clock.now(), row.meeting.project.time_zone))
        row.save(update_fields=["answer_by"])


def archive_by_silence(minutes: Minutes) -> bool:
    """The time to answer is over: archived with the silent named, unless an objection is open; then keepers hear it, once."""
    return _archive_by_silence(actor=None, minutes_pk=minutes.pk)


@act
def _archive_by_silence(*, actor: None, minutes_pk: int) -> bool:
    meeting_pk = Minutes.objects.values_list("meeting", flat=True).get(pk=minutes_pk)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("project", "chair", "recorder").get(pk=meeting_pk)
    minutes = overdue().select_for_update(of=("self",)).filter(pk=minutes_pk).first()
    if minutes is None or meeting.project.is_frozen:
        return False
    minutes.meeting = meeting
    if open_objections(meeting).exists():
        _tell_held_up(minutes)
        return False
    archive(minutes, actor=None)
    return True


def _tell_held_up(minutes: Minutes) -> None:
    """What keeps these minutes from being archived is told to chair and writer, once."""
    if Event.objects.filter(verb="minutes.held_up", object_id=minutes.pk, facts__edition=minutes.edition).exists():
        return
    count = open_objections(minutes.meeting).count()
    facts = {"count": count, "edition": minutes.edition}
    told = roles.keepers_of(minutes.meeting)
    ports.record(actor=None, verb="minutes.held_up", subject=minutes, project=minutes.meeting.project, facts=facts, tell=told)


def archive(minutes: Minutes, *, actor: User | None) -> Minutes:
    """Freeze them as a document, with the silent and missing signatures named; inside the caller's act.

    What was signed stays as it was signed: how everybody answered it is filed on a sheet beside it.
    """
    now = clock.now()
    silent = [reader.user.name for reader in outstanding(minutes).select_related("user")]
    unsigned = []
    move(minutes, Minutes.State.ARCHIVED, archived_at=now)
    if minutes.document is None:
        minutes.document = file_minutes(minutes)
    else:
        unsigned = [f"{slot.department.name} {slot.signer.name}" for slot in close_signing(minutes.document)]
        file_sheet(minutes, minutes.document)
    minutes.bump("state", "archived_at", "document")
    facts = {"silent": silent, "count": len(silent), "unsigned": unsigned}
    ports.record(actor=actor, verb="minutes.archived", subject=minutes, project=minutes.meeting.project, facts=facts, tell=())
    return minutes
