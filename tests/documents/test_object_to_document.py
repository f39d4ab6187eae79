"""Objecting returns the paper to its authors; the next version begins where the last one stopped."""

import pytest

from activity.models import Clock, Event, Notice
from common.refusals import Refused
from documents.changes import changes, touches
from documents.models import Document, Slot
from documents.services import object_to
from projects.models import Memorandum
from projects.services.clauses import save_clause
from projects.services.signing import open_for_signature, take_back
from tests.documents import build
from tests.documents.build import People, sign_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def test_an_objection_withdraws_the_document_and_begins_the_next_edition(people: People) -> None:
    document = build.opened(people)
    sign_as(people["顾承泽"], document)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多", clause="2.5")
    document.refresh_from_db()
    memorandum = Memorandum.objects.get()
    assert document.state == Document.State.WITHDRAWN
    assert (memorandum.state, memorandum.edition, memorandum.document) == (Memorandum.State.DRAFT, 2, None)
    states = dict(document.slots.values_list("department__name", "state"))
    assert states == {"市场部": "void", "研发部": "void", "生产部": "void", "销售部": "objected", "财务部": "void"}
    assert Clock.objects.get(kind="signing").stopped_at is not None


def test_who_had_signed_is_told_of_the_objection(people: People) -> None:
    document = build.opened(people)
    sign_as(people["顾承泽"], document)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多")
    event = Event.objects.get(verb="document.objected")
    told = set(Notice.objects.filter(event=event).values_list("reader__name", flat=True))
    assert told == {"林书瑶", "顾承泽", "贺立川", "宋清越"}


def test_an_objection_needs_a_reason_and_a_clause_that_exists(people: People) -> None:
    document = build.opened(people)
    with pytest.raises(Refused) as refusal:
        object_to(actor=people["蒋明远"], document_uid=document.uid, reason="  ")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused) as refusal:
        object_to(actor=people["蒋明远"], document_uid=document.uid, reason="x", clause="9.9")
    assert refusal.value.field == "clause"


def test_who_signed_cannot_object_any_more(people: People) -> None:
    document = build.opened(people)
    sign_as(people["蒋明远"], document)
    with pytest.raises(Refused):
        object_to(actor=people["蒋明远"], document_uid=document.uid, reason="x")


def test_a_withdrawn_document_cannot_be_signed(people: People) -> None:
    document = build.opened(people)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多")
    with pytest.raises(Refused) as refusal:
        sign_as(people["顾承泽"], document)
    assert refusal.value.code == "withdrawn"


def test_the_next_version_shows_what_changed_and_whom_it_concerns(people: People) -> None:
    first = build.opened(people)
    object_to(actor=people["蒋明远"], document_uid=first.uid, reason="店数太多", clause="2.5")
    memorandum = Memorandum.objects.get()
    clause = memorandum.clauses.get(number="2.5")
    save_clause(
        actor=people["周以宁"], project_uid=memorandum.project.uid, row_uid=clause.uid, seen_version=clause.version, quantity=80
    )
    second = open_for_signature(actor=people["林书瑶"], project_uid=memorandum.project.uid, seen_version=None)
    assert (second.version, second.number) == (2, first.number)
    found = changes(first.snapshot, second.snapshot)
    assert [(row.kind, row.clause["number"], row.fields) for row in found] == [("changed", "2.5", (("quantity", "100", "80"),))]
    assert touches(found[0], {"销售部"})
    assert not touches(found[0], {"财务部"})


def test_the_initiating_head_takes_it_back_with_a_reason(people: People) -> None:
    document = build.opened(people)
    sign_as(people["顾承泽"], document)
    project = Memorandum.objects.get().project
    with pytest.raises(Refused) as refusal:
        take_back(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, reason="")
    assert refusal.value.field == "reason"
    take_back(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, reason="预算有变")
    assert Memorandum.objects.get().edition == 2
    assert not document.slots.exclude(state=Slot.State.VOID).exists()


def test_what_all_have_signed_cannot_be_taken_back(people: People) -> None:
    build.signed_by_all(people)
    project = Memorandum.objects.get().project
    with pytest.raises(Refused):
        take_back(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, reason="x")
