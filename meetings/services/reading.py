"""Reading and confirming minutes (rule D5)."""

from uuid import UUID

from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.refusals import Refused
from documents.models import Document, Slot
from meetings.access import Act
from meetings.models import Meeting, Minutes, MinutesReader
from meetings.objections import open_objections
from meetings.readers import outstanding
from meetings.services import roles
from meetings.services.archiving import archive_if_answered
from meetings.services.editions import edition_for
from meetings.services.lines import in_place_of, line_of
from meetings.services.objecting import refuse_withdrawal_by_keeper, withdraw_all
from people.models import User


@act
def note_seen(*, actor: User, minutes: Minutes) -> None:
    """The first time a reader opens distributed minutes is kept (已读); no event, it is nobody's act but the reader's eyes."""
    reader = minutes.readers.filter(user=actor, seen_at__isnull=True).first()
    if reader is not None and minutes.state != Minutes.State.DRAFT:
        reader.seen_at = clock.now()
        reader.save(update_fields=["seen_at"])


@act
def confirm_minutes(*, actor: User, minutes_uid: UUID, reader_uid: UUID | None = None) -> Minutes:
    """Confirm in one click that the minutes are right, which withdraws what one objected. Twice is once.

    A head confirms kick-off minutes by signing them. `reader_uid`: the line of somebody in whose place the actor works today
    (rule A4); that person hears of it.
    """
    minutes = edition_for(actor, minutes_uid, Act.CONFIRM, with_document=True)
    reader = line_of(actor, minutes, reader_uid)
    if minutes.state == Minutes.State.DRAFT or reader is None:
        raise Refused(_("These minutes are not distributed yet."), code="draft")
    if reader.confirmed_at is not None:
        return minutes
    if minutes.state == Minutes.State.ARCHIVED:
        raise Refused(_("These minutes are archived; they can no longer be confirmed."), code="archived")
    if _signs(minutes, reader.user):
        raise Refused(_("You confirm these minutes by signing them."), code="sign")
    reader.confirmed_by = in_place_of(actor, reader.user)
    if reader.confirmed_by is not None:
        refuse_withdrawal_by_keeper(actor, minutes.meeting, open_objections(minutes.meeting).filter(objector=reader.user))
    withdrawn = _mark_confirmed(minutes, reader, by_signing=False)
    facts = {"left": outstanding(minutes).count(), "withdrawn": withdrawn}
    told = [*(roles.keepers_of(minutes.meeting) if withdrawn else []), *([reader.user] if reader.confirmed_by else [])]
    ports.record(actor=actor, verb="minutes.confirmed", subject=minutes, project=minutes.meeting.project, facts=facts, tell=told)
    archive_if_answered(minutes)
    return minutes


def _mark_confirmed(minutes: Minutes, reader: MinutesReader, *, by_signing: bool) -> int:
    """Whoever confirms objects no longer; returns how many objections fell with it."""
    now = clock.now()
    reader.confirmed_at = now
    if reader.confirmed_by is None:  # who stands in has not opened them for the other
        reader.seen_at = reader.seen_at or now
    reader.confirmed_by_signing = by_signing
    reader.save(update_fields=["confirmed_at", "seen_at", "confirmed_by_signing", "confirmed_by"])
    return len(withdraw_all(minutes.meeting, reader.user))


def _signs(minutes: Minutes, user: User) -> bool:
    """Whether this person has still to sign these minutes; who signed, objected and agrees again confirms by a click."""
    slots = minutes.document.slots.exclude(state__in=["void", "signed"]) if minutes.document is not None else None
    return slots is not None and slots.filter(signer=user).exists()


def note_signed(document: Document, signer: User, by: User | None = None) -> None:
    """A head, or `by` in the head's place, signed the kick-off minutes: that is the confirmation. Inside the act of signing."""
    minutes = Minutes.objects.select_related("meeting").filter(document=document).first()
    if minutes is not None:
        _mark_signed(minutes, signer, by)


def signed_by(slot: Slot) -> User | None:
    """Who signed in the place of whom the slot is for; None where that person did."""
    signature = slot.signature
    return signature.signer if signature.on_behalf_of_id is not None else None


def _mark_signed(minutes: Minutes, signer: User, by: User | None) -> None:
    """The signature of this head stands for the confirmation."""
    reader = minutes.readers.select_related("user").filter(user=signer, confirmed_at__isnull=True).first()
    if reader is not None:
        reader.confirmed_by = by
        _mark_confirmed(minutes, reader, by_signing=True)


def finish_kickoff(document: Document) -> None:
    """All heads have signed the kick-off minutes: archived if all others have confirmed, else by the chair. Twice is once.

    Whoever objected after signing objects still. The meeting is locked before its minutes, as those do who answer.
    """
    list(Meeting.objects.select_for_update(of=("self",)).filter(minutes_versions__document=document).values_list("pk"))
    minutes = (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__project", "document")
        .filter(document=document)
        .first()
    )
    if minutes is None or minutes.state != Minutes.State.DISTRIBUTED:
        return
    objecting = open_objections(minutes.meeting).values("objector")
    signed = document.slots.filter(state="signed").exclude(signer__in=objecting)
    for slot in signed.select_related("signer", "signature__signer"):
        _mark_signed(minutes, slot.signer, signed_by(slot))
    archive_if_answered(minutes)
