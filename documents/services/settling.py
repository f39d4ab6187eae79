"""When a document is complete, whose turn it is, and what silence means (rule C6)."""

from activity.services import stop_clock
from common import clock, ports
from common.doorbell import ring
from common.moves import move
from documents.access import project_of
from documents.models import Document, Slot
from documents.queries import current_stage, deputies_of
from documents.services.freezing import CLOCK, OBJECTING


def settle(document: Document, *, stage: int | None = None) -> None:
    """Complete it when all who sign have signed and all who are informed have answered or let the time pass.

    `stage` is whose turn it was before this act: when that has changed, those whose turn it is now are told.
    """
    slots = list(document.slots.select_related("signer", "department"))
    now_stage = current_stage(slots)
    if now_stage is not None:
        if stage is not None and now_stage != stage:
            _tell_turn(document, [slot for slot in slots if slot.is_open and slot.signs and slot.stage == now_stage])
        return
    if document.object_by is not None and document.object_by <= clock.now():
        fall_silent(document)
        slots = list(document.slots.all())
    if not any(slot.is_open for slot in slots):
        complete(document)


def _tell_turn(document: Document, slots: list[Slot]) -> None:
    """The earlier have signed; now it is the turn of these."""
    signers = [slot.signer for slot in slots]
    ports.record(
        actor=None,
        verb="document.your_turn",
        subject=document,
        project=project_of(document),
        facts={"departments": "、".join(slot.department.name for slot in slots)},
        tell=[*signers, *deputies_of(signers)],
    )


def fall_silent(document: Document) -> None:
    """The time to object is over: whoever was informed and said nothing is shown as having said nothing."""
    silent = document.slots.select_for_update(of=("self",)).filter(role=Slot.Role.INFORMED, state=Slot.State.OPEN)
    for slot in silent:
        move(slot, Slot.State.SILENT)
        slot.save(update_fields=["state"])
    stop_clock(subject=document, kind=OBJECTING, at=document.object_by)


def complete(document: Document) -> None:
    """Nothing is waited for any more: the document is complete; what follows is done after commit, and by the sweep."""
    move(document, Document.State.COMPLETE, completed_at=clock.now())
    document.save(update_fields=["state", "completed_at"])
    stop_clock(subject=document, kind=CLOCK)
    stop_clock(subject=document, kind=OBJECTING)
    ring("documents.jobs.finish", document.pk)
