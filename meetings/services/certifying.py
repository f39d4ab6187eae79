"""Issuing distribution certificates (rule D4): chained, signed by the organisation's key, numbered, each kept as handed out."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from activity.models import Clock
from common import clock, ports
from common.acts import act
from common.batches import batched
from common.canonical import plain, spelled
from documents.models import SealKey
from documents.sealing.keys import KeyLacking, to_seal_by
from documents.sealing.signing import signature_over
from meetings.access_certificate import ALL, Scope, distribution_for, scope_of
from meetings.certificate import chain
from meetings.certificate.deadline import clock_of, deadline_of, held_up_of
from meetings.certificate.lines import lines_of, unsent
from meetings.models import Certificate, Minutes
from meetings.services.laying import CLOCK
from people.models import Department, User
from people.queries import organisation

log = logging.getLogger(__name__)
CHUNK = 500  # lines read at a time
FORGOTTEN = timedelta(days=30)  # as long as a clock that stopped waits for its certificate


@act
def issue_certificate(*, actor: User, minutes_uid: UUID) -> Certificate:
    """The certificate of one version of minutes, with the lines that this person sees; the same again while nothing changed."""
    minutes = distribution_for(actor, minutes_uid, lock=True)
    return _issue(minutes, scope_of(actor, minutes), actor)


@transaction.atomic
def certify(minutes_pk: int) -> Certificate | None:
    """By itself, when the clock has stopped or is breached; twice is once. None while nothing is distributed."""
    minutes = (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__project", "event__actor")
        .filter(pk=minutes_pk, distributed_at__isnull=False)
        .first()
    )
    return _issue(minutes, ALL, None) if minutes is not None else None


def uncertified() -> list[int]:
    """Minutes whose clock has stopped, or is breached, since their last certificate."""
    kind = ContentType.objects.get_for_model(Minutes)
    issued = Certificate.objects.filter(minutes=OuterRef("object_id"), covers=ALL.key)
    lately = clock.now() - FORGOTTEN
    stopped = Q(stopped_at__gte=lately) & ~Exists(issued.filter(at__gte=OuterRef("stopped_at")))
    breached = Q(breached_at__gte=lately) & ~Exists(issued.filter(at__gte=OuterRef("breached_at")))
    rows = Clock.objects.filter(stopped | breached, content_type=kind, kind=CLOCK)
    return list(
        Minutes.objects.filter(pk__in=rows.values("object_id"), distributed_at__isnull=False).values_list("pk", flat=True)[:200]
    )


def _issue(minutes: Minutes, scope: Scope, actor: User | None) -> Certificate:
    now, (key, private) = clock.now(), _key()
    entries = _entries(minutes, scope)
    header = _header(minutes, scope, entries, key, now)
    facts = chain.digest_of({"header": header, "entries": entries})
    last = minutes.certificates.filter(covers=scope.key).defer("content").order_by("-number").first()
    if last is not None and last.facts_sha256 == facts:
        return last
    number, previous = minutes.certificates.order_by("-number").values_list("number", "sha256").first() or (0, "")
    moment = {"number": number + 1, "issued_at": now, "previous": previous}
    said = chain.chained(plain(header | moment), entries)
    content = {"certificate": said, "signature": signature_over(spelled(said), key, private) if key is not None else None}
    certificate = Certificate.objects.create(
        minutes=minutes, number=number + 1, at=now, content=content, sha256=chain.digest_of(content),
        previous=previous, covers=scope.key, facts_sha256=facts,
    )  # fmt: skip
    ports.record(
        actor=actor,
        verb="minutes.certified",
        subject=minutes,
        project=minutes.meeting.project,
        facts={"number": certificate.number, "certificate": certificate.sha256, "edition": minutes.edition},
        tell=(),
    )
    return certificate


def _key() -> tuple[SealKey | None, str]:
    """The key to sign by; without it the certificate is issued all the same and says so."""
    try:
        return to_seal_by()
    except KeyLacking as lacking:
        log.warning("a certificate of distribution goes out unsigned: %s", lacking)
        return None, ""


def _entries(minutes: Minutes, scope: Scope) -> list[dict[str, Any]]:
    """What the certificate says of each person in scope, in the order of the list."""
    said = []
    readers = scope.of(minutes).select_related("user")
    for some in batched(readers.iterator(chunk_size=CHUNK), CHUNK):
        said += [line.said() for line in lines_of(minutes, some)]
    if scope == ALL:
        said += [line.said() for line in unsent(minutes, [entry["person"]["uid"] for entry in said])]
    return said


def _header(
    minutes: Minutes, scope: Scope, entries: Iterable[Mapping[str, Any]], key: SealKey | None, now: datetime
) -> dict[str, Any]:
    head: dict[str, Any] = (minutes.content or {})["meeting"]
    running = clock_of(minutes)
    held = held_up_of(minutes, running)
    header: dict[str, Any] = plain(
        {
            "organisation": organisation().name,
            "project": {"name": head["project"], "code": head["code"], "zone": head["zone"]},
            "meeting": {name: head[name] for name in ("title", "kind", "starts_at", "ended_at")},
            "minutes": _version(minutes),
            "covers": _covers(scope),
            "deadline": deadline_of(minutes, running, now),
            "breach_recorded_at": running.breached_at if running is not None else None,
            "counts": chain.counted(entries),
            "signed_by": key.fingerprint if key is not None else None,
        }
        | ({"held_up": [{"since": since, "until": until} for since, until in held]} if held else {})
    )
    return header


def _version(minutes: Minutes) -> dict[str, Any]:
    by = minutes.event.actor if minutes.event is not None and not minutes.by_system else None
    return {
        "uid": minutes.uid,
        "edition": minutes.edition,
        "content_sha256": minutes.content_sha256,
        "distributed_at": minutes.distributed_at,
        "distributed_by": {"uid": by.uid, "name": by.name, "title": by.title} if by is not None else "system",
        "check": f"{settings.BASE_URL}{reverse('check_distribution', args=[minutes.check_code])}",
    }


def _covers(scope: Scope) -> dict[str, Any]:
    """Whether the certificate covers everybody, or the lines of some alone, in words."""
    names = Department.objects.filter(pk__in=scope.departments).order_by("pk").values_list("name", flat=True)
    people = User.objects.filter(pk__in=scope.persons).order_by("pk").values_list("name", flat=True)
    return {
        "kind": scope.kind,
        "departments": list(names) if scope.kind == "departments" else [],
        "persons": list(people) if scope.kind == "person" else [],
    }
