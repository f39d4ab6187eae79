"""Writes of the spine: events with their notices and deliveries, and clocks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from activity.jobs import ring_outbox
from activity.live.waking import wake_streams
from activity.mail import message_id
from activity.models import Clock, ClockStep, Delivery, Event, Notice
from common import acts, clock, ports
from common.adding import add
from people.models import Leave, User
from people.queries import running_leaves

HANDED_OVER = ("project", "document", "task", "risk", "meeting")  # kinds of acts of which a stand-in is told


def record(
    *,
    actor: User | None,
    verb: str,
    subject: models.Model,
    project: Any,
    facts: Mapping[str, object],
    tell: Iterable[User],
) -> Event:
    """Write the one event that ends an act, the notices of those who must know, and let higher apps react.

    Inside the act's transaction; the actor is not told of his own act, but for a mail of it that brings something for the own
    calendar. Errors: a verb without words, no transaction.
    """
    return record_all(actor=actor, verb=verb, project=project, said=[(subject, facts, tell)])[0]


def record_all(
    *,
    actor: User | None,
    verb: str,
    project: Any,
    said: Sequence[tuple[models.Model, Mapping[str, object], Iterable[User]]],
) -> list[Event]:
    """One event per subject, each with its facts and whom to tell: three statements, however many they are."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{verb} must be recorded inside the transaction of its act")
    words = ports.words[verb]
    events = [_event(actor, verb, subject, project, facts) for subject, facts, _tell_ in said]
    add(*events)
    if project is not None and events:
        wake_streams()
    told = []
    for event, (_subject, _facts, tell) in zip(events, said, strict=True):
        readers = {reader.pk: reader for reader in tell if reader.is_active and (words.own or reader != actor)}
        told += [(event, reader) for reader in readers.values()]
    if told and words.mail and words.kind in HANDED_OVER and not words.personal:
        told += _stand_ins(told, actor, signing=words.kind == "document")
    if told:
        _tell(told, by_mail=words.mail)
    for reaction in ports.reactions.get(verb, []):
        for event in events:
            reaction(event)
    return events


def _event(actor: User | None, verb: str, subject: models.Model, project: Any, facts: Mapping[str, object]) -> Event:
    """The row of an act, unsaved; it knows its subject without asking for it again."""
    event = Event(
        project_id=project.pk if project is not None else None,
        actor=actor,
        verb=verb,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        title=str(subject)[:300],
        url=subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else "",
        facts=dict(facts) | ({"on_behalf_of": behalf} if (behalf := acts.on_behalf_of(actor)) else {}),
    )
    event.subject = subject
    return event


def _stand_ins(told: Sequence[tuple[Event, User]], actor: User | None, *, signing: bool) -> list[tuple[Event, User]]:
    """What a person on leave is told, whoever stands in today is told as well (rule A4); one query."""
    scopes = (Leave.Scope.ALL, Leave.Scope.SIGNING if signing else Leave.Scope.DAILY)
    leaves = running_leaves().filter(person__in={reader.pk for _event_, reader in told}, scope__in=scopes)
    deputies: dict[int, list[User]] = {}
    for leave in leaves.select_related("deputy").order_by("pk"):
        if leave.deputy.is_active and leave.deputy != actor:
            deputies.setdefault(leave.person_id, []).append(leave.deputy)
    known = {(event.pk, reader.pk) for event, reader in told}
    found = [(event, deputy) for event, reader in told for deputy in deputies.get(reader.pk, [])]
    return list(
        {(event.pk, deputy.pk): (event, deputy) for event, deputy in found if (event.pk, deputy.pk) not in known}.values()
    )


def _tell(told: Sequence[tuple[Event, User]], *, by_mail: bool) -> None:
    """One notice per event and reader; in the application it is there at once, by mail it goes through the outbox.

    Who acted knows of it: that notice carries the mail alone, and is read already.
    """
    now = clock.now()
    notices = [
        Notice(event=event, reader=reader, created_at=now, seen_at=now if reader.pk == event.actor_id else None)
        for event, reader in told
    ]
    add(*notices)
    deliveries = [
        Delivery(
            notice=notice,
            channel=Delivery.Channel.IN_APP,
            dedupe_key=f"{notice.uid}:in_app",
            state=Delivery.State.SENT,
            created_at=now,
            next_attempt_at=now,
            sent_at=now,
        )
        for notice in notices
    ]
    mails = [
        Delivery(
            notice=notice,
            channel=Delivery.Channel.MAIL,
            address=notice.reader.email or "",
            dedupe_key=f"{notice.uid}:mail",
            message_id=message_id(notice.uid),
            created_at=now,
            next_attempt_at=now,
        )
        for notice in notices
        if by_mail and settings.MAIL_CONFIGURED and notice.reader.email and not acts.is_quiet()
    ]
    add(*deliveries, *mails)
    if mails:
        ring_outbox()


def start_clock(
    *,
    subject: models.Model,
    kind: str,
    due_at: datetime,
    steps: Mapping[str, datetime] | None = None,
    project: Any = None,
) -> Clock:
    """Start (or set anew) the clock of a kind on a subject; each step fires once at its moment, "breach" when it is due.

    A step whose moment is already past fires at the next tick. Inside the act's transaction.
    """
    row, _made = Clock.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        kind=kind,
        defaults={
            "project_id": project.pk if project is not None else None,
            "title": str(subject)[:300],
            "url": subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else "",
            "due_at": due_at,
            "stopped_at": None,
            "breached_at": None,
        },
        create_defaults=None,
    )
    row.steps.all().delete()
    wanted = {**(steps or {}), "breach": due_at}
    ClockStep.objects.bulk_create([ClockStep(clock=row, kind=step, at=at) for step, at in wanted.items()])
    return row


def stop_clock(*, subject: models.Model, kind: str, at: datetime | None = None) -> None:
    """Stop a running clock: what was due is done, now or as was only noticed now, at an earlier moment."""
    Clock.objects.filter(
        content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk, kind=kind, stopped_at__isnull=True
    ).update(stopped_at=at or clock.now())
