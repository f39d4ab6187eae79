"""Reads of documents that pages share."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from activity.models import Clock
from documents.models import Document, Objection, Sealing, Slot
from people.models import Leave, User
from people.queries import running_leaves, signing_for


def waiting_for(user: User, *, informed: bool = False) -> QuerySet[Document]:
    """The documents whose turn to be signed by this person it is, the nearest deadline first; or those that are to be noted."""
    slots = Slot.objects.filter(state=Slot.State.OPEN)
    parties = slots.exclude(role=Slot.Role.INFORMED)
    mine = slots.filter(Q(signer=user) | Q(signer__in=signing_for(user)))
    if informed:
        mine = mine.filter(role=Slot.Role.INFORMED)
    else:
        earlier = parties.filter(document=OuterRef("document"), stage__lt=OuterRef("stage"))
        mine = mine.exclude(role=Slot.Role.INFORMED).exclude(Exists(earlier))
    order = "object_by" if informed else "sign_by"
    return Document.objects.filter(pk__in=mine.values("document"), state=Document.State.SIGNING).order_by(order, "pk")


def current_stage(slots: Iterable[Slot]) -> int | None:
    """The stage that signs now; None when all who sign have signed."""
    return min((slot.stage for slot in slots if slot.is_open and slot.signs), default=None)


def deputies_of(people: Iterable[User]) -> list[User]:
    """Who may sign today in the place of these people."""
    leaves = running_leaves().filter(person__in=[person.pk for person in people]).exclude(scope=Leave.Scope.DAILY)
    return [leave.deputy for leave in leaves.select_related("deputy")]


def clocks_of(documents: Iterable[Document]) -> dict[int, Clock]:
    """The signing clocks of documents, by document."""
    kind = ContentType.objects.get_for_model(Document)
    rows = Clock.objects.filter(content_type=kind, kind="signing", object_id__in=[document.pk for document in documents])
    return {row.object_id: row for row in rows}


def with_slots(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Documents with their slots and all that the rail shows of them."""
    return documents.prefetch_related(
        "slots__signer__department",
        "slots__department",
        "slots__signature__signer",
        "slots__signature__on_behalf_of",
        "slots__signature__paper__uploaded_by",
        "slots__signature__paper__judged_by",
        "slots__objection__objector",
        "slots__paper_copies__uploaded_by",
        "slots__paper_copies__judged_by",
    ).select_related("reading_pdf", "final_pdf", "sealed_pdf", "proof", "sealing")


def all_signed(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Those that all have signed: they get a seal and a proof, also when another has taken their place since."""
    signed = Slot.objects.filter(document=OuterRef("pk"), state=Slot.State.SIGNED)
    return documents.filter(Exists(signed), completed_at__isnull=False)


def sealing_of(document: Document) -> Sealing | None:
    """How far the seal of a document is; None while it is not to be sealed, or nobody has begun."""
    return getattr(document, "sealing", None)


def versions_of(document: Document) -> list[Document]:
    """All versions of the paper that this document is one of, the newest first."""
    same = Document.objects.filter(content_type=document.content_type_id, object_id=document.object_id, kind=document.kind)
    return list(same.order_by("-version"))


def objections_to(content_type: ContentType, object_id: int) -> list[Objection]:
    """Every objection that a paper has met, the newest first."""
    rows = Objection.objects.filter(slot__document__content_type=content_type, slot__document__object_id=object_id)
    return list(rows.select_related("slot__document", "slot__department", "objector").order_by("-at", "-pk"))


def promises_of(document: Document, departments: set[str]) -> dict[str, list[dict[str, Any]]]:
    """What the document commits these departments to, and what others owe them."""
    clauses = document.snapshot.get("clauses", [])
    return {
        "owed": [row for row in clauses if row.get("department") in departments],
        "receives": [row for row in clauses if row.get("handed_to") in departments and row.get("department") not in departments],
    }
