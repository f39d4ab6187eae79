"""The outbox: claimed some at a time under one lease, put on the wire one by one, marked by whoever still holds them.

A claimed mail waits in its worker's bag as it is; only the one on the wire is "being sent". Of a worker that dies at most that
one is in doubt; the rest of its bag is claimed anew as soon as the lease has ended.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min, Q, QuerySet, prefetch_related_objects

from activity.models import Attempt, Delivery, Event
from activity.postman import Answer
from activity.seeing import may_go
from common import clock, ports
from common.adding import add
from common.again import TextAgain
from common.moves import move

log = logging.getLogger(__name__)

State = Delivery.State
BAG = 40  # mails under one lease
LEASE = timedelta(minutes=5)
DOUBT = timedelta(minutes=15)
WAITS = [timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 15, 15, 15, 30, 60)]  # between attempts; the last for ever
NO_SERVER = timedelta(minutes=5)  # at most: a server that is away is no fault of the mail's
FEW = 500

_BEGIN = TextAgain(
    "UPDATE activity_delivery SET state = 'sending', attempts = attempts + 1, lease_until = %(until)s"
    " WHERE id = %(key)s AND token = %(held)s AND state IN ('pending', 'in_doubt') RETURNING attempts",
    key=int, held=uuid.UUID, until=datetime,
)  # fmt: skip
_MARK = TextAgain(
    "UPDATE activity_delivery SET state = %(state)s, token = NULL, lease_until = NULL, smtp_reply = %(reply)s,"
    " content_sha256 = %(sha256)s, next_attempt_at = %(after)s, sent_at = %(sent)s"
    " WHERE id = %(key)s AND token = %(held)s AND state = %(was)s RETURNING id",
    key=int, held=uuid.UUID, was=str, state=str, reply=str, sha256=str, after=datetime, sent=datetime,
)  # fmt: skip
_PASS_ON = TextAgain(
    "WITH marked AS (UPDATE activity_delivery SET state = 'sent', token = NULL, lease_until = NULL,"
    "  smtp_reply = %(reply)s, content_sha256 = %(sha256)s, sent_at = %(now)s"
    "  WHERE id = %(key)s AND token = %(held)s AND state = 'sending' RETURNING id),"
    " tried AS (INSERT INTO activity_attempt (delivery_id, number, at, address, outcome, reply)"
    "  SELECT id, %(number)s, %(now)s, %(address)s, 'sent', %(reply)s FROM marked),"
    " begun AS (UPDATE activity_delivery SET state = 'sending', attempts = attempts + 1, lease_until = %(until)s"
    "  WHERE id = %(next)s AND token = %(held)s AND state IN ('pending', 'in_doubt') RETURNING attempts)"
    " SELECT (SELECT count(*) FROM marked), (SELECT attempts FROM begun)",
    key=int, held=uuid.UUID, now=datetime, reply=str, sha256=str, number=int, address=str, next=int, until=datetime,
)  # fmt: skip


def give_up_leases() -> None:
    """Nobody knows whether a mail went out whose lease ended on the wire: in doubt, sent again in 15 minutes."""
    with transaction.atomic():
        now = clock.now()
        ended = Delivery.objects.select_for_update(skip_locked=True).filter(state=State.SENDING, lease_until__lt=now)
        for row in ended[:FEW]:
            mark(row, Answer("unknown", ""))


def claim() -> list[Delivery]:
    """A bag of due mails under a lease of one's own, the longest due first; what a reader may no longer see is withheld.

    Empty when nothing is due any more: a bag of which all is withheld is followed by the next. Mails of one event share it, and
    its subject, so that what all of them say is read once.
    """
    while bag := _take():
        share_events(bag)
        may = may_go(bag)
        for row in bag:
            if row.pk not in may:
                withhold(row)
        if may:
            return [row for row in bag if row.pk in may]
    return []


def has_more() -> bool:
    """Whether mails are due that are in nobody's bag."""
    return _due(clock.now()).exists()


def next_wait() -> timedelta | None:
    """How long until the next mail is due or the lease of one that is being sent has ended; None when nothing waits."""
    now = clock.now()
    mails = Delivery.objects.filter(channel=Delivery.Channel.MAIL)
    waiting = mails.filter(state__in=[State.PENDING, State.IN_DOUBT]).aggregate(at=Min("next_attempt_at"))["at"]
    leased = mails.filter(state=State.SENDING).aggregate(at=Min("lease_until"))["at"]
    moments = [moment for moment in (waiting, leased) if moment is not None]
    return min(moments) - now if moments else None


def _due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        channel=Delivery.Channel.MAIL,
        state__in=[State.PENDING, State.IN_DOUBT],
        next_attempt_at__lte=now,
    )


def _take() -> list[Delivery]:
    now, token = clock.now(), uuid.uuid4()
    with transaction.atomic():
        due = _due(now).select_for_update(skip_locked=True).order_by("next_attempt_at", "pk")
        keys = list(due.values_list("pk", flat=True)[:BAG])
        Delivery.objects.filter(pk__in=keys).update(token=token, lease_until=now + LEASE)
    if not keys:
        return []
    claimed = Delivery.objects.filter(pk__in=keys, token=token).select_related("notice__reader")
    return list(claimed.order_by("next_attempt_at", "pk"))


def share_events(bag: Sequence[Delivery]) -> None:
    known = Event.objects.select_related("actor", "content_type").in_bulk({row.notice.event_id for row in bag})
    prefetch_related_objects([*known.values()], "subject")
    for row in bag:
        row.notice.event = known[row.notice.event_id]


@transaction.atomic
def withhold(row: Delivery) -> None:
    """A mail that its reader may no longer see stays here; higher apps hear of it in this transaction."""
    was = row.state
    move(row, State.WITHHELD)
    if _written(row, was):
        let_know([row])


def put_back(rows: Sequence[Delivery]) -> None:
    """Mails that are still in the bag are free for anybody."""
    for row in rows:
        Delivery.objects.filter(pk=row.pk, token=row.token).exclude(state=State.SENDING).update(token=None, lease_until=None)


def pass_on(said: tuple[Delivery, Answer, str] | None, row: Delivery | None) -> tuple[bool, bool]:
    """In one commit: mark the mail of which something was said, and put the next of its bag on the wire; what of it was done.

    A mail that was sent is marked, and the next begun, thousands of times: for PostgreSQL this is one statement.
    """
    if said is not None and row is not None and said[1].outcome == "sent" and connection.vendor == "postgresql":
        return _passed_on(*said, row)
    with transaction.atomic():
        return said is not None and mark(*said), row is not None and begin(row)


def _passed_on(done: Delivery, answer: Answer, sha256: str, row: Delivery) -> tuple[bool, bool]:
    now = clock.now()
    ((marked, attempts),) = _PASS_ON(
        key=done.pk, held=done.token, now=now, reply=answer.reply, sha256=sha256, number=done.attempts, address=done.address,
        next=row.pk, until=now + LEASE,
    )  # fmt: skip
    if marked:
        move(done, State.SENT, sent_at=now, smtp_reply=answer.reply, content_sha256=sha256)
    else:
        log.warning("mail %s: marked by a newer lease (%s)", done.message_id, answer.reply)
    return bool(marked), _begun(row, attempts, now + LEASE)


def begin(row: Delivery) -> bool:
    """Put a mail on the wire under a lease of its own; False when somebody else has claimed it meanwhile."""
    until = clock.now() + LEASE
    found = _BEGIN(key=row.pk, held=row.token, until=until)
    return _begun(row, found[0][0] if found else None, until)


def _begun(row: Delivery, attempts: int | None, until: datetime) -> bool:
    if attempts is None:
        log.warning("mail %s: the lease ended before it was sent; left to its new holder", row.message_id)
        return False
    move(row, State.SENDING, lease_until=until, attempts=attempts)
    return True


def lasts(row: Delivery, length: timedelta) -> bool:
    """Whether its lease is long enough to say what has to be said; a worker that was asleep finds it is not."""
    return row.lease_until is not None and row.lease_until >= clock.now() + length


def mark(row: Delivery, answer: Answer, sha256: str = "") -> bool:
    """Write down what became of a mail, if our lease is still the newest; else somebody else answers for it.

    Inside a transaction. Higher apps hear of a refusal in it, of what was sent soon after.
    """
    now = clock.now()
    row.smtp_reply, row.content_sha256 = answer.reply, sha256 or row.content_sha256
    match answer.outcome:
        case "sent":
            move(row, State.SENT, sent_at=now)
        case "bounced":
            move(row, State.BOUNCED)
        case "unknown":
            move(row, State.IN_DOUBT, next_attempt_at=now + max(DOUBT, _wait(row) if _doubted(row) else DOUBT))
        case outcome:
            wait = min(_wait(row), NO_SERVER) if outcome == "no server" else _wait(row)
            move(row, State.PENDING, next_attempt_at=now + wait)
    if not _written(row, State.SENDING):
        log.warning("mail %s: marked by a newer lease (%s)", row.message_id, answer.reply)
        return False
    add(Attempt(delivery=row, number=row.attempts, at=now, address=row.address, outcome=answer.outcome, reply=answer.reply))
    if row.state == State.BOUNCED:
        let_know([row])
    return True


def _written(row: Delivery, was: str) -> bool:
    """Write a row as it is now, if it is still ours."""
    return bool(
        _MARK(
            key=row.pk, held=row.token, was=was, state=row.state, reply=row.smtp_reply, sha256=row.content_sha256,
            after=row.next_attempt_at, sent=row.sent_at,
        )
    )  # fmt: skip


def _doubted(row: Delivery) -> bool:
    """Whether it is in doubt not for the first time: a server that always swallows its answer is asked ever more seldom."""
    return Attempt.objects.filter(delivery=row, outcome="unknown").exists()


def _wait(row: Delivery) -> timedelta:
    return WAITS[min(row.attempts, len(WAITS)) - 1]


def let_know(rows: Sequence[Delivery]) -> None:
    """Higher apps hear what became of mails, in one transaction; one that fails is logged and cannot undo the marks."""
    by_verb: dict[str, list[Delivery]] = {}
    for row in rows:
        by_verb.setdefault(row.notice.event.verb, []).append(row)
    for verb, of in by_verb.items():
        for react in ports.delivered.get(verb, []):
            try:
                with transaction.atomic():
                    react(of)
            except Exception:
                log.exception("%s mails of %s are %s, but what follows from it failed", len(of), verb, of[0].state)
