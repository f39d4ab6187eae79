"""Who is only informed notes a document or objects in time; silence holds nothing up (rule C9)."""

from datetime import timedelta

import pytest

from activity.beat import run_clocks
from activity.models import Clock, Event
from common import clock
from common.refusals import Refused
from documents.canonical import signature_digest
from documents.models import Document, Signature, Slot
from documents.services import freeze, note_document, object_to, supersede
from tests.documents import build
from tests.documents.build import MOMENT, People, sign_as

pytestmark = pytest.mark.django_db
PERIOD = timedelta(days=2)


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def amendment(people: People, **given: object) -> Document:
    """A paper that 研发部 and 市场部 sign, of which 销售部 and 财务部 are informed."""
    base = build.signed_by_all(people)
    known = {slot.department.name: (slot.department, slot.signer) for slot in base.slots.all()}
    said = {"informed": [known["销售部"], known["财务部"], known["研发部"]], "object_by": MOMENT + PERIOD} | given
    return freeze(
        kind=Document.Kind.AMENDMENT, subject=base, project=build.Project.objects.get(pk=base.project_id), version=2,
        number="补1", title="补充协议", snapshot={"clauses": []}, amends=base, sign_by=MOMENT + timedelta(days=3),
        signers=[known["研发部"], known["市场部"]], **said,
    )  # fmt: skip


def states(document: Document) -> dict[str, str]:
    return {slot.department.name: slot.state for slot in document.slots.select_related("department")}


def both_sign(people: People, document: Document) -> None:
    for name in ("顾承泽", "林书瑶"):
        sign_as(people[name], document)
    document.refresh_from_db()


def test_it_is_complete_when_all_have_signed_and_all_informed_have_noted_it(people: People) -> None:
    document = amendment(people)
    both_sign(people, document)
    assert document.state == Document.State.SIGNING
    note_document(actor=people["蒋明远"], document_uid=document.uid)
    document.refresh_from_db()
    assert document.state == Document.State.SIGNING
    document = note_document(actor=people["宋清越"], document_uid=document.uid)
    assert document.state == Document.State.COMPLETE
    assert states(document) == {"研发部": "signed", "市场部": "signed", "销售部": "noted", "财务部": "noted"}
    assert Event.objects.filter(verb="document.noted").count() == 2


def test_whoever_says_nothing_in_time_is_shown_as_silent_and_holds_nothing_up(people: People) -> None:
    document = amendment(people)
    both_sign(people, document)
    with clock.at(MOMENT + PERIOD):
        run_clocks()
        run_clocks()
    document.refresh_from_db()
    assert document.state == Document.State.COMPLETE
    assert states(document)["销售部"] == Slot.State.SILENT
    row = Clock.objects.get(kind="objecting", object_id=document.pk)
    assert (row.stopped_at, row.breached_at) == (MOMENT + PERIOD, None)


def test_the_last_signature_after_the_period_completes_it(people: People) -> None:
    document = amendment(people)
    sign_as(people["顾承泽"], document)
    with build.at(days=2, hours=5):  # no clock has run in between
        with pytest.raises(Refused) as refusal:
            note_document(actor=people["蒋明远"], document_uid=document.uid)
        assert refusal.value.code == "silent"
        document = sign_as(people["林书瑶"], document)
    assert document.state == Document.State.COMPLETE


def test_an_informed_head_objects_in_time_and_it_goes_back(people: People) -> None:
    document = amendment(people)
    sign_as(people["顾承泽"], document)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="影响铺货")
    document.refresh_from_db()
    assert document.state == Document.State.WITHDRAWN
    assert states(document) == {"研发部": "void", "市场部": "void", "销售部": "objected", "财务部": "void"}


def test_who_is_informed_cannot_sign_and_who_signs_cannot_only_note(people: People) -> None:
    document = amendment(people)
    with pytest.raises(Refused) as refusal:
        sign_as(people["蒋明远"], document)
    assert refusal.value.code == "informed"
    with pytest.raises(Refused) as refusal:
        note_document(actor=people["顾承泽"], document_uid=document.uid)
    assert refusal.value.code == "signs"


def test_to_inform_without_a_time_to_object_is_a_mistake_of_ours(people: People) -> None:
    with pytest.raises(ValueError, match="object_by"):
        amendment(people, object_by=None)


def test_the_initiator_signs_last_and_is_told_when_it_is_his_turn(people: People) -> None:
    known = build.opened(people).slots.get(department__name="市场部")
    document = amendment(people, order="initiator_last", last=known.department)
    with pytest.raises(Refused) as refusal:
        sign_as(people["林书瑶"], document)
    assert (refusal.value.code, "研发部" in str(refusal.value)) == ("turn", True)
    sign_as(people["顾承泽"], document)
    event = Event.objects.get(verb="document.your_turn")
    assert [notice.reader.name for notice in event.notices.all()] == ["林书瑶"]
    sign_as(people["林书瑶"], document)
    assert Event.objects.filter(verb="document.your_turn").count() == 1


def test_what_is_superseded_names_what_took_its_place_and_stays_so(people: People) -> None:
    document = amendment(people)
    base = document.amends
    assert base is not None
    base = supersede(base, by=document)
    assert (base.state, base.superseded_by, base.superseded_at) == (Document.State.SUPERSEDED, document, MOMENT)
    assert supersede(base, by=base).superseded_by == document


def test_the_event_of_signing_covers_the_row_of_the_signature(people: People) -> None:
    document = build.opened(people)
    sign_as(people["顾承泽"], document, address="2001:db8::7", agent="x", remark="同意")
    signature = Signature.objects.get()
    event = Event.objects.get(verb="document.signed")
    assert event.facts["signature"] == signature_digest(signature)
    assert event.facts["signatures"] == {str(signature.uid): signature_digest(signature)}
    signature.remark = "不同意"
    assert event.facts["signature"] != signature_digest(signature)
