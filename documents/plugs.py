"""What documents plug into the floors below: door, clock, My desk, rights."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from activity.services import stop_clock
from common import ports
from common.desk import DeskGroup, DeskRow
from documents import access, evidence, queries
from documents.models import Document
from documents.services.freezing import CLOCK, OBJECTING
from documents.services.settling import fall_silent, settle
from people.models import User

DESK_ROWS = 20


@transaction.atomic
def on_signing_clock(clock: Any, step: str) -> None:
    """Remind those who have not signed; when time is up, tell the heads who steer as well."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=clock.object_id)
    if document.state != Document.State.SIGNING:
        return
    slots = list(document.slots.filter(state="open").exclude(role="informed").select_related("signer", "department"))
    waiting = [slot for slot in slots if slot.stage == queries.current_stage(slots)]
    project = access.project_of(document)
    signers = [slot.signer for slot in waiting]
    tell = [*signers, *queries.deputies_of(signers)]
    if step == "breach":
        tell += ports.projects().steers(project)
    ports.record(
        actor=None,
        verb="document.signing_overdue" if step == "breach" else "document.signing_reminder",
        subject=document,
        project=project,
        facts={"waiting": "、".join(slot.department.name for slot in waiting), "due_at": clock.due_at.isoformat()},
        tell=tell,
    )


@transaction.atomic
def on_objecting_clock(clock: Any, _step: str) -> None:
    """The time to object is over: who was informed and said nothing holds nothing up any more.

    While the project is read only nobody can object, so nothing passes; the time is given anew when it goes on.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=clock.object_id)
    if document.state != Document.State.SIGNING:
        return
    if access.project_of(document).is_frozen:
        stop_clock(subject=document, kind=OBJECTING, at=document.object_by)  # no breach
    else:
        fall_silent(document)
        settle(document)


def desk_to_sign(user: User) -> DeskGroup:
    """What waits for this person's signature."""
    rows = queries.waiting_for(user)
    documents = list(rows[:DESK_ROWS])
    clocks = queries.clocks_of(documents)
    names = ports.projects().names({document.project_id for document in documents if document.project_id})
    return DeskGroup(
        [
            DeskRow(
                title=f"{document.get_kind_display()} {document.number}".strip(),
                url=reverse("sign_document", args=[document.uid]),
                project_name=names.get(document.project_id or 0, ""),
                when=document.sign_by,
                clock=clocks.get(document.pk),
                template="documents/_desk_sign.html",
            )
            for document in documents
        ],
        len(documents) if len(documents) < DESK_ROWS else rows.count(),
        link=(reverse("sign_several"), gettext_lazy("Sign several at once")),
    )


def _waiting_informed(user: User) -> QuerySet[Document]:
    return queries.waiting_for(user, informed=True)


def desk_to_note(user: User) -> DeskGroup:
    """What this person is only informed of: no objection is said in one click."""
    rows = _waiting_informed(user)
    documents = list(rows[:DESK_ROWS])
    clocks = queries.clocks_of(documents, kind=OBJECTING)
    names = ports.projects().names({document.project_id for document in documents if document.project_id})
    return DeskGroup(
        [
            DeskRow(
                title=f"{document.get_kind_display()} {document.number}".strip(),
                url=reverse("sign_document", args=[document.uid]),
                project_name=names.get(document.project_id or 0, ""),
                when=document.object_by,
                clock=clocks.get(document.pk),
                template="documents/_desk_note.html",
                context={"document": document},
            )
            for document in documents
        ],
        len(documents) if len(documents) < DESK_ROWS else rows.count(),
    )


ports.door_of("documents.document", access.sees_document)
ports.on_clock(CLOCK, on_signing_clock)
ports.on_clock(OBJECTING, on_objecting_clock)
ports.on_desk("sign", desk_to_sign, waits=queries.waiting_for)
ports.on_desk("confirm", desk_to_note, waits=_waiting_informed)
ports.rights_table(access.rights_table)
ports.on_ledger_check(evidence.lines)
