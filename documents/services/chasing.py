"""Who has not signed is nudged, with measure, and the deadline can be set anew (rules C6, H1b)."""

from datetime import date, time, timedelta
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.refusals import Refused
from documents.access import Act, document_for, project_of
from documents.models import Document, Slot
from documents.queries import current_stage, deputies_of, nudges_of
from documents.services.freezing import start_signing_clock
from people.models import User
from people.office_hours import working_time_between

APART = timedelta(hours=4)  # working time between two nudges
ALSO_ABOVE = 3  # from this nudge on the superior is told too
CLOSE_OF_DAY = time(18)


@act
def nudge(*, actor: User, document_uid: UUID, slot_uid: UUID) -> int:
    """Ask for a signature that is waited for (催办); returns how often that was done.

    Refused: within four working hours of the last time. From the third time on the head above and the heads who steer hear of it.
    """
    document = document_for(actor, document_uid, Act.NUDGE, lock=True)
    slots = list(document.slots.select_related("signer", "department__parent__head"))
    slot = next((row for row in slots if row.uid == slot_uid), None)
    if slot is None:
        raise Http404
    if document.state != Document.State.SIGNING or not slot.is_open:
        raise Refused(_("Nothing is waited for here any more."), code="not_open")
    if slot.signs and slot.stage != current_stage(slots):
        raise Refused(_("It is not %s's turn yet.") % slot.signer.name, code="turn")
    project = project_of(document)
    before = nudges_of(document).get(str(slot.uid), [])
    if before and working_time_between(before[0], clock.now(), project.time_zone) < APART:
        raise Refused(_("%s was nudged within the last four working hours.") % slot.signer.name, code="too_soon")
    count = len(before) + 1
    ports.record(
        actor=actor,
        verb="document.nudged",
        subject=document,
        project=project,
        facts={"slot": str(slot.uid), "to": slot.signer.name, "count": count, "department": slot.department.name},
        tell=[slot.signer, *deputies_of([slot.signer]), *(_above(slot, project) if count >= ALSO_ABOVE else [])],
    )
    return count


def _above(slot: Slot, project: object) -> list[User]:
    """The head of the department above, and the heads who steer."""
    parent = slot.department.parent
    superior = [parent.head] if parent is not None and parent.head is not None else []
    return [*superior, *ports.projects().steers(project)]


@act
def extend_signing(*, actor: User, document_uid: UUID, until: date) -> Document:
    """Give more time for signing, until the close of a day; the clock starts anew, and who has not signed is told."""
    document = document_for(actor, document_uid, Act.EXTEND, lock=True)
    if document.state != Document.State.SIGNING:
        raise Refused(_("This document is not open for signature any more."), code="not_open")
    project = project_of(document)
    moment = clock.local(until, CLOSE_OF_DAY, project.time_zone)
    if moment <= max(clock.now(), document.sign_by or clock.now()):
        raise Refused(_("The new deadline must be later than the present one, and still to come."), field="until", code="earlier")
    document.sign_by = moment
    document.save(update_fields=["sign_by"])
    start_signing_clock(document, project)
    waiting = [slot.signer for slot in document.slots.filter(state=Slot.State.OPEN).select_related("signer") if slot.signs]
    ports.record(
        actor=actor,
        verb="document.deadline_extended",
        subject=document,
        project=project,
        facts={"sign_by": moment},
        tell=[*waiting, *deputies_of(waiting)],
    )
    return document
