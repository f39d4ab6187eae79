"""Who is reached by distributed minutes (rule D4): by mail or in the application; the last one reached stops the clock."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from activity.models import Clock, Delivery
from activity.services import stop_clock
from common import clock, ports
from meetings.models import Minutes, MinutesReader
from meetings.services import roles
from meetings.services.laying import CLOCK


def reach_without_mail(minutes: Minutes, readers: Sequence[MinutesReader]) -> None:
    """For whom no mail goes out, the notice in the application is the reaching; the distributor needs none."""
    by_mail = set(
        Delivery.objects.filter(notice__event=minutes.event, channel=Delivery.Channel.MAIL).values_list(
            "notice__reader", flat=True
        )
    )
    for reader in readers:
        if reader.user_id not in by_mail:
            mark_reached(reader, minutes.distributed_at or clock.now())
    stop_when_all_reached(minutes)


def note_delivered(delivery: Delivery) -> None:
    """What became of a mail with minutes: accepted, its reader is reached, the last stops the clock; else chair and writer hear.

    Called inside the transaction that marks the delivery.
    """
    minutes = (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__project", "meeting__chair", "meeting__recorder")
        .filter(event=delivery.notice.event_id)
        .first()
    )
    if minutes is None:
        return
    if delivery.state != Delivery.State.SENT:
        _tell_of_refusal(minutes, delivery)
        return
    reader = minutes.readers.filter(user=delivery.notice.reader_id, reached_at__isnull=True).first()
    if reader is not None:
        mark_reached(reader, delivery.sent_at or clock.now())
        stop_when_all_reached(minutes)


def _tell_of_refusal(minutes: Minutes, delivery: Delivery) -> None:
    meeting = minutes.meeting
    facts = {"reader": delivery.notice.reader.name, "reply": delivery.smtp_reply}
    told = roles.keepers_of(meeting)
    ports.record(actor=None, verb="minutes.undelivered", subject=minutes, project=meeting.project, facts=facts, tell=told)


@transaction.atomic
def catch_up(minutes: Minutes) -> None:
    """Count readers whose mail is out although nobody said so: asked once a minute and before each step of the clock.

    Under the lock that whoever marks a delivery takes, so that of two who mark the last two readers one stops the clock.
    """
    Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    sent = Delivery.objects.filter(notice__event=minutes.event_id, channel=Delivery.Channel.MAIL, state=Delivery.State.SENT)
    out = dict(sent.values_list("notice__reader", "sent_at"))
    for reader in minutes.readers.filter(reached_at__isnull=True, user__in=out):
        mark_reached(reader, out[reader.user_id] or clock.now())
    stop_when_all_reached(minutes)


def mark_reached(reader: MinutesReader, at: datetime) -> None:
    reader.reached_at = at
    reader.save(update_fields=["reached_at"])


def stop_when_all_reached(minutes: Minutes) -> None:
    """When the last attendee and reader in copy is reached, the clock stops (too late is still a breach, by its last step)."""
    if minutes.readers.filter(reached_at__isnull=True).exists():
        return
    running = running_clock(minutes)
    if running is None:
        return
    last = minutes.readers.aggregate(last=Max("reached_at"))["last"] or clock.now()
    stop_clock(subject=minutes, kind=CLOCK, at=last)
    facts = {"count": minutes.readers.count(), "in_time": last <= running.due_at}
    ports.record(actor=None, verb="minutes.reached", subject=minutes, project=minutes.meeting.project, facts=facts, tell=())


def running_clock(minutes: Minutes) -> Clock | None:
    """The clock of these minutes, while it runs."""
    return Clock.objects.filter(
        content_type__app_label="meetings",
        content_type__model="minutes",
        object_id=minutes.pk,
        kind=CLOCK,
        stopped_at__isnull=True,
    ).first()
