"""Differences between versions of a memorandum on their page, and the text in force with its anchors."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from documents.services import finish_document, object_to
from projects.models import Memorandum, Project
from projects.queries.versions import versions_of, with_amendment
from projects.services.clauses import remove_clause, save_clause
from projects.services.goal import save_resource
from tests import build as launch
from tests.documents import build
from tests.documents.build import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def returned(people: People) -> tuple[Project, Memorandum]:
    """Out once, objected to, reworded: one clause changed, one gone, one new."""
    document = build.opened(people)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多")
    project = Project.objects.get(pk=document.project_id)
    memorandum = project.memoranda.get()
    who, known = people["周以宁"], launch.departments()
    clause = memorandum.clauses.get(number="2.5")
    said = {"text": clause.text.replace("100", "80"), "quantity": 80, "due_on": date(2026, 8, 15)}
    save_clause(actor=who, project_uid=project.uid, row_uid=clause.uid, **said)
    remove_clause(actor=who, project_uid=project.uid, row_uid=memorandum.clauses.get(number="2.3").uid)
    new = {"department": known["研发部"], "text": "提交缺陷修复记录", "deliverable": "修复记录", "due_on": date(2026, 6, 30)}
    save_clause(actor=who, project_uid=project.uid, handed_to=known["生产部"], **new)
    return project, memorandum


def test_the_draft_stands_beside_the_version_that_was_out(people: People) -> None:
    project, _memorandum = returned(people)
    page = seen_by(people, "蒋明远").get(reverse("memorandum_changes", args=[project.uid]))
    found = page.context["found"]
    assert [(change.kind, change.clause["number"]) for change in found.clauses] == [
        ("added", "2.7"),
        ("changed", "2.5"),
        ("removed", "2.3"),
    ]
    text = page.content.decode()
    assert "<del>2026年8月1日</del>" in text
    assert "<ins>2026年8月15日</ins>" in text
    assert '<del><span class="visually-hidden">删去： </span>100</del>' in text


def test_any_two_versions_can_be_chosen_and_unknown_ones_do_no_harm(people: People) -> None:
    project, _memorandum = returned(people)
    url = reverse("memorandum_changes", args=[project.uid])
    client = seen_by(people, "林书瑶")
    for query in ("?from=1&to=1", "?from=1&to=draft", "?from=draft&to=1", "?from=9&to=x", "?from=%00"):
        assert client.get(url + query).status_code == 200
    assert "没有差异" in client.get(url + "?from=1&to=1").content.decode()
    assert client.get(url, headers={"HX-Request": "true"}).content.decode().lstrip().startswith("<section")


def test_one_version_alone_has_no_differences(people: People) -> None:
    project, _memorandum = build.drafted(people)
    page = seen_by(people, "林书瑶").get(reverse("memorandum_changes", args=[project.uid]))
    assert page.context["before"] is None


def test_in_force_the_page_shows_the_signed_paper_with_an_anchor_per_clause(people: People) -> None:
    document = build.signed_by_all(people)
    with build.at(hours=1):
        finish_document(document.pk)
    memorandum = Memorandum.objects.get(document=document)
    client = seen_by(people, "许知夏")
    clause = memorandum.clauses.get(number="2.4")
    page = client.get(clause.get_absolute_url().split("#")[0])
    text = page.content.decode()
    assert clause.get_absolute_url().endswith("#clause-2.4")
    assert text.count('id="clause-2.4"') == 1
    assert reverse("promise_tasks", args=[memorandum.project.uid]) in text
    assert reverse("memorandum_moves", args=[memorandum.project.uid]) in text
    tasks = client.get(reverse("promise_tasks", args=[memorandum.project.uid]), headers={"HX-Request": "true"}).content.decode()
    assert all(task.get_absolute_url() in tasks for task in memorandum.project.tasks.filter(clause__isnull=False))


def test_what_is_edited_on_the_goal_page_later_does_not_change_the_paper_in_force(people: People) -> None:
    document = build.signed_by_all(people)
    with build.at(hours=1):
        finish_document(document.pk)
    project = Project.objects.get(pk=document.project_id)
    save_resource(actor=people["周以宁"], project_uid=project.uid, row_uid=project.resources.get().uid, spec="临时工")
    text = seen_by(people, "许知夏").get(reverse("memorandum", args=[project.uid])).content.decode()
    assert "操作工" in text
    assert "临时工" not in text


def test_an_amended_version_is_read_whole() -> None:
    clauses = [{"uid": uid, "number": f"2.{n}", "due_on": "2026-06-20"} for n, uid in enumerate("abc", 1)]
    first = {"edition": 1, "clauses": clauses}
    amendment = {
        "edition": 2,
        "clauses": [{"uid": "a", "number": "2.1", "due_on": "2026-06-30"}, {"uid": "d", "number": "2.4", "due_on": "2026-07-01"}],
        "changes": [{"uid": "a", "kind": "changed"}, {"uid": "b", "kind": "ended"}, {"uid": "d", "kind": "added"}],
        "slips": [{"uid": "c", "fields": [{"name": "due_on", "before": "2026-06-20", "after": "2026-06-22"}]}],
    }
    found = with_amendment(first, amendment)
    assert found["edition"] == 2
    assert [(row["number"], row["due_on"]) for row in found["clauses"]] == [
        ("2.1", "2026-06-30"),
        ("2.3", "2026-06-22"),
        ("2.4", "2026-07-01"),
    ]
    assert clauses[0]["due_on"] == "2026-06-20"


def test_while_it_is_signed_there_is_no_draft_beside_it(people: People) -> None:
    document = build.opened(people)
    memorandum = Memorandum.objects.get(document=document)
    assert [version.key for version in versions_of(memorandum)] == ["1"]
    assert document.kind == Document.Kind.MEMORANDUM
