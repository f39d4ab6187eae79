"""Signing: one signature per department, by those who may, of what they read."""

from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from activity.models import Clock, Event
from common import ports
from common.refusals import Refused
from documents.beat import finish_documents
from documents.models import Document, Signature, Slot
from documents.services import finish_document, object_to
from projects.models import Memorandum, Project
from tests.documents import build
from tests.documents.build import People, sign_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def test_the_last_signature_completes_and_what_follows_puts_it_in_force(people: People) -> None:
    document = build.signed_by_all(people)
    assert document.state == Document.State.COMPLETE
    assert document.completed_at is not None
    assert document.finished_at is None
    with build.at(hours=2):
        assert finish_document(document.pk) is True
        assert finish_document(document.pk) is False
    memorandum = Memorandum.objects.get()
    assert memorandum.state == Memorandum.State.IN_FORCE
    assert memorandum.in_force_at == document.completed_at
    assert Project.objects.get().state == Project.State.EXECUTION
    assert Event.objects.filter(verb="memorandum.in_force").count() == 1


def test_the_sweep_brings_into_force_what_the_doorbell_missed(people: People) -> None:
    document = build.signed_by_all(people)
    finish_documents()
    finish_documents()
    document.refresh_from_db()
    assert document.finished_at is not None
    assert Event.objects.filter(verb="memorandum.in_force").count() == 1


def test_what_is_said_beside_a_signature_reads_as_it_is_written(people: People) -> None:
    document = build.opened(people)
    for wrong in ("同意\x01", "同意\uffff", "\U0001fffe"):
        with pytest.raises(Refused) as refusal:
            sign_as(people["顾承泽"], document, remark=wrong)
        assert refusal.value.field == "remark"
        with pytest.raises(Refused) as refusal:
            object_to(actor=people["顾承泽"], document_uid=document.uid, reason=wrong)
        assert refusal.value.field == "reason"
    sign_as(people["顾承泽"], document, remark="同意\u202e议异无\u202c\n👩‍🔧 \u2067x\u2069")
    assert Signature.objects.get().remark == "同意议异无\n👩‍🔧 x"


def test_a_signature_says_who_for_whom_how_and_over_which_hash(people: People) -> None:
    document = build.opened(people)
    sign_as(people["顾承泽"], document, remark=" 同意 ", address="192.0.2.7", agent="x" * 400)
    signature = Signature.objects.get()
    assert signature.signer == people["顾承泽"]
    assert signature.slot.department.name == "研发部"
    assert signature.method == Signature.Method.PASSWORD
    assert signature.document_sha256 == document.sha256
    assert (signature.remark, signature.address, len(signature.agent)) == ("同意", "192.0.2.7", 300)
    assert "研发部" in signature.statement


def test_who_heads_several_departments_signs_once_for_all(people: People) -> None:
    document = build.opened(people)
    document.slots.filter(department__name="财务部").update(signer=people["顾承泽"])
    sign_as(people["顾承泽"], document)
    assert Signature.objects.filter(signer=people["顾承泽"]).count() == 2
    assert Event.objects.filter(verb="document.signed").count() == 1


def test_signing_twice_is_refused(people: People) -> None:
    document = build.opened(people)
    sign_as(people["顾承泽"], document)
    with pytest.raises(Refused) as refusal:
        sign_as(people["顾承泽"], document)
    assert refusal.value.code == "signed"
    assert Signature.objects.count() == 1


def test_a_wrong_password_signs_nothing(people: People) -> None:
    document = build.opened(people)
    with pytest.raises(Refused) as refusal:
        sign_as(people["顾承泽"], document, password="guess")
    assert refusal.value.field == "password"
    assert not Signature.objects.exists()


def test_what_was_not_read_cannot_be_signed(people: People) -> None:
    document = build.opened(people)
    with pytest.raises(Refused) as refusal:
        sign_as(people["顾承泽"], document, seen_sha256="0" * 64)
    assert refusal.value.code == "outdated"


def test_only_heads_sign_and_outsiders_see_nothing(people: People) -> None:
    document = build.opened(people)
    with pytest.raises(PermissionDenied):
        sign_as(people["沈嘉禾"], document)
    outsider = next(user for user in people.values() if user.is_administrator)
    with pytest.raises(Http404):
        sign_as(outsider, document)


def test_an_unknown_document_is_like_a_hidden_one(people: People) -> None:
    document = build.opened(people)
    document.uid = UUID(int=7)
    with pytest.raises(Http404):
        sign_as(people["顾承泽"], document)


def test_the_signing_clock_stops_when_all_have_signed(people: People) -> None:
    document = build.signed_by_all(people)
    clock = Clock.objects.get(kind="signing", object_id=document.pk)
    assert clock.stopped_at == document.completed_at
    assert not document.slots.exclude(state=Slot.State.SIGNED).exists()


def test_it_comes_into_force_even_when_the_period_is_over(people: People) -> None:
    document = build.signed_by_all(people)
    with build.at(days=200):
        finish_documents()
    document.refresh_from_db()
    assert document.finished_at is not None
    assert Memorandum.objects.get().state == Memorandum.State.IN_FORCE


def test_a_reaction_that_fails_undoes_no_signature_and_is_tried_again(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    document = build.signed_by_all(people)

    def fail(_event: object) -> None:
        raise RuntimeError("a floor above stumbles")

    monkeypatch.setitem(ports.reactions, "memorandum.in_force", [fail])
    finish_documents()
    document.refresh_from_db()
    assert (document.state, document.finished_at) == (Document.State.COMPLETE, None)
    assert Memorandum.objects.get().state == Memorandum.State.SIGNING
    assert Signature.objects.count() == 5
    monkeypatch.undo()
    with build.at():
        finish_documents()
    assert Memorandum.objects.get().state == Memorandum.State.IN_FORCE
    assert Event.objects.filter(verb="memorandum.in_force").count() == 1
