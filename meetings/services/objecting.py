"""Objecting to a resolution (rule D5): it holds up that one only, until withdrawn or settled by a new version."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.moves import move
from common.plain_text import plain_text
from common.refusals import Conflict, Refused
from meetings.access import Act, meeting_for, persons_for
from meetings.models import Meeting, Minutes, MinutesReader, Resolution, ResolutionObjection
from meetings.objections import open_objections
from meetings.services import roles
from meetings.services.lines import in_place_of, line_of
from people.models import User

LONGEST = 500
State = ResolutionObjection.State


@act
def object_to_resolution(*, actor: User, resolution_uid: UUID, text: str, reader_uid: UUID | None = None) -> ResolutionObjection:
    """Object to one resolution, with the reason: an answer, and no confirmation. Said again it is said anew, not twice.

    `reader_uid`: the line of somebody in whose place the actor works today (rule A4); that person hears of it.
    """
    resolution, minutes = _out(actor, resolution_uid)
    reader = line_of(actor, minutes, reader_uid)
    if reader is None:
        raise Refused(_("These minutes were not distributed to you."), code="no_reader")
    text = _worded(text, _("Say why you object, so that it can be mended."), "text")
    row = ResolutionObjection.objects.select_for_update(of=("self",)).filter(resolution=resolution, objector=reader.user).first()
    said_by = in_place_of(actor, reader.user)
    if row is None:
        row = ResolutionObjection.objects.create(resolution=resolution, objector=reader.user, said_by=said_by, text=text)
    elif row.state == State.OPEN and row.text == text:
        return row
    else:
        _say_anew(row, text, said_by)
    _take_back_confirmation(reader, said_by)
    facts = {"resolution": resolution.text, "text": text, "edition": minutes.edition}
    told = [*roles.keepers_of(minutes.meeting), *([reader.user] if said_by is not None else [])]
    ports.record(actor=actor, verb="minutes.objected", subject=minutes, project=minutes.meeting.project, facts=facts, tell=told)
    return row


def _worded(text: str, lacking: str, field: str) -> str:
    """What is to be read by others: neither empty nor longer than there is room for."""
    text = plain_text(text, field)
    if not text:
        raise Refused(lacking, field=field)
    if len(text) > LONGEST:
        raise Refused(_("At most %s characters.") % LONGEST, field=field)
    return text


def _out(actor: User, resolution_uid: UUID) -> tuple[Resolution, Minutes]:
    """A resolution of the newest version that is out, its meeting locked; one attends it to object."""
    found = Resolution.objects.filter(uid=resolution_uid).values_list("minutes__meeting__uid", flat=True).first()
    if found is None:
        raise Http404
    meeting = meeting_for(actor, found, Act.CONFIRM, lock=True)
    minutes = meeting.minutes_versions.exclude(state=Minutes.State.DRAFT).order_by("-edition").first()
    resolution = minutes.resolutions.filter(uid=resolution_uid).first() if minutes is not None else None
    if minutes is None or resolution is None:
        raise Refused(_("A newer version takes the place of these minutes; read it, and object there."), code="superseded")
    if minutes.state == Minutes.State.ARCHIVED:
        raise Refused(
            _("These minutes are archived; nobody can object to them any more. Put it on the agenda of the next meeting."),
            code="archived",
        )
    minutes.meeting = meeting
    return resolution, minutes


def _say_anew(row: ResolutionObjection, text: str, said_by: User | None) -> None:
    """Objected again after it was withdrawn, or worded otherwise: what was answered to the old words is no answer to the new."""
    if row.state != State.OPEN:
        move(row, State.OPEN)
    row.text, row.at, row.said_by = text, clock.now(), said_by
    row.answer, row.answered_by, row.answered_at = "", None, None
    row.bump("state", "text", "at", "said_by", "answer", "answered_by", "answered_at")


def _take_back_confirmation(reader: MinutesReader, said_by: User | None) -> None:
    if said_by is None:  # who stands in has not opened them for the other
        reader.seen_at = reader.seen_at or clock.now()
    reader.confirmed_at, reader.confirmed_by_signing, reader.confirmed_by = None, False, None
    reader.save(update_fields=["seen_at", "confirmed_at", "confirmed_by_signing", "confirmed_by"])


@act
def withdraw_objection(*, actor: User, objection_uid: UUID) -> ResolutionObjection:
    """Whoever objected takes it back: the resolution is held up no longer, an answer is still to come. Twice is once."""
    row, meeting = _objection_for(actor, objection_uid, Act.CONFIRM)
    if row.objector_id not in persons_for(actor, meeting.project, Act.CONFIRM):
        raise PermissionDenied
    if in_place_of(actor, row.objector) is not None:
        refuse_withdrawal_by_keeper(actor, meeting, [row])
    if row.state == State.WITHDRAWN:
        return row
    if row.state == State.SETTLED:
        raise Refused(_("A newer version has settled this objection."), code="settled")
    withdraw_all(meeting, row.objector, row.resolution.lineage)
    row.refresh_from_db()
    minutes = row.resolution.minutes
    facts = {"resolution": row.resolution.text}
    told = [*roles.keepers_of(meeting), *([row.objector] if row.objector_id != actor.pk else [])]
    ports.record(
        actor=actor, verb="minutes.objection_withdrawn", subject=minutes, project=meeting.project, facts=facts, tell=told
    )
    return row


def refuse_withdrawal_by_keeper(actor: User, meeting: Meeting, objections: Iterable[ResolutionObjection]) -> None:
    """Whoever keeps the minutes does not take back for somebody away what that person objected to them."""
    if actor not in roles.keepers_of(meeting):
        return
    person = next((row.objector for row in objections if row.state == State.OPEN and row.said_by_id is None), None)
    if person is not None:
        raise Refused(
            _("%s objected in person; whoever keeps the minutes does not withdraw that for them.") % person, code="keeps_them"
        )


def withdraw_all(meeting: Meeting, objector: User, lineage: UUID | None = None) -> list[ResolutionObjection]:
    """One's open objections (to one resolution, in whichever version, or to all) are withdrawn, inside the caller's act."""
    rows = open_objections(meeting).filter(objector=objector).select_for_update(of=("self",)).select_related("resolution")
    taken = list(rows.filter(resolution__lineage=lineage) if lineage else rows)
    for row in taken:
        move(row, State.WITHDRAWN, answered_at=clock.now())
        row.bump("state", "answered_at")
    return taken


@act
def answer_objection(*, actor: User, objection_uid: UUID, seen_version: int, answer: str) -> ResolutionObjection:
    """Those who keep the minutes say why a resolution stays as it is; the objector hears it, the next version settles it."""
    row, meeting = _objection_for(actor, objection_uid, Act.WRITE)
    if row.state != State.OPEN:
        raise Refused(_("This objection holds up nothing any more."), code="settled")
    answer = _worded(answer, _("Say what you answer."), "answer")
    if row.answer == answer:
        return row
    if row.version != seen_version:
        raise Conflict(
            _("Somebody answered, or the objection was worded anew, meanwhile:"),
            mine={"answer": answer},
            theirs={"answer": row.answer or row.text, "version": row.version},
        )
    row.answer, row.answered_by = answer, actor
    row.bump("answer", "answered_by")
    facts = {"resolution": row.resolution.text, "answer": answer, "to": row.objector.name}
    ports.record(
        actor=actor,
        verb="minutes.objection_answered",
        subject=row.resolution.minutes,
        project=meeting.project,
        facts=facts,
        tell=[row.objector, *([row.said_by] if row.said_by is not None else [])],
    )
    return row


def _objection_for(actor: User, uid: UUID, act_: Act) -> tuple[ResolutionObjection, Meeting]:
    """An objection, reached through the door of its meeting, both locked."""
    found = ResolutionObjection.objects.filter(uid=uid).values_list("resolution__minutes__meeting__uid", flat=True).first()
    if found is None:
        raise Http404
    meeting = meeting_for(actor, found, act_, lock=True)
    rows = ResolutionObjection.objects.select_for_update(of=("self",))
    row = rows.select_related("resolution__minutes", "objector", "said_by").get(uid=uid)
    row.resolution.minutes.meeting = meeting
    return row, meeting


def settle_objections(minutes: Minutes) -> int:
    """A new version settles the objections to what it changes or leaves out, and those that were answered; how many.

    Inside the act that distributes it. The others hold up their resolution in the new version as well.
    """
    now, count = clock.now(), 0
    said = {row.lineage: row.text for row in minutes.resolutions.all()}
    rows = open_objections(minutes.meeting).filter(resolution__minutes__edition__lt=minutes.edition)
    for row in rows.select_for_update(of=("self",)).select_related("resolution"):
        if row.answer or said.get(row.resolution.lineage) != row.resolution.text:
            move(row, State.SETTLED, answered_at=now)
            row.bump("state", "answered_at")
            count += 1
    return count
