"""Freezing a document for signature, taking it back before the last has signed, and putting another in its place."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from activity.services import start_clock, stop_clock
from common import clock
from common.canonical import plain, sha256_of
from common.doorbell import ring
from common.moves import move
from documents.codes import new_code
from documents.models import Document, PaperCopy, Slot
from people.models import Department, User

CLOCK = "signing"
OBJECTING = "objecting"
REMINDERS = {"remind_day": timedelta(days=1), "remind_hours": timedelta(hours=4)}
PARALLEL, INITIATOR_LAST = "parallel", "initiator_last"
Signers = Iterable[tuple[Department, User]]


def freeze(
    *,
    kind: str,
    subject: models.Model,
    project: Any,
    version: int,
    number: str,
    title: str,
    snapshot: Mapping[str, Any],
    signers: Signers,
    added: Signers = (),
    informed: Signers = (),
    order: str = PARALLEL,
    last: Department | None = None,
    amends: Document | None = None,
    sign_by: datetime | None = None,
    object_by: datetime | None = None,
) -> Document:
    """Freeze a version and lay out its slots, inside the caller's act, which records the event.

    The snapshot is data, not layout. Where it has "clauses" (each number, department, text, deliverable, quantity,
    unit, starts_on, due_on, handed_to, uid), the signing page shows each head those of the own department first.
    `added` sign beside the parties, `informed` only note it or object until `object_by`; with the order
    "initiator_last" whoever signs for `last` does so when all others have.
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
        code=new_code(),
        amends=amends,
        sign_by=sign_by,
        object_by=object_by,
    )
    slots = _slots(document, signers, added, informed)
    if order == INITIATOR_LAST:
        _put_last(slots, last)
    Slot.objects.bulk_create(slots)
    if sign_by is not None:
        start_signing_clock(document, project)
    if any(slot.role == Slot.Role.INFORMED for slot in slots):
        _start_objecting(document, project)
    if slots:  # else it is complete at once, and nobody needs a copy to read before
        ring("documents.jobs.print_pdf", document.pk)
    return document


def _slots(document: Document, signers: Signers, added: Signers, informed: Signers) -> list[Slot]:
    """A slot per department that signs or is informed, and per further signer who does not sign anyway."""
    parties = list(signers)
    known = {signer.pk for _department, signer in parties}
    departments = {department.pk for department, _signer in parties}
    further = {signer.pk: (department, signer) for department, signer in added if signer.pk not in known}
    rows = [
        *((Slot.Role.PARTY, *pair) for pair in parties),
        *((Slot.Role.ADDED, *pair) for pair in further.values()),
        *((Slot.Role.INFORMED, *pair) for pair in informed if pair[0].pk not in departments),
    ]
    return [
        Slot(document=document, department=department, signer=signer, order=order, role=role)
        for order, (role, department, signer) in enumerate(rows)
    ]


def _put_last(slots: list[Slot], last: Department | None) -> None:
    """Whoever signs for that department signs once for all of his, after the others."""
    signers = {slot.signer_id for slot in slots if last is not None and slot.department_id == last.pk}
    for slot in slots:
        slot.stage = int(slot.role != Slot.Role.INFORMED and slot.signer_id in signers)


def start_signing_clock(document: Document, project: Any) -> None:
    """Start the deadline of signing, or set it anew, with its reminders."""
    if document.sign_by is None:
        return
    now = clock.now()
    steps = {step: document.sign_by - before for step, before in REMINDERS.items() if document.sign_by - before > now}
    start_clock(subject=document, kind=CLOCK, due_at=document.sign_by, steps=steps, project=project)


def _start_objecting(document: Document, project: Any) -> None:
    """The period of those who are informed; that it passes is no breach, so its last step stops the clock first."""
    if document.object_by is None:
        raise ValueError("whoever is informed has until object_by to object")
    start_clock(
        subject=document, kind=OBJECTING, due_at=document.object_by, steps={"silent": document.object_by}, project=project
    )


def object_anew(document: Document, project: Any, *, until: datetime) -> None:
    """Who is informed and has not answered gets the time to object once more, inside the act that locked the document."""
    document.object_by = until
    document.save(update_fields=["object_by"])
    _start_objecting(document, project)


def withdraw(document: Document) -> list[User]:
    """Take a document back before the last has signed, inside the caller's act; returns whose signatures fell with it."""
    move(document, Document.State.WITHDRAWN)
    document.save(update_fields=["state"])
    signed: list[User] = []
    for slot in document.slots.select_related("signer").order_by("id"):
        if slot.state == Slot.State.SIGNED:
            signed.append(slot.signer)
        if slot.state not in (Slot.State.OBJECTED, Slot.State.VOID):
            move(slot, Slot.State.VOID)
            slot.save(update_fields=["state"])
    drop_scans(document.slots.all(), _("The document has been withdrawn."))
    stop_clock(subject=document, kind=CLOCK)
    stop_clock(subject=document, kind=OBJECTING)
    return signed


def drop_scans(slots: Iterable[Slot], reason: str) -> None:
    """Scans of these slots that still wait are no longer needed."""
    waiting = PaperCopy.objects.select_for_update().filter(slot__in=slots, state=PaperCopy.State.WAITING)
    for scan in waiting:
        move(scan, PaperCopy.State.REFUSED, judged_at=clock.now(), reason=reason)
        scan.save(update_fields=["state", "judged_at", "reason"])


def supersede(document: Document, *, by: Document) -> Document:
    """Another document in force takes the place of this one, inside the caller's act; once put aside it stays so."""
    row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if row.state != Document.State.SUPERSEDED:
        move(row, Document.State.SUPERSEDED, superseded_at=clock.now(), superseded_by=by)
        row.save(update_fields=["state", "superseded_at", "superseded_by"])
    return row
