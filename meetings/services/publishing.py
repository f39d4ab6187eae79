"""Distributing minutes (rule D4): by hand at any time, by the system shortly before the deadline."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from activity.models import Clock, Event
from common import clock, ports
from common.acts import act
from common.canonical import sha256_of
from common.moves import move
from common.refusals import Conflict, Refused
from documents.models import Document
from documents.services import freeze, supersede
from meetings.access import Act, meeting_for
from meetings.content import content_of
from meetings.models import Attendee, Meeting, Minutes, MinutesReader
from meetings.models.meeting import Kind
from meetings.readers import earliest_answer_by, usual_answer_by
from meetings.services import roles
from meetings.services.agendas import lay_agenda
from meetings.services.laying import draft_of, keep, run_clock
from meetings.services.objecting import settle_objections
from meetings.services.papers import ask_for_paper
from meetings.services.reaching import reach_without_mail
from meetings.services.writing import is_written
from people.models import User

SIGN_DAYS = 3


@act
def publish_minutes(
    *, actor: User, meeting_uid: UUID, seen_version: int | None = None, answer_by: datetime | None = None
) -> Minutes:
    """Distribute the minutes by hand: frozen, told to everybody who attends or is in copy. Nothing written: refused.

    Until `answer_by` one may answer; if nothing is said, the close of work of the second workday.
    """
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    minutes = draft_of(meeting)
    if seen_version is not None and minutes.version != seen_version:
        raise Conflict(
            _("Somebody changed the summary meanwhile; read it again and distribute then."),
            mine={"version": seen_version},
            theirs={"version": minutes.version, "text": minutes.summary},
        )
    if not is_written(minutes):
        raise Refused(_("Nothing is written yet: a sentence of summary is enough."), field="summary", code="empty")
    if answer_by is not None and answer_by < earliest_answer_by(clock.now(), meeting.project.time_zone):
        raise Refused(_("Everybody has until the close of work of the next workday at least."), field="answer_on")
    _hold(meeting, minutes)
    return _distribute(minutes, actor=actor, answer_by=answer_by)


def _hold(meeting: Meeting, minutes: Minutes) -> None:
    """Whoever distributes minutes says that the meeting was held; without a word on its end, it ended as planned or now."""
    if meeting.state != Meeting.State.PLANNED:
        return
    now = clock.now()
    if now <= meeting.starts_at:
        raise Refused(_("The meeting has not begun; there is nothing to distribute yet."), code="too_early")
    move(meeting, Meeting.State.HELD, ended_at=min(now, meeting.ends_at))
    meeting.bump("state", "ended_at")
    run_clock(minutes, min(now, meeting.ends_at))


def distribute_by_system(minutes: Minutes, *, tells: bool = True) -> Minutes | None:
    """Shortly before the deadline: distribute what is written, marked as the system's; None when nothing is, or it is done.

    At the deadline once more, for what was written meanwhile: that nothing is written has been told then.
    """
    return _distribute_by_system(actor=None, minutes_pk=minutes.pk, tells=tells)


@act
def _distribute_by_system(*, actor: None, minutes_pk: int, tells: bool) -> Minutes | None:
    minutes = Minutes.objects.select_related("meeting").get(pk=minutes_pk)
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("project", "chair", "recorder").get(pk=minutes.meeting_id)
    )
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes_pk)
    minutes.meeting = meeting
    if minutes.state != Minutes.State.DRAFT or meeting.state == Meeting.State.NOT_HELD:
        return None
    if not is_written(minutes):
        if tells:
            _tell_of_emptiness(minutes)
        return None
    if meeting.state == Meeting.State.PLANNED:
        move(meeting, Meeting.State.HELD, ended_at=meeting.ends_at)
        meeting.save(update_fields=["state", "ended_at"])
    return _distribute(minutes, actor=None)


def _tell_of_emptiness(minutes: Minutes) -> None:
    """Nothing is written shortly before the deadline: chair, writer and lead hear of it."""
    meeting = minutes.meeting
    lead = roles.lead_of(meeting.project)
    told = [*roles.keepers_of(meeting), *([lead] if lead else [])]
    ports.record(actor=None, verb="minutes.empty", subject=minutes, project=meeting.project, facts={}, tell=told)


def _distribute(minutes: Minutes, *, actor: User | None, answer_by: datetime | None = None) -> Minutes:
    """Freeze the content, lay out the readers, record the one event whose deliveries carry it, count who is reached."""
    now = clock.now()
    meeting = minutes.meeting
    minutes.by_system = actor is None
    lay_agenda(meeting)
    minutes.answer_by = answer_by or usual_answer_by(now, meeting.project.time_zone)
    minutes.content = content_of(minutes, at=now, by_system=minutes.by_system)
    minutes.content_sha256 = sha256_of(minutes.content)
    move(minutes, Minutes.State.DISTRIBUTED, distributed_at=now)
    readers = _lay_readers(minutes, actor, now)
    if meeting.kind == Kind.KICKOFF:
        minutes.document = _freeze_for_signature(minutes, now)
    minutes.version += 1
    frozen = ["by_system", "answer_by", "content", "content_sha256", "state", "distributed_at", "document", "version"]
    minutes.save(update_fields=frozen)
    if minutes.edition > 1:
        _supersede_older(minutes)
        settle_objections(minutes)
    minutes.event = ports.record(
        actor=actor,
        verb="minutes.distributed",
        subject=minutes,
        project=meeting.project,
        facts={
            "count": len(readers),
            "by_system": minutes.by_system,
            "edition": minutes.edition,
            "kind": meeting.kind,
            "content": minutes.content_sha256,
        },
        tell=[row.user for row in readers],
    )
    minutes.save(update_fields=["event"])
    reach_without_mail(minutes, readers)
    if settings.MINUTES_PDF:
        ask_for_paper(minutes, settings.LANGUAGE_CODE)
    return minutes


def _lay_readers(minutes: Minutes, actor: User | None, now: datetime) -> list[MinutesReader]:
    """One line per attendee and reader in copy; whoever distributes confirms what they send, and has opened it when they open it.

    On the kick-off a head's signature is the confirmation, the distributor's too.
    """
    signing = {slot for _department, slot in _signers(minutes.meeting)} if minutes.meeting.kind == Kind.KICKOFF else set()
    rows = []
    for attendee in roles.readers_of(minutes.meeting):
        mine = actor is not None and attendee.user_id == actor.pk
        confirms = mine and not attendee.in_copy and attendee.user not in signing
        rows.append(
            MinutesReader(
                minutes=minutes,
                user=attendee.user,
                in_copy=attendee.in_copy,
                confirmed_at=now if confirms else None,
            )
        )
    kept: list[MinutesReader] = keep(MinutesReader, rows)
    return kept


def _signers(meeting: Meeting) -> list[tuple[Any, User]]:
    return [(party.department, party.head) for party in meeting.project.parties.select_related("department", "head")]


def _freeze_for_signature(minutes: Minutes, now: datetime) -> Document:
    """Kick-off minutes become a document that all heads sign (rule C4)."""
    meeting = minutes.meeting
    with override(settings.LANGUAGE_CODE):
        title = _("Kick-off minutes of “%s”") % meeting.project.name
    return freeze(
        kind=Document.Kind.KICKOFF_MINUTES,
        subject=meeting,
        project=meeting.project,
        version=minutes.edition,
        number="",
        title=title,
        snapshot=minutes.content or {},
        signers=_signers(meeting),
        sign_by=now + timedelta(days=SIGN_DAYS),
    )


def _supersede_older(minutes: Minutes) -> None:
    """A newer edition takes the place of the one before."""
    older = minutes.meeting.minutes_versions.filter(edition__lt=minutes.edition, state=Minutes.State.DISTRIBUTED)
    for row in older.select_related("document"):
        if minutes.document is not None and row.document is not None and row.document.state == Document.State.COMPLETE:
            supersede(row.document, by=minutes.document)
        move(row, Minutes.State.SUPERSEDED)
        row.save(update_fields=["state"])


def record_breach(minutes: Minutes, running: Clock) -> Event | None:
    """Not everybody was reached within 24 hours: said once, to chair, writer and lead."""
    meeting = minutes.meeting
    lead = roles.lead_of(meeting.project)
    if Event.objects.filter(verb="minutes.breached", object_id=minutes.pk, facts__due_at=ports.describe(running.due_at)).exists():
        return None
    missing = minutes.readers.filter(Q(reached_at=None, excused_at=None) | Q(reached_at__gt=running.due_at)).count()
    distributed = minutes.state != Minutes.State.DRAFT
    event: Event = ports.record(
        actor=None,
        verb="minutes.breached",
        subject=minutes,
        project=meeting.project,
        facts={"due_at": ports.describe(running.due_at), "distributed": distributed, "missing": missing},
        tell=[*roles.keepers_of(meeting), *([lead] if lead else [])],
    )
    return event


def attendees_without_mail(meeting: Meeting) -> list[Attendee]:
    """Who will be told in the application alone."""
    return [row for row in roles.readers_of(meeting) if not (settings.MAIL_CONFIGURED and row.user.email)]
