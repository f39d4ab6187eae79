"""One act for several papers: one statement, one proof, each outcome said (rule C6)."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from documents.models import Document, Signature, Slot
from documents.queries import waiting_for
from documents.services import freeze, object_to
from projects.models import Memorandum, Project
from projects.services.signing import open_for_signature
from tests.documents import build
from tests.documents.build import MOMENT, PASSWORD, People, sign_as

pytestmark = pytest.mark.django_db
PAGE = "sign_several"


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def second(first: Document, version: int = 1) -> Document:
    """Another paper, signed by the same heads."""
    signers = [(slot.department, slot.signer) for slot in first.slots.select_related("department", "signer")]
    return freeze(
        kind=Document.Kind.AMENDMENT, subject=first, project=Project.objects.get(pk=first.project_id), version=version,
        number="补1",
        title="补充协议", snapshot={"clauses": []}, signers=signers, sign_by=MOMENT + timedelta(days=5),
    )  # fmt: skip


def value(document: Document, sha256: str = "") -> str:
    return f"{document.uid}:{sha256 or document.sha256}"


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_what_is_ticked_is_signed_with_one_proof_and_each_outcome_is_said(people: People) -> None:
    first = build.opened(people)
    other = second(first)
    client = seen_by(people, "贺立川")
    papers = [value(first), value(other)]
    answer = client.post(reverse(PAGE), {"papers": papers, "password": PASSWORD, "remark": "同意"})
    assert answer.status_code == 302
    assert Signature.objects.filter(signer=people["贺立川"], remark="同意").count() == 2
    assert len(said(answer)) == 2
    assert not waiting_for(people["贺立川"]).exists()


def test_one_that_is_refused_holds_up_no_other(people: People) -> None:
    first = build.opened(people)
    other = second(first)
    client = seen_by(people, "贺立川")
    object_to(actor=people["蒋明远"], document_uid=first.uid, reason="店数太多")
    answer = client.post(reverse(PAGE), {"papers": [value(first), value(other)], "password": PASSWORD})
    assert [slot.document for slot in Slot.objects.filter(state=Slot.State.SIGNED)] == [other]
    lines = said(answer)
    assert any("撤回" in line or "修订" in line for line in lines)
    assert any("补充协议" in line for line in lines)


def test_what_was_not_read_is_not_signed(people: People) -> None:
    first = build.opened(people)
    seen_by(people, "贺立川").post(reverse(PAGE), {"papers": [value(first, "0" * 64)], "password": PASSWORD})
    assert not Signature.objects.exists()


@pytest.mark.parametrize("papers", [[], ["nonsense"], ["1:2"]])
def test_nothing_ticked_is_said_and_the_remark_stays(people: People, papers: list[str]) -> None:
    build.opened(people)
    answer = seen_by(people, "贺立川").post(reverse(PAGE), {"papers": papers, "password": PASSWORD, "remark": "写好的意见"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["papers"]
    assert "写好的意见" in answer.content.decode()


@pytest.mark.parametrize("spelled", ["{%s}", "urn:uuid:%s", "hex"])
def test_a_paper_named_in_another_spelling_is_that_paper_or_none(people: People, spelled: str) -> None:
    document = build.opened(people)
    uid = document.uid.hex if spelled == "hex" else spelled % document.uid
    answer = seen_by(people, "贺立川").post(reverse(PAGE), {"papers": [f"{uid}:{document.sha256}"], "password": PASSWORD})
    assert answer.status_code == (422 if ":" in uid else 302)
    assert Signature.objects.count() == (0 if ":" in uid else 1)


def test_a_remark_that_is_no_text_is_said_at_its_field_and_the_ticks_stay(people: People) -> None:
    document = build.opened(people)
    said = {"papers": [value(document)], "password": PASSWORD, "remark": "同意\uffff"}
    answer = seen_by(people, "贺立川").post(reverse(PAGE), said)
    assert answer.status_code == 422
    assert answer.context["form"].errors["remark"]
    assert not Signature.objects.exists()


def test_a_wrong_password_signs_nothing_and_the_ticks_stay(people: People) -> None:
    first = build.opened(people)
    answer = seen_by(people, "贺立川").post(reverse(PAGE), {"papers": [value(first)], "password": "no"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert value(first) in answer.context["ticked"]
    assert not Signature.objects.exists()


def test_whose_clauses_did_not_change_sees_only_the_difference_and_signs_again_in_one_act(people: People) -> None:
    first = build.opened(people)
    for name in ("贺立川", "顾承泽"):
        sign_as(people[name], first)
    object_to(actor=people["蒋明远"], document_uid=first.uid, reason="店数太多", clause="2.5")
    memorandum = Memorandum.objects.get()
    clause = memorandum.clauses.get(number="2.5")
    clause.quantity = 80
    clause.save(update_fields=["quantity"])
    again = open_for_signature(actor=people["林书瑶"], project_uid=memorandum.project.uid, seen_version=None)
    page = seen_by(people, "贺立川").get(reverse(PAGE))
    (paper,) = page.context["papers"]
    assert (paper.document, paper.before, paper.was_signed, paper.is_known) == (again, first, True, True)
    assert (paper.mine_changed, paper.elsewhere) == ([], 1)
    assert page.context["ticked"] == {value(again)}
    (theirs,) = seen_by(people, "蒋明远").get(reverse(PAGE)).context["papers"]
    assert not theirs.is_known
    assert [change.clause["number"] for change in theirs.mine_changed] == ["2.5"]


def test_a_proof_of_the_last_five_minutes_is_not_asked_again_and_an_older_one_is(people: People) -> None:
    first = build.opened(people)
    other = second(first)
    client = seen_by(people, "贺立川")
    client.post(reverse("sign_document", args=[first.uid]), {"seen_sha256": first.sha256, "password": PASSWORD})
    with clock.at(MOMENT + timedelta(minutes=6)):
        answer = client.post(reverse(PAGE), {"papers": [value(other)], "remark": "写好的意见"})
        assert answer.status_code == 422
        assert answer.context["form"].errors["password"]
        assert "写好的意见" in answer.content.decode()
    with clock.at(MOMENT + timedelta(minutes=4)):
        assert 'name="password"' not in client.get(reverse(PAGE)).content.decode()
        assert client.post(reverse(PAGE), {"papers": [value(other)]}).status_code == 302
    assert Signature.objects.filter(signer=people["贺立川"]).count() == 2


def test_papers_of_others_are_no_papers_of_mine(people: People) -> None:
    first = build.opened(people)
    answer = seen_by(people, "单𠮷安").post(reverse(PAGE), {"papers": [value(first)], "password": PASSWORD})
    assert said(answer) == ["一份文件: 这份文件已不由您签署。"]
    assert not Signature.objects.exists()


def test_ten_papers_ask_as_much_of_the_database_as_two(people: People) -> None:
    first = build.opened(people)
    second(first)
    client = seen_by(people, "贺立川")
    client.get(reverse(PAGE))
    with CaptureQueriesContext(connection) as two:
        client.get(reverse(PAGE))
    for version in range(2, 10):
        second(first, version)
    with CaptureQueriesContext(connection) as ten:
        page = client.get(reverse(PAGE))
    assert len(page.context["papers"]) == 10
    assert len(ten) == len(two) <= 15, "\n".join(q["sql"][:140] for q in ten.captured_queries)
