"""The pages of a document: who sees them, what they say, that nothing typed is lost."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from collab.samples.people import PASSWORD
from documents.models import Signature
from documents.services import object_to
from projects.models import Memorandum
from projects.services.signing import open_for_signature
from tests.documents import build
from tests.documents.build import People, sign_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def test_a_head_reads_first_what_it_commits_the_own_department_to(people: People) -> None:
    document = build.opened(people)
    page = seen_by(people, "贺立川").get(reverse("sign_document", args=[document.uid]))
    assert page.status_code == 200
    text = page.content.decode()
    assert text.index("1万台") < text.index("为推进")
    assert "生产部" in page.context["statement"]
    assert [row["number"] for row in page.context["promises"]["owed"]] == ["2.4"]


def test_signing_through_the_page(people: People) -> None:
    document = build.opened(people)
    said = {"seen_sha256": document.sha256, "remark": "同意", "password": PASSWORD}
    answer = seen_by(people, "贺立川").post(reverse("sign_document", args=[document.uid]), said)
    assert answer.status_code == 302
    signature = Signature.objects.get()
    assert (signature.address, signature.remark) == ("127.0.0.1", "同意")


def test_a_wrong_password_stands_at_its_field_and_the_remark_stays(people: People) -> None:
    document = build.opened(people)
    said = {"seen_sha256": document.sha256, "remark": "同意,但请注意", "password": "no"}
    answer = seen_by(people, "贺立川").post(reverse("sign_document", args=[document.uid]), said)
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert "同意,但请注意" in answer.content.decode()
    assert not Signature.objects.exists()


def test_a_version_that_was_replaced_meanwhile_says_so_and_keeps_the_remark(people: People) -> None:
    old = build.opened(people)
    object_to(actor=people["蒋明远"], document_uid=old.uid, reason="店数太多", clause="2.5")
    project = Memorandum.objects.get().project
    new = open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
    said = {"seen_sha256": old.sha256, "remark": "写好的意见", "password": PASSWORD}
    answer = seen_by(people, "贺立川").post(reverse("sign_document", args=[old.uid]), said)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "写好的意见" in text
    assert reverse("document", args=[new.uid]) in text
    assert not Signature.objects.exists()


def test_who_is_no_head_may_read_but_not_sign(people: People) -> None:
    document = build.opened(people)
    client = seen_by(people, "沈嘉禾")
    assert client.get(reverse("document", args=[document.uid])).status_code == 200
    assert client.get(reverse("sign_document", args=[document.uid])).status_code == 403
    assert client.post(reverse("object_document", args=[document.uid]), {"reason": "x"}).status_code == 403


def test_the_document_does_not_exist_for_outsiders(people: People) -> None:
    document = build.opened(people)
    outsider = next(name for name, user in people.items() if user.is_administrator)
    client = seen_by(people, outsider)
    for name in ("document", "document_pdf", "sign_document"):
        assert client.get(reverse(name, args=[document.uid])).status_code == 404


def test_signing_twice_is_said_on_the_page(people: People) -> None:
    document = build.opened(people)
    sign_as(people["贺立川"], document)
    client = seen_by(people, "贺立川")
    said = {"seen_sha256": document.sha256, "password": PASSWORD}
    assert client.post(reverse("sign_document", args=[document.uid]), said).status_code == 422
    assert Signature.objects.count() == 1


def test_an_objection_through_the_page_needs_its_reason(people: People) -> None:
    document = build.opened(people)
    client = seen_by(people, "蒋明远")
    answer = client.post(reverse("object_document", args=[document.uid]), {"reason": " ", "clause": "2.5"})
    assert answer.status_code == 422
    answer = client.post(reverse("object_document", args=[document.uid]), {"reason": "店数太多", "clause": "2.5"})
    assert answer.status_code == 302
    assert Memorandum.objects.get().state == Memorandum.State.DRAFT


def test_the_pages_of_a_document_ask_a_bounded_number_of_queries(people: People, django_assert_max_num_queries: object) -> None:
    document = build.opened(people)
    client = seen_by(people, "贺立川")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        client.get(reverse("sign_document", args=[document.uid]))


def test_no_pdf_yet_is_said_plainly(people: People) -> None:
    document = build.opened(people)
    answer = seen_by(people, "贺立川").get(reverse("document_pdf", args=[document.uid]))
    assert answer.status_code == 503
    assert "PDF" in answer.content.decode()


def test_a_password_is_not_tried_without_end(people: People) -> None:
    cache.clear()
    document = build.opened(people)
    client = seen_by(people, "贺立川")
    said = {"seen_sha256": document.sha256, "password": "no"}
    for _turn in range(10):
        client.post(reverse("sign_document", args=[document.uid]), said)
    answer = client.post(reverse("sign_document", args=[document.uid]), said | {"password": PASSWORD})
    assert answer.status_code == 422
    assert not Signature.objects.exists()
    cache.clear()
