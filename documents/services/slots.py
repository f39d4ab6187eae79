"""Who stands in a slot: open slots follow the office, are passed on to the right person, and more are added (rules A1, C6)."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from activity.models import Event
from common import clock, ports
from common.acts import act
from common.plain_text import plain_text
from common.refusals import Refused
from documents.access import Act, document_for, project_of, slots_of
from documents.models import Document, Slot
from documents.queries import current_stage, deputies_of, may_take_over
from documents.services.freezing import drop_scans
from documents.services.signing import say_in_whose_place
from people.models import Department, User


def pass_on_slots(*, department: Department, successor: User, actor: User | None) -> int:
    """Open slots of a department pass to its new head, who is told; returns how many. Inside the act that changed the head.

    Further signers are no office, and what the former head passed on to somebody by name stays with that person.
    """
    theirs = Slot.objects.filter(department=department, state=Slot.State.OPEN).exclude(role=Slot.Role.ADDED)
    papers = Document.objects.filter(state=Document.State.SIGNING, pk__in=theirs.order_by().values("document"))
    documents = list(papers.select_for_update(of=("self",)).order_by("pk"))  # as signing locks: document first
    waiting = theirs.select_for_update(of=("self",)).filter(document__in=documents).exclude(signer=successor)
    count = 0
    for slot in waiting.select_related("document", "signer", "department").order_by("document_id", "id"):
        before = slot.signer
        if _was_passed_on(slot):
            continue
        _give(slot, successor)
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


def _give(slot: Slot, to: User) -> None:
    """From now on this person signs here; a scan that waits shows another's hand and is not compared any more."""
    slot.signer = to
    slot.save(update_fields=["signer"])
    drop_scans([slot], _("%s signs here now.") % to.name)


def _was_passed_on(slot: Slot) -> bool:
    """Whether whoever stands in the slot got it by name."""
    passed = Event.objects.filter(verb="document.passed_on", object_id=slot.document_id, facts__slot=str(slot.uid))
    return passed.filter(facts__to_id=slot.signer_id).exists()


@act
def pass_on(*, actor: User, document_uid: UUID, slot_uid: UUID, to: User, reason: str) -> Slot:
    """Pass one's open slot on to the person who should sign (转签): of the department's line, a head, or an executive.

    That person is told and gets to see the project; the heads who steer are told as well.
    """
    document = document_for(actor, document_uid, Act.PASS_ON, lock=True)
    _refuse_unless_open(document)
    mine = slots_of(actor).filter(document=document, uid=slot_uid).select_for_update(of=("self",))
    slot = mine.select_related("department", "signer").first()
    if slot is None:
        raise Http404
    if not slot.is_open:
        raise Refused(_("You have signed this document already."), code="signed")
    before = slot.signer
    reason = plain_text(reason, "reason")
    if not reason:
        raise Refused(_("Say why, so that the new signer and the initiating department understand."), field="reason")
    if to.pk in (actor.pk, before.pk) or not may_take_over(slot).filter(pk=to.pk).exists():
        raise Refused(_("Choose somebody of the department, a head, or senior management."), field="to", code="not_right")
    if slot.role == Slot.Role.ADDED and document.slots.filter(signer=to, role=Slot.Role.ADDED).exists():
        raise Refused(_("%s signs this document already.") % to.name, field="to", code="already")
    say_in_whose_place(actor, slot)
    _give(slot, to)
    project = project_of(document)
    ports.record(
        actor=actor,
        verb="document.passed_on",
        subject=document,
        project=project,
        facts={
            "slot": str(slot.uid),
            "department": slot.department.name,
            "from": before.name,
            "from_id": before.pk,
            "to": to.name,
            "to_id": to.pk,
            "reason": reason,
        },
        tell=[to, before, *ports.projects().steers(project)],
    )
    return slot


@act
def add_signer(*, actor: User, document_uid: UUID, signer: User) -> Slot:
    """A further person signs beside the parties (加签) while the document is open; told at once, sees the project."""
    document = document_for(actor, document_uid, Act.ADD_SIGNER, lock=True)
    _refuse_unless_open(document)
    if not signer.is_active or signer.is_administrator or signer.is_auditor or signer.department_id is None:
        raise Refused(_("%s cannot sign: choose an active person of a department.") % signer.name, field="signer")
    slots = list(document.slots.all())
    if any(slot.signer_id == signer.pk and slot.signs for slot in slots):
        raise Refused(_("%s signs this document already.") % signer.name, field="signer", code="already")
    slot = Slot.objects.create(
        document=document,
        department_id=signer.department_id,
        signer=signer,
        order=len(slots),
        role=Slot.Role.ADDED,
        stage=current_stage(slots) or 0,
    )
    ports.record(
        actor=actor,
        verb="document.signer_added",
        subject=document,
        project=project_of(document),
        facts={"slot": str(slot.uid), "to": signer.name, "to_id": signer.pk, "sign_by": document.sign_by},
        tell=[signer, *deputies_of([signer])],
    )
    return slot


def _refuse_unless_open(document: Document) -> None:
    if document.state != Document.State.SIGNING:
        raise Refused(_("This document is not open for signature any more."), code="not_open")
