"""Reads of documents that pages share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from activity.models import Clock, Event
from documents.access import slots_of
from documents.models import Document, Objection, PaperCopy, Sealing, Signature, Slot
from people.models import Department, Leave, User
from people.queries import running_leaves


def waiting_for(user: User, *, informed: bool = False) -> QuerySet[Document]:
    """The documents whose turn to be signed by this person it is, the nearest deadline first; or those that are to be noted."""
    parties = Slot.objects.filter(state=Slot.State.OPEN).exclude(role=Slot.Role.INFORMED)
    mine = slots_of(user).filter(state=Slot.State.OPEN)
    if informed:
        mine = mine.filter(role=Slot.Role.INFORMED)
    else:
        earlier = parties.filter(document=OuterRef("document"), stage__lt=OuterRef("stage"))
        mine = mine.exclude(role=Slot.Role.INFORMED).exclude(Exists(earlier))
    order = "object_by" if informed else "sign_by"
    return Document.objects.filter(pk__in=mine.values("document"), state=Document.State.SIGNING).order_by(order, "pk")


def objectable(project: Any, *, lock: bool = False) -> list[Document]:
    """The documents of a project to which somebody who is informed of them may still object."""
    informed = Slot.objects.filter(role=Slot.Role.INFORMED, state=Slot.State.OPEN)
    rows = Document.objects.filter(project_id=project.pk, state=Document.State.SIGNING, pk__in=informed.values("document"))
    return list((rows.select_for_update(of=("self",)) if lock else rows).order_by("pk"))


def current_stage(slots: Iterable[Slot]) -> int | None:
    """The stage that signs now; None when all who sign have signed."""
    return min((slot.stage for slot in slots if slot.is_open and slot.signs), default=None)


def deputies_of(people: Iterable[User]) -> list[User]:
    """Who may sign today in the place of these people."""
    return [deputies[0] for deputies in deputies_by_person(person.pk for person in people).values()]


def deputies_by_person(people: Iterable[int]) -> dict[int, list[User]]:
    """Who may sign today in whose place, by that person's key; who was named first comes first."""
    leaves = running_leaves().filter(person__in=list(people)).exclude(scope=Leave.Scope.DAILY)
    found: dict[int, list[User]] = {}
    for leave in leaves.select_related("deputy__department").order_by("pk"):
        found.setdefault(leave.person_id, []).append(leave.deputy)
    return found


def read_before(user: User, document: Document, versions: list[Document]) -> Document | None:
    """The version to which a reader compares: the last that he signed before this one, else the one before."""
    return _newest_known(document, versions, signed_by(user, versions))


def read_before_of(user: User, documents: list[Document]) -> tuple[dict[int, Document | None], set[int]]:
    """By document the same, and which of all their versions the reader has signed; two queries, however many they are."""
    papers = {(row.content_type_id, row.object_id, row.kind): list[Document]() for row in documents}
    types, keys = {paper[0] for paper in papers}, {paper[1] for paper in papers}
    for row in Document.objects.filter(content_type__in=types, object_id__in=keys).order_by("-version"):
        papers.get((row.content_type_id, row.object_id, row.kind), []).append(row)
    signed = signed_by(user, [row for versions in papers.values() for row in versions])
    versions_of_row = {row.pk: papers[row.content_type_id, row.object_id, row.kind] for row in documents}
    return {row.pk: _newest_known(row, versions_of_row[row.pk], signed) for row in documents}, signed


def signed_by(user: User, documents: list[Document]) -> set[int]:
    """The keys of those of these documents that a person has signed."""
    signed = Signature.objects.filter(signer=user, slot__document__in=documents) if documents else Signature.objects.none()
    return set(signed.values_list("slot__document", flat=True))


def _newest_known(document: Document, versions: list[Document], known: set[int]) -> Document | None:
    earlier = [row for row in versions if row.version < document.version]
    return next((row for row in earlier if row.pk in known), earlier[0] if earlier else None)


def may_take_over(slot: Slot) -> QuerySet[User]:
    """To whom a slot may be passed on: people of the department and those above and below it, heads, executives.

    Nobody who administers or audits: by these roles one signs nothing.
    """
    right = Q(department__in=_line_of(slot.department)) | Q(heads__is_active=True) | Q(is_executive=True)
    rows = User.objects.filter(is_active=True, is_administrator=False, is_auditor=False, department__isnull=False)
    return User.objects.filter(pk__in=rows.filter(right).values("pk")).exclude(pk=slot.signer_id)


def may_be_added(document: Document) -> QuerySet[User]:
    """Whom the page offers as a further signer: heads, executives, people of the departments that sign."""
    signing = document.slots.values("department")
    right = Q(heads__is_active=True) | Q(is_executive=True) | Q(department__in=signing)
    rows = User.objects.filter(right, is_active=True, is_administrator=False, is_auditor=False, department__isnull=False)
    already = document.slots.exclude(role=Slot.Role.INFORMED).values("signer")
    return User.objects.filter(pk__in=rows.values("pk")).exclude(pk__in=already)


def _line_of(department: Department) -> set[int]:
    """The department, all above it and all below it."""
    parents = dict(Department.objects.values_list("pk", "parent"))
    above, at = {department.pk}, parents.get(department.pk)
    while at is not None and at not in above:
        above.add(at)
        at = parents.get(at)
    below = {department.pk}
    while more := {pk for pk, parent in parents.items() if parent in below} - below:
        below |= more
    return above | below


def nudges_of(document: Document) -> dict[str, list[datetime]]:
    """By slot, when it was nudged, the last time first."""
    return nudged_and_asked(document)[0]


def nudged_and_asked(document: Document) -> tuple[dict[str, list[datetime]], dict[str, list[datetime]]]:
    """By slot, when it was nudged, and when whoever stands in it was asked by name: as a further signer, or because it was
    passed on; the last time first, one query.
    """
    nudged: dict[str, list[datetime]] = {}
    asked: dict[str, list[datetime]] = {}
    places = {"document.nudged": nudged, "document.signer_added": asked, "document.passed_on": asked}
    kind = ContentType.objects.get_for_model(Document)
    rows = Event.objects.filter(content_type=kind, object_id=document.pk, verb__in=places).order_by("-id")
    for verb, facts, at in rows.values_list("verb", "facts", "at"):
        places[verb].setdefault(facts["slot"], []).append(at)
    return nudged, asked


def clocks_of(documents: Iterable[Document], *, kind: str = "signing") -> dict[int, Clock]:
    """The clocks of this kind of documents, by document."""
    model = ContentType.objects.get_for_model(Document)
    rows = Clock.objects.filter(content_type=model, kind=kind, object_id__in=[document.pk for document in documents])
    return {row.object_id: row for row in rows}


def with_slots(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Documents with their slots and all that the rail shows of them."""
    slots = Slot.objects.select_related(
        "signer__department", "department", "objection__objector", "signature__signer", "signature__on_behalf_of",
        "signature__paper__uploaded_by", "signature__paper__judged_by",
    )  # fmt: skip
    scans = PaperCopy.objects.select_related("uploaded_by", "judged_by")
    rows = documents.prefetch_related(Prefetch("slots", slots), Prefetch("slots__paper_copies", scans))
    return rows.select_related("reading_pdf", "final_pdf", "sealed_pdf", "proof", "sealing")


def with_objections(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Documents with their slots and what was objected to in them."""
    return documents.prefetch_related(Prefetch("slots", Slot.objects.select_related("department", "objection__objector")))


def all_signed(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Those that are complete: they get a seal and a proof, also when another has taken their place since.

    What waited for signatures has one at least, or was filed with all of them missing.
    """
    slots = Slot.objects.filter(document=OuterRef("pk"))
    settled = Exists(slots.filter(state__in=[Slot.State.SIGNED, Slot.State.SILENT])) | ~Exists(slots)
    return documents.filter(settled, completed_at__isnull=False)


def sealing_of(document: Document) -> Sealing | None:
    """How far the seal of a document is; None while it is not to be sealed, or nobody has begun."""
    return getattr(document, "sealing", None)


def versions_of(document: Document) -> list[Document]:
    """All versions of the paper that this document is one of, the newest first."""
    same = Document.objects.filter(content_type=document.content_type_id, object_id=document.object_id, kind=document.kind)
    return list(same.order_by("-version"))


def objections_in(documents: Iterable[Document]) -> list[Objection]:
    """Every objection that these versions have met, the newest first; their slots have been read with them."""
    slots = [slot for document in documents for slot in document.slots.all()]
    found = [slot.objection for slot in slots if hasattr(slot, "objection")]
    return sorted(found, key=lambda row: (row.at, row.pk), reverse=True)


def promises_of(document: Document, departments: set[str]) -> dict[str, list[dict[str, Any]]]:
    """What the document commits these departments to, and what others owe them."""
    clauses = document.snapshot.get("clauses", [])
    return {
        "owed": [row for row in clauses if row.get("department") in departments],
        "receives": [row for row in clauses if row.get("handed_to") in departments and row.get("department") not in departments],
    }
