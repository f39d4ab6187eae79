"""Slots change hands: passed on by name, further signers, and a new head (rules A1, C6)."""

from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from activity.models import Event
from common.refusals import Refused
from documents.models import Document, Slot
from documents.services import add_signer, object_to, pass_on
from people.models import User
from people.services import set_department_head
from projects.models import Memorandum, Participant, Project
from projects.services.signing import open_for_signature, take_back
from tests.documents import build
from tests.documents.build import HEADS, People, sign_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def passed(people: People, document: Document, to: str = "陆景行", reason: str = "由分管领导签署") -> Slot:
    slot = document.slots.get(department__name="研发部")
    return pass_on(actor=people["顾承泽"], document_uid=document.uid, slot_uid=slot.uid, to=people[to], reason=reason)


def test_it_goes_to_the_right_person_who_sees_the_project_and_signs(people: People) -> None:
    document = build.opened(people)
    Project.objects.update(confidential=True)
    passed(people, document)
    assert Participant.objects.filter(user=people["陆景行"], kind=Participant.Kind.SIGNER).count() == 1
    client = Client()
    client.force_login(people["陆景行"])
    assert client.get(reverse("sign_document", args=[document.uid])).status_code == 200
    assert client.get(Project.objects.get().get_absolute_url()).status_code == 200
    sign_as(people["陆景行"], document)
    readers = {notice.reader.name for notice in Event.objects.get(verb="document.passed_on").notices.all()}
    assert readers == {"陆景行", "林书瑶"}


def sees(person: User) -> bool:
    client = Client()
    client.force_login(person)
    return client.get(Project.objects.get().get_absolute_url()).status_code == 200


def test_whoever_was_asked_by_name_and_passed_it_on_again_sees_the_project_no_more(people: People) -> None:
    document = build.opened(people)
    Project.objects.update(confidential=True)
    slot = passed(people, document)
    assert sees(people["陆景行"])
    client = Client()
    client.force_login(people["陆景行"])
    said = {"slot": str(slot.uid), "to": str(people["顾承泽"].uid), "reason": "请本人签署"}
    answer = client.post(reverse("pass_on_slot", args=[document.uid]), said)
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk"))
    assert not sees(people["陆景行"])
    assert sees(people["顾承泽"])


@pytest.mark.parametrize("how", ["by an objection", "by the own objection", "taken back"])
def test_when_the_document_falls_further_signers_see_the_project_no_more(people: People, how: str) -> None:
    document = build.opened(people)
    Project.objects.update(confidential=True)
    add_signer(actor=people["周以宁"], document_uid=document.uid, signer=people["陆景行"])
    assert sees(people["陆景行"])
    if how == "taken back":
        take_back(actor=people["林书瑶"], project_uid=Project.objects.get().uid, seen_version=None, reason="补充条款")
    else:
        objector = people["顾承泽" if how == "by an objection" else "陆景行"]
        object_to(actor=objector, document_uid=document.uid, reason="第二条不清楚")
    assert not sees(people["陆景行"])


def test_who_has_signed_another_document_of_the_project_goes_on_seeing_it(people: People) -> None:
    document = build.opened(people)
    Project.objects.update(confidential=True)
    passed(people, document)
    sign_as(people["陆景行"], document)
    other = document.slots.get(department__name="生产部")
    said = {"to": people["邵云舟"], "reason": "由其签署"}
    pass_on(actor=people["贺立川"], document_uid=document.uid, slot_uid=other.uid, **said)
    assert sees(people["陆景行"])


def test_who_passed_it_on_no_longer_signs_and_is_told_why(people: People) -> None:
    document = build.opened(people)
    passed(people, document)
    with pytest.raises(Refused) as refusal:
        sign_as(people["顾承泽"], document)
    assert (refusal.value.code, "陆景行" in str(refusal.value)) == ("passed_on", True)


def test_a_reason_and_a_fitting_person_are_needed(people: People) -> None:
    document = build.opened(people)
    for to, reason, field in (("陆景行", " ", "reason"), ("郭砚秋", "请代签", "to"), ("毕以恒", "请代签", "to")):
        with pytest.raises(Refused) as refusal:
            passed(people, document, to, reason)
        assert refusal.value.field == field
    assert not Event.objects.filter(verb="document.passed_on").exists()


def test_one_passes_on_the_own_slot_alone_and_only_while_it_is_open(people: People) -> None:
    document = build.opened(people)
    slot = document.slots.get(department__name="生产部")
    with pytest.raises(Http404):
        pass_on(actor=people["顾承泽"], document_uid=document.uid, slot_uid=slot.uid, to=people["陆景行"], reason="x")
    with pytest.raises(PermissionDenied):
        pass_on(actor=people["沈嘉禾"], document_uid=document.uid, slot_uid=slot.uid, to=people["陆景行"], reason="x")
    sign_as(people["顾承泽"], document)
    with pytest.raises(Refused):
        passed(people, document)


def test_what_was_typed_stays_when_the_reason_is_missing(people: People) -> None:
    document = build.opened(people)
    client = Client()
    client.force_login(people["顾承泽"])
    slot = document.slots.get(department__name="研发部")
    said = {"slot": str(slot.uid), "to": str(people["陆景行"].uid), "reason": ""}
    answer = client.post(reverse("pass_on_slot", args=[document.uid]), said)
    assert answer.status_code == 422
    assert answer.context["passing"].errors["reason"]
    assert f'value="{people["陆景行"].uid}" selected' in answer.content.decode()


def test_a_new_head_gets_the_open_slot_and_the_former_one_is_refused_clearly(people: People) -> None:
    document = build.opened(people)
    department = people["顾承泽"].department
    assert department is not None
    successor = User.objects.filter(department=department).exclude(pk=people["顾承泽"].pk)[0]
    set_department_head(actor=None, department_uid=department.uid, head=successor)
    client = Client()
    client.force_login(people["顾承泽"])
    said = {"seen_sha256": document.sha256, "password": build.PASSWORD}
    answer = client.post(reverse("sign_document", args=[document.uid]), said)
    assert answer.status_code == 409
    assert successor.name in answer.content.decode()
    sign_as(successor, document)


def test_what_was_passed_on_by_name_and_further_signers_do_not_follow_the_office(people: People) -> None:
    document = build.opened(people)
    passed(people, document)
    slot = add_signer(actor=people["林书瑶"], document_uid=document.uid, signer=people["沈嘉禾"])
    for department in {people["顾承泽"].department, people["沈嘉禾"].department}:
        assert department is not None
        set_department_head(actor=None, department_uid=department.uid, head=people["郭砚秋"])
    assert document.slots.get(department__name="研发部", role="party").signer == people["陆景行"]
    slot.refresh_from_db()
    assert slot.signer == people["沈嘉禾"]


def test_a_further_signer_holds_up_the_document_until_signed(people: People) -> None:
    document = build.opened(people)
    add_signer(actor=people["周以宁"], document_uid=document.uid, signer=people["陆景行"])
    for name in HEADS:
        sign_as(people[name], document)
    document.refresh_from_db()
    assert document.state == Document.State.SIGNING
    sign_as(people["陆景行"], document)
    document.refresh_from_db()
    assert document.state == Document.State.COMPLETE
    with pytest.raises(Refused):
        add_signer(actor=people["林书瑶"], document_uid=document.uid, signer=people["沈嘉禾"])


def test_nobody_is_added_twice_nor_an_administrator(people: People) -> None:
    document = build.opened(people)
    add_signer(actor=people["林书瑶"], document_uid=document.uid, signer=people["陆景行"])
    for name in ("陆景行", "贺立川", "毕以恒"):
        with pytest.raises(Refused) as refusal:
            add_signer(actor=people["林书瑶"], document_uid=document.uid, signer=people[name])
        assert refusal.value.field == "signer"
    with pytest.raises(PermissionDenied):
        add_signer(actor=people["贺立川"], document_uid=document.uid, signer=people["沈嘉禾"])


def test_executives_named_when_it_is_opened_sign_as_well_and_the_initiator_last(people: People) -> None:
    project, memorandum = build.drafted(people)
    memorandum.sign_order = Memorandum.Order.INITIATOR_LAST
    memorandum.save(update_fields=["sign_order"])
    opening = {"actor": people["林书瑶"], "project_uid": project.uid, "seen_version": None}
    with pytest.raises(Refused):
        open_for_signature(**opening, further=[people["沈嘉禾"]])
    document = open_for_signature(**opening, further=[people["陆景行"]])
    rows = dict(document.slots.values_list("signer__name", "stage"))
    assert rows == {"林书瑶": 1, "顾承泽": 0, "贺立川": 0, "蒋明远": 0, "宋清越": 0, "陆景行": 0}
    client = Client()
    client.force_login(people["林书瑶"])
    page = client.get(reverse("sign_document", args=[document.uid])).content.decode()
    assert "您之前还有：" in page
    assert 'name="password"' not in page
    told = {notice.reader.name for notice in Event.objects.get(verb="memorandum.opened").notices.all()}
    assert told == set(rows) - {"林书瑶"}
    for name in (*HEADS[1:], "陆景行"):
        sign_as(people[name], document)
    assert Event.objects.get(verb="document.your_turn").notices.get().reader == people["林书瑶"]
    sign_as(people["林书瑶"], document)
    document.refresh_from_db()
    assert document.state == Document.State.COMPLETE


def test_strangers_see_nothing_of_it(people: People) -> None:
    document = build.opened(people)
    client = Client()
    client.force_login(people["单𠮷安"])
    slot = document.slots.first()
    assert slot is not None
    for name, args in (("pass_on_slot", []), ("add_signer", []), ("nudge_slot", [slot.uid]), ("judge_scan", [UUID(int=1)])):
        assert client.post(reverse(name, args=[document.uid, *args])).status_code == 404
