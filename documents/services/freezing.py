"""Freezing a document for signature, and taking it back before the last has signed."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from activity.services import start_clock, stop_clock
from common import clock
from common.canonical import plain, sha256_of
from common.doorbell import ring
from common.moves import move
from documents.models import Document, Slot
from people.models import Department, User

CLOCK = "signing"
REMINDERS = {"remind_day": timedelta(days=1), "remind_hours": timedelta(hours=4)}


def freeze(
    *,
    kind: str,
    subject: models.Model,
    project: Any,
    version: int,
    number: str,
    title: str,
    snapshot: Mapping[str, Any],
    signers: Iterable[tuple[Department, User]],
    sign_by: datetime | None = None,
) -> Document:
    """Freeze a version and lay out its signing slots, inside the caller's act, which records the event.

    The snapshot is data, not layout. Where it has "clauses" (each number, department, text, deliverable, quantity,
    unit, starts_on, due_on, handed_to, uid), the signing page shows each head those of the own department first.
    """
    kept = plain(snapshot)
    document = Document.objects.create(
        kind=kind,
        project_id=project.pk if project is not None else None,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        version=version,
        number=number,
        title=title,
        snapshot=kept,
        sha256=sha256_of(kept),
        code=secrets.token_urlsafe(18),
        sign_by=sign_by,
    )
    Slot.objects.bulk_create(
        [
            Slot(document=document, department=department, signer=signer, order=order)
            for order, (department, signer) in enumerate(signers)
        ]
    )
    if sign_by is not None:
        now = clock.now()
        steps = {step: sign_by - before for step, before in REMINDERS.items() if sign_by - before > now}
        start_clock(subject=document, kind=CLOCK, due_at=sign_by, steps=steps, project=project)
    ring("documents.jobs.print_pdf", document.pk)
    return document


def withdraw(document: Document) -> list[User]:
    """Take a document back before the last has signed, inside the caller's act; returns whose signatures fell with it."""
    move(document, Document.State.WITHDRAWN)
    document.save(update_fields=["state"])
    signed: list[User] = []
    for slot in document.slots.select_related("signer").order_by("id"):
        if slot.state == Slot.State.SIGNED:
            signed.append(slot.signer)
        if slot.state in (Slot.State.OPEN, Slot.State.SIGNED):
            move(slot, Slot.State.VOID)
            slot.save(update_fields=["state"])
    stop_clock(subject=document, kind=CLOCK)
    return signed
