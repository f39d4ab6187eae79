"""Who is reached by distributed minutes (rule D4): by mail or in the application; the last one reached stops the clock.

Whoever may no longer see the project, or has no account any more, is excused: not sent, and not owed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from simple_history.utils import bulk_update_with_history

from activity.models import Clock, Delivery
from activity.services import stop_clock
from common import acts, clock, ports
from meetings.access import may_know_of
from meetings.models import Minutes, MinutesReader
from meetings.services import roles
from meetings.services.laying import CLOCK
from people.models import User

LEFT, INACTIVE = "left", "inactive"
FORGOTTEN = timedelta(days=30)  # after which nobody looks for marks that were lost


def reach_without_mail(minutes: Minutes, readers: Sequence[MinutesReader]) -> None:
    """For whom no mail goes out, the notice in the application is the reaching; the distributor needs none.

    Inside the act that distributes, which holds the lock of the minutes.
    """
    by_mail = set(
        Delivery.objects.filter(notice__event=minutes.event, channel=Delivery.Channel.MAIL).values_list(
            "notice__reader", flat=True
        )
    )
    now = minutes.distributed_at or clock.now()
    for reader in readers:
        if reader.user_id not in by_mail:
            gone = _why_excused(reader.user) or ("" if may_know_of(reader.user, minutes) else LEFT)
            if gone:
                reader.excused_at, reader.excuse = now, gone
            else:
                reader.reached_at = now
    _keep([reader for reader in readers if reader.reached_at or reader.excused_at], "reached_at", "excused_at", "excuse")
    _stop_when_all_reached(minutes)


def note_delivered(deliveries: Sequence[Delivery]) -> None:
    """What became of mails with minutes: accepted, their readers are reached; withheld, excused; refused, people are told.

    Takes no lock but that of the readers' lines, so that many workers send the same minutes side by side; whether these were the
    last is asked when it is committed.
    """
    by_event: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        by_event[delivery.notice.event_id].append(delivery)
    for minutes in _with_keepers(Minutes.objects.filter(event__in=by_event)):
        rows = by_event[minutes.event_id or 0]
        for delivery in rows:
            if delivery.state == Delivery.State.BOUNCED:
                _tell_of_refusal(minutes, delivery)
        if _note(minutes, rows):
            transaction.on_commit(partial(_ask_for_the_last, minutes.pk), robust=True)


def _with_keepers(found: QuerySet[Minutes]) -> QuerySet[Minutes]:
    return found.select_related("meeting__project", "meeting__chair", "meeting__recorder")


def _tell_of_refusal(minutes: Minutes, delivery: Delivery) -> None:
    """An address does not take the minutes: minute taker, chair and lead hear of it, once."""
    meeting, lead = minutes.meeting, roles.lead_of(minutes.meeting.project)
    facts = {"reader": delivery.notice.reader.name, "reply": delivery.smtp_reply}
    told = [*roles.keepers_of(meeting), *([lead] if lead else [])]
    ports.record(actor=None, verb="minutes.undelivered", subject=minutes, project=meeting.project, facts=facts, tell=told)


def _note(minutes: Minutes, deliveries: Sequence[Delivery]) -> bool:
    """Write down who of these is reached or excused; whether anything was new."""
    settled = {row.notice.reader_id: row for row in deliveries if row.state in (Delivery.State.SENT, Delivery.State.WITHHELD)}
    if not settled:
        return False
    waiting = minutes.readers.select_for_update(of=("self",)).select_related("user").order_by("pk")
    reached: list[MinutesReader] = []
    other: list[MinutesReader] = []
    for reader in waiting.filter(user__in=settled, reached_at__isnull=True):
        row, was_excused = settled[reader.user_id], reader.excused_at is not None
        if row.state == Delivery.State.SENT:
            reader.reached_at, reader.excused_at, reader.excuse = row.sent_at or clock.now(), None, ""
            (other if was_excused else reached).append(reader)
        elif not was_excused:
            reader.excused_at, reader.excuse = clock.now(), _why_excused(reader.user) or LEFT
            other.append(reader)
    _keep(reached, "reached_at")
    _keep(other, "reached_at", "excused_at", "excuse")
    return bool(reached or other)


def _why_excused(user: User) -> str:
    return "" if user.is_active else INACTIVE


def _keep(readers: Sequence[MinutesReader], *fields: str) -> None:
    if readers:
        bulk_update_with_history(
            list(readers), MinutesReader, [*fields], batch_size=500, default_user=acts.current_actor(), default_date=clock.now()
        )


def to_catch_up() -> QuerySet[Minutes]:
    """Distributed minutes whose clock runs, or of which somebody is owed them though his mail is settled: of any edition."""
    kind = ContentType.objects.get_for_model(Minutes)
    running = Clock.objects.filter(content_type=kind, kind=CLOCK, stopped_at__isnull=True).values("object_id")
    settled = _settled().filter(notice__event=OuterRef("minutes__event"), notice__reader=OuterRef("user"))
    unheard = MinutesReader.objects.filter(
        Exists(settled), minutes=OuterRef("pk"), reached_at__isnull=True, excused_at__isnull=True
    )
    lately = Q(distributed_at__gte=clock.now() - FORGOTTEN) & Exists(unheard)
    return Minutes.objects.filter(Q(pk__in=running) | lately, event__isnull=False).select_related("meeting__project")


def catch_up(minutes: Minutes) -> None:
    """Count readers whose mail is settled although nobody said so: asked once a minute and before each step of the clock."""
    settled = _settled().filter(notice__event=minutes.event_id, notice__reader__in=_owed(minutes).values("user"))
    with transaction.atomic():
        _note(minutes, list(settled.select_related("notice")))
        _excuse_who_left(minutes)
    _ask_for_the_last(minutes.pk)
    if minutes.state == Minutes.State.SUPERSEDED:
        _let_go(minutes)


def _excuse_who_left(minutes: Minutes) -> None:
    """Whose mail was refused, and who may not see the minutes any more, is not owed them any longer."""
    refused = Delivery.objects.filter(
        notice__event=minutes.event_id,
        notice__reader=OuterRef("user"),
        channel=Delivery.Channel.MAIL,
        state=Delivery.State.BOUNCED,
    )
    gone = []
    waiting = _owed(minutes).select_for_update(of=("self",)).select_related("user").order_by("pk")
    for reader in waiting.filter(Exists(refused)):
        reader.excuse = _why_excused(reader.user) or ("" if may_know_of(reader.user, minutes) else LEFT)
        if reader.excuse:
            reader.excused_at = clock.now()
            gone.append(reader)
    _keep(gone, "excused_at", "excuse")


def _let_go(minutes: Minutes) -> None:
    """A newer version has taken their place: once their breach is recorded nobody waits for the older ones any more."""
    running = running_clock(minutes)
    if running is not None and running.breached_at is not None:
        stop_clock(subject=minutes, kind=CLOCK)


def _settled() -> QuerySet[Delivery]:
    """Mails that are out, or that stay here."""
    return Delivery.objects.filter(channel=Delivery.Channel.MAIL, state__in=[Delivery.State.SENT, Delivery.State.WITHHELD])


def _owed(minutes: Minutes) -> QuerySet[MinutesReader]:
    """Whom the minutes have yet to reach."""
    return MinutesReader.objects.filter(minutes=minutes, reached_at__isnull=True, excused_at__isnull=True)


def _ask_for_the_last(minutes_pk: int) -> None:
    """Stop the clock if nobody is owed the minutes any more: under their lock, of two who ask at once one does it.

    Asked after each commit that settles readers, so that of two who settle the last two the later sees both.
    """
    if MinutesReader.objects.filter(minutes=minutes_pk, reached_at__isnull=True, excused_at__isnull=True).exists():
        return
    with transaction.atomic():
        minutes = _with_keepers(Minutes.objects.select_for_update(of=("self",))).get(pk=minutes_pk)
        _stop_when_all_reached(minutes)


def _stop_when_all_reached(minutes: Minutes) -> None:
    """When the last attendee and reader in copy is reached, the clock stops (too late is still a breach, by its last step)."""
    running = running_clock(minutes)
    if running is None or _owed(minutes).exists():
        return
    last = _last_settled(minutes)
    stop_clock(subject=minutes, kind=CLOCK, at=last)
    reached = minutes.readers.filter(reached_at__isnull=False).count()
    facts = {"count": reached, "in_time": last <= running.due_at}
    ports.record(actor=None, verb="minutes.reached", subject=minutes, project=minutes.meeting.project, facts=facts, tell=())


def _last_settled(minutes: Minutes) -> datetime:
    """When the last one was reached; if all are excused, when the last one was."""
    found: Mapping[str, datetime | None] = minutes.readers.aggregate(reached=Max("reached_at"), excused=Max("excused_at"))
    return found["reached"] or found["excused"] or clock.now()


def running_clock(minutes: Minutes) -> Clock | None:
    """The clock of these minutes, while it runs."""
    return Clock.objects.filter(
        content_type__app_label="meetings",
        content_type__model="minutes",
        object_id=minutes.pk,
        kind=CLOCK,
        stopped_at__isnull=True,
    ).first()
