"""Reads of documents that pages share."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from activity.models import Clock
from documents.models import Document, Objection, Slot
from people.models import User


def waiting_for(user: User) -> QuerySet[Document]:
    """The documents that wait for this person's signature, the nearest deadline first."""
    mine = Slot.objects.filter(signer=user, state=Slot.State.OPEN).values("document")
    return Document.objects.filter(pk__in=mine, state=Document.State.SIGNING).order_by("sign_by", "pk")


def clocks_of(documents: Iterable[Document]) -> dict[int, Clock]:
    """The signing clocks of documents, by document."""
    kind = ContentType.objects.get_for_model(Document)
    rows = Clock.objects.filter(content_type=kind, kind="signing", object_id__in=[document.pk for document in documents])
    return {row.object_id: row for row in rows}


def with_slots(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Documents with their slots and all that the rail shows of them."""
    return documents.prefetch_related(
        "slots__signer__department", "slots__department", "slots__signature__signer", "slots__objection__objector"
    ).select_related("reading_pdf", "final_pdf")


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
