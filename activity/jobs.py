"""Background work of the outbox: a row is claimed by lease, sent, marked by whoever still holds the lease."""

import logging
import time
import uuid
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction

from activity.mail import Answer, Postman, fingerprint, write
from activity.models import Attachment, Delivery, Event
from activity.previews import draw_ahead
from common import clock, ports
from common.doorbell import ring
from common.moves import move
from people.models import User

log = logging.getLogger(__name__)

State = Delivery.State
LEASE = timedelta(minutes=5)
DOUBT = timedelta(minutes=15)
WAITS = [timedelta(minutes=m) for m in (1, 2, 5, 10, 30, 60)]  # between attempts; the last for ever
ONE_RUN = 200.0  # seconds; what is left is rung for again


@shared_task
def deliver_mail() -> None:
    """Send what is due, one message per recipient; stops when the mail server cannot be reached."""
    if not settings.MAIL_CONFIGURED:
        return
    give_up_leases()
    began = time.monotonic()
    with Postman() as postman:
        while (delivery := claim()) is not None:
            if not deliver(delivery, postman):
                return
            if time.monotonic() - began > ONE_RUN:
                ring_outbox()
                return


@shared_task
def draw_previews(file_pk: int) -> None:
    """Draw the pictures of a file that was just attached."""
    file = Attachment.objects.filter(pk=file_pk, removed_at__isnull=True).first()
    if file is not None and file.is_shown:
        draw_ahead(file)


def ring_outbox() -> None:
    """Ring the doorbell once this transaction is committed."""
    ring("activity.jobs.deliver_mail")


def give_up_leases() -> None:
    """Nobody knows whether a mail went out whose lease ended while it was being sent: in doubt, sent again in 15 minutes."""
    with transaction.atomic():
        now = clock.now()
        ended = Delivery.objects.select_for_update(skip_locked=True).filter(state=State.SENDING, lease_until__lt=now)
        for row in ended[:500]:
            _put(row, State.IN_DOUBT, next_attempt_at=now + DOUBT)


def claim() -> Delivery | None:
    """Take the next due mail under a lease of one's own; what its reader may no longer see is withheld."""
    while True:
        with transaction.atomic():
            now = clock.now()
            row = (
                Delivery.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("notice__event__actor", "notice__event__content_type", "notice__reader")
                .filter(channel=Delivery.Channel.MAIL, state__in=[State.PENDING, State.IN_DOUBT], next_attempt_at__lte=now)
                .order_by("next_attempt_at", "pk")
                .first()
            )
            if row is None:
                return None
            if may_see(row.notice.reader, row.notice.event):
                move(row, State.SENDING, token=uuid.uuid4(), lease_until=now + LEASE, attempts=row.attempts + 1)
                row.save(update_fields=["state", "token", "lease_until", "attempts"])
                return row
            _put(row, State.WITHHELD)
            _let_know(row)


def may_see(reader: User, event: Event) -> bool:
    """Whether this person may (still) see what the event is about: asked again before anything leaves the house."""
    if not reader.is_active:
        return False
    if event.project_id is not None and not ports.projects().sees(reader, event.project_id):
        return False
    kind = event.content_type
    door = ports.doors.get(f"{kind.app_label}.{kind.model}")
    subject = event.subject if door is not None else None
    return door is None or subject is None or door(reader, subject)


def deliver(delivery: Delivery, postman: Postman) -> bool:
    """Send one claimed mail and mark what the server said; False when there is no server to talk to."""
    silence = postman.reach()
    if silence is not None:
        mark(delivery, silence)
        return False
    try:
        mail = write(delivery)
    except Exception as trouble:
        log.exception("mail %s could not be written; tried again later", delivery.message_id)
        mark(delivery, Answer("later", f"{type(trouble).__name__}: {trouble}"[:500]))
        return True
    if not still_held(delivery):
        log.warning("mail %s: the lease ended before it was sent; left to its new holder", delivery.message_id)
        return True
    mark(delivery, postman.hand_over(mail, delivery.address), fingerprint(mail))
    return True


def still_held(delivery: Delivery) -> bool:
    """Whether the lease is ours, and long enough to say what has to be said."""
    found = Delivery.objects.filter(pk=delivery.pk, token=delivery.token, state=State.SENDING)
    return found.filter(lease_until__gte=clock.now() + Postman.LONGEST).exists()


def mark(delivery: Delivery, answer: Answer, sha256: str = "") -> bool:
    """Write down what became of a mail, if our lease is still the newest; else somebody else answers for it."""
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("notice__event")
            .filter(pk=delivery.pk, token=delivery.token, state=State.SENDING)
            .first()
        )
        if row is None:
            log.warning("mail %s: marked by a newer lease (%s)", delivery.message_id, answer.reply)
            return False
        row.smtp_reply, row.content_sha256 = answer.reply, sha256 or row.content_sha256
        now = clock.now()
        match answer.outcome:
            case "sent":
                _put(row, State.SENT, sent_at=now)
            case "bounced":
                _put(row, State.BOUNCED)
            case "unknown":
                _put(row, State.IN_DOUBT, next_attempt_at=now + DOUBT)
            case _:
                _put(row, State.PENDING, next_attempt_at=_again(row, now))
        if row.state in (State.SENT, State.BOUNCED):
            _let_know(row)
        return True


def _again(row: Delivery, now: datetime) -> datetime:
    return now + WAITS[min(row.attempts, len(WAITS)) - 1]


def _put(row: Delivery, state: str, **witness: object) -> None:
    move(row, state, token=None, lease_until=None, **witness)
    fields = ["state", "token", "lease_until", "smtp_reply", "content_sha256", *witness]
    row.save(update_fields=fields)


def _let_know(row: Delivery) -> None:
    """Higher apps hear of it in this transaction; one that fails is logged and cannot undo the mark."""
    for react in ports.delivered.get(row.notice.event.verb, []):
        try:
            with transaction.atomic():
                react(row)
        except Exception:
            log.exception("mail %s is %s, but what follows from it failed", row.message_id, row.state)
