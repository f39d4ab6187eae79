"""Open slots follow the office, signed ones stay (rule A1)."""

from common import clock, ports
from documents.access import project_of
from documents.models import Document, Slot
from people.models import Department, User


def pass_on_slots(*, department: Department, successor: User, actor: User | None) -> int:
    """Open slots of a department pass to its new head, who is told; returns how many. Inside the act that changed the head."""
    waiting = (
        Slot.objects.select_for_update(of=("self",))
        .filter(department=department, state=Slot.State.OPEN, document__state=Document.State.SIGNING)
        .exclude(signer=successor)
        .select_related("document", "signer")
        .order_by("document_id", "id")
    )
    count = 0
    for slot in waiting:
        before = slot.signer
        slot.signer = successor
        slot.save(update_fields=["signer"])
        ports.record(
            actor=actor,
            verb="document.slot_passed_on",
            subject=slot.document,
            project=project_of(slot.document),
            facts={
                "department": department.name,
                "from": before.name,
                "from_id": before.pk,
                "to": successor.name,
                "at": clock.now().isoformat(),
            },
            tell=[successor],
        )
        count += 1
    return count
