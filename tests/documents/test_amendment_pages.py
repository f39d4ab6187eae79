"""The signing page of an amendment: what changes for whom first; who is informed says so in one click (rules C6, C9)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document, Slot
from documents.queries import waiting_for
from people.models import User
from tests.tracking.changing import approved, at, clause_of, in_force, opened

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture(autouse=True)
def next_day() -> Any:
    with at(days=1):
        yield


@pytest.fixture
def document(people: People) -> Document:
    with at(days=0):
        project = in_force(people)
    return opened(people, approved(people, project, clause_of(project, "销售部")))


def page(person: User, document: Document) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse("sign_document", args=[document.uid]))


def test_who_it_binds_reads_first_what_changes_before_and_after(people: People, document: Document) -> None:
    answer = page(people["蒋明远"], document)
    (change,) = answer.context["mine_changed"]
    assert (change.kind, change.clause["department"]) == ("changed", "销售部")
    assert "due_on" in [name for name, _before, _after in change.fields]
    text = answer.content.decode()
    assert text.index("与您有关的变更") < text.index("一、变更事由")


def test_who_is_only_informed_says_in_one_click_that_there_is_no_objection(people: People, document: Document) -> None:
    slot = document.slots.filter(role=Slot.Role.INFORMED).select_related("signer").first()
    assert slot is not None
    answer = page(slot.signer, document)
    assert answer.context["only_informed"]
    assert 'name="password"' not in answer.content.decode()
    client = Client()
    client.force_login(slot.signer)
    desk = client.get(reverse("desk")).content.decode()
    assert reverse("note_document", args=[document.uid]) in desk
    assert not waiting_for(slot.signer).exists()
    assert client.post(reverse("note_document", args=[document.uid])).status_code == 302
    slot.refresh_from_db()
    assert slot.state == Slot.State.NOTED
    assert not waiting_for(slot.signer, informed=True).exists()


def test_what_is_new_stands_on_the_page_of_several_too(people: People, document: Document) -> None:
    client = Client()
    client.force_login(people["蒋明远"])
    (paper,) = client.get(reverse("sign_several")).context["papers"]
    assert [change.clause["department"] for change in paper.mine_changed] == ["销售部"]
