"""Reading, confirming and archiving minutes (rules D5, D6)."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activity.services import stop_clock
from common import clock, ports
from common.acts import act
from common.moves import move
from common.refusals import Refused
from documents.models import Document
from documents.services.freezing import CLOCK as SIGNING_CLOCK
from meetings.access import Act, meeting_for
from meetings.models import Minutes, MinutesReader
from people.models import User


@act
def note_seen(*, actor: User, minutes: Minutes) -> None:
    """The first time a reader opens distributed minutes is kept (已读); no event, it is nobody's act but the reader's eyes."""
    reader = minutes.readers.filter(user=actor, seen_at__isnull=True).first()
    if reader is not None and minutes.state != Minutes.State.DRAFT:
        reader.seen_at = clock.now()
        reader.save(update_fields=["seen_at"])


@act
def confirm_minutes(*, actor: User, minutes_uid: UUID) -> Minutes:
    """Confirm in one click that the minutes are right. A head confirms kick-off minutes by signing them. Twice is once."""
    minutes = _edition_for(actor, minutes_uid, Act.CONFIRM)
    reader = minutes.readers.select_for_update(of=("self",)).filter(user=actor, in_copy=False).first()
    if minutes.state == Minutes.State.DRAFT or reader is None:
        raise Refused(_("These minutes are not distributed yet."), code="draft")
    if reader.confirmed_at is not None:
        return minutes
    if minutes.state == Minutes.State.ARCHIVED:
        raise Refused(_("These minutes are archived; they can no longer be confirmed."), code="archived")
    if _signs(minutes, actor):
        raise Refused(_("You confirm these minutes by signing them."), code="sign")
    _mark_confirmed(reader, by_signing=False)
    left = _outstanding(minutes).count()
    facts = {"left": left}
    ports.record(actor=actor, verb="minutes.confirmed", subject=minutes, project=minutes.meeting.project, facts=facts, tell=())
    if left == 0 and _all_signed(minutes):
        _archive(minutes, actor=None)
    return minutes


def _edition_for(actor: User, minutes_uid: UUID, act_: Act) -> Minutes:
    """This edition, locked, through the door of its meeting; Refused when a newer one is being written or has taken its place."""
    found = Minutes.objects.filter(uid=minutes_uid).values_list("meeting__uid", flat=True).first()
    meeting = meeting_for(actor, found or minutes_uid, act_, lock=True)
    newest = meeting.minutes_versions.select_for_update(of=("self",)).order_by("-edition")[0]
    if newest.uid != minutes_uid:
        raise Refused(_("A newer version takes the place of these minutes; wait for it, or read it."), code="superseded")
    newest.meeting = meeting
    return newest


def _mark_confirmed(reader: MinutesReader, *, by_signing: bool) -> None:
    now = clock.now()
    reader.confirmed_at = now
    reader.seen_at = reader.seen_at or now
    reader.confirmed_by_signing = by_signing
    reader.save(update_fields=["confirmed_at", "seen_at", "confirmed_by_signing"])


def _outstanding(minutes: Minutes) -> QuerySet[MinutesReader]:
    return minutes.readers.filter(in_copy=False, confirmed_at__isnull=True)


def _signs(minutes: Minutes, user: User) -> bool:
    """Whether this person has a place to sign on these minutes."""
    return minutes.document is not None and minutes.document.slots.exclude(state="void").filter(signer=user).exists()


def _all_signed(minutes: Minutes) -> bool:
    return minutes.document is None or minutes.document.state == Document.State.COMPLETE


def note_signed(document: Document, signer: User) -> None:
    """A head signed the kick-off minutes: that is the confirmation. Inside the act of signing."""
    minutes = Minutes.objects.filter(document=document).first()
    if minutes is None:
        return
    reader = minutes.readers.filter(user=signer, confirmed_at__isnull=True).first()
    if reader is not None:
        _mark_confirmed(reader, by_signing=True)


def finish_kickoff(document: Document) -> None:
    """All heads have signed the kick-off minutes: archived if all others have confirmed, else by the chair. Twice is once."""
    minutes = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__project").filter(document=document).first()
    if minutes is None or minutes.state != Minutes.State.DISTRIBUTED:
        return
    for slot in document.slots.filter(state="signed").select_related("signer"):
        note_signed(document, slot.signer)
    if not _outstanding(minutes).exists():
        _archive(minutes, actor=None)


@act
def archive_minutes(*, actor: User, minutes_uid: UUID) -> Minutes:
    """The chair archives, with those who did not answer named."""
    minutes = _edition_for(actor, minutes_uid, Act.WRITE)
    if minutes.state == Minutes.State.DRAFT:
        raise Refused(_("Only distributed minutes can be archived."), code="draft")
    if minutes.state == Minutes.State.ARCHIVED:
        return minutes
    return _archive(minutes, actor=actor)


def _archive(minutes: Minutes, *, actor: User | None) -> Minutes:
    silent = [reader.user.name for reader in _outstanding(minutes).select_related("user")]
    unsigned = []
    if minutes.document is not None:
        slots = minutes.document.slots.filter(state="open").select_related("department", "signer")
        unsigned = [f"{slot.department.name} {slot.signer.name}" for slot in slots]
        stop_clock(subject=minutes.document, kind=SIGNING_CLOCK)
    move(minutes, Minutes.State.ARCHIVED, archived_at=clock.now())
    minutes.bump("state", "archived_at")
    facts = {"silent": silent, "count": len(silent), "unsigned": unsigned}
    ports.record(actor=actor, verb="minutes.archived", subject=minutes, project=minutes.meeting.project, facts=facts, tell=())
    return minutes
