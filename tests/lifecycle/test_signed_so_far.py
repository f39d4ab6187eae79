"""How many have signed stands where a director looks: on the tab of every page of the project, and in the list of projects."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from documents.services import finish_document
from people.models import User
from projects.models import Project
from tests.documents import build as papers
from tests.tracking.build import words

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def document(people: People) -> Document:
    with papers.at():
        return papers.opened(people)


def seen(client: Client, url: str) -> str:
    with papers.at(hours=1):
        return words(client.get(url))


def test_the_tab_says_how_many_of_how_many_have_signed(people: People, document: Document, client: Client) -> None:
    client.force_login(people["林书瑶"])
    project = Project.objects.get(pk=document.project_id)
    for name in ("project", "memorandum", "project_tasks"):
        assert "0 / 5 已签" in seen(client, reverse(name, args=[project.uid])), name
    with papers.at():
        papers.sign_as(people["蒋明远"], document)
        papers.sign_as(people["宋清越"], document)
    assert "2 / 5 已签" in seen(client, reverse("project", args=[project.uid]))


def test_once_all_have_signed_nothing_is_counted_any_more(people: People, client: Client) -> None:
    with papers.at():
        document = papers.signed_by_all(people)
        finish_document(document.pk)
    client.force_login(people["林书瑶"])
    project = Project.objects.get(pk=document.project_id)
    head = seen(client, reverse("project_head", args=[project.uid]))
    assert "已签" not in head


def test_the_list_shows_the_version_and_its_state_whatever_the_number_of_projects(
    people: People, document: Document, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(people["林书瑶"])
    with papers.at():
        papers.sign_as(people["蒋明远"], document)
        with django_assert_max_num_queries(16):
            text = words(client.get(reverse("projects")))
    assert "v1" in text
    assert "1 / 5 已签" in text
    with papers.at():
        for name in ("林书瑶", "顾承泽", "贺立川", "宋清越"):
            papers.sign_as(people[name], document)
        finish_document(document.pk)
    assert "5 / 5 已签" in seen(client, reverse("projects"))
