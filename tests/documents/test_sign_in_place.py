"""A head on leave: the deputy signs in the head's place, and everything says so (rules A4, C6)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from activity.models import Event
from common.refusals import Refused
from documents.evidence import lines
from documents.models import Document, Signature, Slot
from documents.queries import waiting_for
from documents.services import object_to, pass_on
from people.leaves import end_leave, name_deputy
from people.models import Leave, User
from tests.documents import build
from tests.documents.build import HEADS, People, sign_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def away(person: User, deputy: User, scope: str = Leave.Scope.ALL) -> Leave:
    """From the day of the kick-off on for a week."""
    return name_deputy(
        actor=person, person_uid=person.uid, deputy_uid=deputy.uid,
        starts_on=date(2026, 4, 14), ends_on=date(2026, 4, 20), scope=scope,
    )  # fmt: skip


def opened(people: People) -> tuple[Document, User]:
    """顾承泽 of 研发部 is away; somebody of his department stands in."""
    document = build.opened(people)
    deputy = User.objects.filter(department=people["顾承泽"].department, is_active=True).exclude(pk=people["顾承泽"].pk)[0]
    away(people["顾承泽"], deputy)
    return document, deputy


def test_the_deputy_signs_in_the_place_of_the_head_with_the_mandate(people: People) -> None:
    document, deputy = opened(people)
    assert list(waiting_for(deputy)) == list(waiting_for(people["顾承泽"])) == [document]
    sign_as(deputy, document)
    assert not waiting_for(deputy).exists()
    signature = Signature.objects.get()
    assert (signature.signer, signature.on_behalf_of, signature.slot.signer) == (deputy, people["顾承泽"], people["顾承泽"])
    for said in ("顾承泽", "2026-04-14", "2026-04-20"):
        assert said in signature.mandate
    assert "研发部" in signature.statement
    assert "顾承泽" in signature.statement
    assert not list(lines())
    event = Event.objects.get(verb="document.signed")
    assert f"{deputy.name}（代顾承泽" in event.sentence.replace(" ", "")
    assert people["顾承泽"] in [notice.reader for notice in event.notices.all()]


def test_every_list_of_signatures_says_for_whom(people: People) -> None:
    document, deputy = opened(people)
    client = Client()
    client.force_login(deputy)
    page = client.get(reverse("sign_document", args=[document.uid])).content.decode()
    assert "您代顾承泽签" in page
    client.post(reverse("sign_document", args=[document.uid]), {"seen_sha256": document.sha256, "password": build.PASSWORD})
    client.force_login(people["林书瑶"])
    page = client.get(reverse("document", args=[document.uid])).content.decode()
    assert f"{deputy.name} 代 顾承泽 签" in page


def test_whoever_signs_for_himself_and_for_another_does_it_once(people: People) -> None:
    document = build.opened(people)
    away(people["顾承泽"], people["贺立川"])
    sign_as(people["贺立川"], document)
    rows = Signature.objects.order_by("slot__order").values_list("slot__department__name", "on_behalf_of__name")
    assert dict(rows) == {"研发部": "顾承泽", "生产部": None}
    assert Event.objects.filter(verb="document.signed").count() == 1


def test_a_deputy_for_daily_work_signs_nothing(people: People) -> None:
    document = build.opened(people)
    away(people["顾承泽"], people["沈嘉禾"], Leave.Scope.DAILY)
    with pytest.raises(PermissionDenied):
        sign_as(people["沈嘉禾"], document)


def test_when_the_leave_has_ended_the_deputy_signs_nothing_any_more(people: People) -> None:
    document, deputy = opened(people)
    end_leave(actor=people["顾承泽"], leave_uid=Leave.objects.get().uid)
    with pytest.raises((PermissionDenied, Http404)):
        sign_as(deputy, document)
    sign_as(people["顾承泽"], document)
    assert Signature.objects.get().on_behalf_of is None


def test_after_its_last_day_a_leave_carries_no_signature_even_before_it_is_turned(people: People) -> None:
    document, deputy = opened(people)
    with build.at(days=7), pytest.raises((PermissionDenied, Http404)):
        sign_as(deputy, document)


def test_a_deputy_may_object_and_pass_on_in_the_head_s_place(people: People) -> None:
    document, deputy = opened(people)
    slot = document.slots.get(department__name="研发部")
    pass_on(actor=deputy, document_uid=document.uid, slot_uid=slot.uid, to=people["陆景行"], reason="由分管领导签署")
    assert Event.objects.get(verb="document.passed_on").facts["on_behalf_of"] == "顾承泽"
    away(people["贺立川"], people["沈嘉禾"])
    objection = object_to(actor=people["沈嘉禾"], document_uid=document.uid, reason="产能不足")
    assert (objection.objector, objection.slot.signer) == (people["沈嘉禾"], people["贺立川"])


def test_a_deputy_never_becomes_the_only_one_who_signs(people: People) -> None:
    document = build.opened(people)
    for name in HEADS[2:]:
        Slot.objects.filter(document=document, signer=people[name]).update(signer=people["顾承泽"])
    away(people["林书瑶"], people["顾承泽"])
    with pytest.raises(Refused) as refusal:
        sign_as(people["顾承泽"], document)
    assert refusal.value.code == "alone"
    assert not Signature.objects.exists()


def test_who_is_nudged_or_reminded_has_the_deputy_told_as_well(people: People) -> None:
    document, deputy = opened(people)
    page = Client()
    page.force_login(people["林书瑶"])
    slot = document.slots.get(department__name="研发部")
    page.post(reverse("nudge_slot", args=[document.uid, slot.uid]))
    readers = {notice.reader for notice in Event.objects.get(verb="document.nudged").notices.all()}
    assert readers == {people["顾承泽"], deputy}
