"""The memorandum's page: drafting, what is said under each clause, the paper in force, the differences between versions."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.services import object_to
from projects.api import clause_rows
from projects.models import Clause, ClauseRemark, Memorandum, Project
from projects.queries.memorandum import clauses_of
from projects.queries.readiness import missing_in_memorandum
from projects.services.clauses import remove_clause, save_clause
from projects.services.memorandum import edit_memorandum
from projects.services.signing import open_for_signature
from tests import build as launch
from tests.documents import build
from tests.documents.build import People
from tests.tracking.changing import in_force

pytestmark = pytest.mark.django_db
QUERIES = 11  # of the part in place
WHOLE = 15  # of the page: with the outline and next deadline of its frame, notices, where its live stream begins
AGAIN = 16  # drafted again: with the versions that were out and what was objected to
SIGNING = 17  # open for signature: with its clock, who stands in for whom, who was nudged


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def page_of(project: Project) -> str:
    return reverse("memorandum", args=[project.uid])


def full(people: People) -> Project:
    """A draft with 40 clauses and 60 remarks."""
    project, memorandum = build.drafted(people)
    department = launch.departments()["销售部"]
    more = range(7, 41)
    Clause.objects.bulk_create(
        Clause(
            memorandum=memorandum, order=n, number=f"2.{n}", department=department, text=f"第{n}批铺货", deliverable="签收单",
            quantity=n, unit="家", due_on=date(2026, 7, 1), handed_to=launch.departments()["市场部"],
        )
        for n in more
    )  # fmt: skip
    clauses = list(memorandum.clauses.all())
    ClauseRemark.objects.bulk_create(
        ClauseRemark(
            clause=clauses[n % 40], department=department, author=people["许知夏"], kind="counter" if n % 2 else "comment",
            text=f"意见{n}", proposed={"due_on": ["2026-07-01", "2026-07-08"]} if n % 2 else {},
        )
        for n in range(60)
    )  # fmt: skip
    return project


@pytest.mark.parametrize("name", ["林书瑶", "周以宁", "许知夏", "陆景行"])
@pytest.mark.parametrize("asked", ["", "?edit", "?remark", "?add=1"])
def test_a_full_draft_takes_few_queries(people: People, name: str, asked: str) -> None:
    project = full(people)
    client, url = seen_by(people, name), page_of(project)
    clause = project.memoranda.get().clauses.get(number="2.20")
    if asked in ("?edit", "?remark"):
        asked += f"={clause.uid}"
    client.get(url)
    for headers, allowed in (({}, WHOLE), ({"HX-Request": "true"}, QUERIES)):
        with CaptureQueriesContext(connection) as found:
            answer = client.get(url + asked, headers=headers)
        assert answer.status_code == 200
        assert len(found) <= allowed, "\n".join(row["sql"][:160] for row in found.captured_queries)
    assert answer.content.decode().count('class="clause-row') == 40


def asked_by(client: Client, url: str) -> int:
    """How many questions a page asks that was opened before."""
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_out_for_signature_drafted_again_and_in_force_it_takes_few_queries_too(people: People) -> None:
    document = build.opened(people)
    project = Project.objects.get(pk=document.project_id)
    client, url = seen_by(people, "林书瑶"), page_of(project)
    assert asked_by(client, url) <= SIGNING
    build.sign_as(people["林书瑶"], document)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多", clause="2.5")
    assert asked_by(client, f"{url}?add=1") <= AGAIN
    signed = in_force(people)
    assert asked_by(client, page_of(signed)) <= WHOLE


def test_a_clause_that_an_amendment_took_out_is_promised_no_more(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.3")
    clause.ended_at = build.MOMENT
    clause.save(update_fields=["ended_at"])
    assert "2.3" not in [row["number"] for row in clause_rows(project)]
    assert "2.3" not in [row.number for row in clauses_of(memorandum)]


def test_what_is_missing_leads_to_the_place_where_it_is_mended(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.3")
    client = seen_by(people, "周以宁")
    remove_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=clause.uid)
    places = {str(item.text): item.url for item in missing_in_memorandum(memorandum)}
    (again,) = [url for text, url in places.items() if "开发测试" in text and "输出物" in text]
    form = client.get(again.split("#")[0]).context["clause_form"]  # the form with what the node puts out
    assert (form["deliverable"].value(), str(form["due_on"].value())) == ("测试报告", "2026-06-30")
    first = memorandum.clauses.get(number="2.1")
    save_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=first.uid, due_on=None)
    places = {str(item.text): item.url for item in missing_in_memorandum(memorandum) if item.hard}
    (undated,) = places.values()
    assert client.get(undated.split("#")[0]).context["editing"] == first
    opening = seen_by(people, "林书瑶").get(reverse("memorandum_open", args=[project.uid]))
    assert opening.context["blocked"]
    said = opening.context["open_form"].initial
    refused = seen_by(people, "林书瑶").post(reverse("memorandum_open", args=[project.uid]), said)
    assert refused.status_code == 422
    assert undated in refused.content.decode().replace("&amp;", "&")


def test_soft_gaps_are_told_to_the_one_who_opens_and_do_not_hold_it_up(people: People) -> None:
    project, memorandum = build.drafted(people)
    client, url = seen_by(people, "林书瑶"), reverse("memorandum_open", args=[project.uid])
    page = client.get(url)
    assert page.context["soft"] > 0
    assert "仍然开放签署" in page.content.decode()
    assert client.post(url, page.context["open_form"].initial).status_code == 302
    memorandum.refresh_from_db()
    assert memorandum.state == Memorandum.State.SIGNING
    assert client.get(url).status_code == 302


def test_the_terms_say_who_signs_last_and_how_long_one_may_object(people: People) -> None:
    project, memorandum = build.drafted(people)
    said = {"seen_version": memorandum.version, "number": memorandum.number, "sign_order": "initiator_last"}
    url = reverse("memorandum_terms", args=[project.uid])
    client = seen_by(people, "周以宁")
    assert client.post(url, said | {"slip_days": 3, "object_days": 0}).status_code == 422
    assert client.post(url, said | {"slip_days": 3, "object_days": 4}).status_code == 302
    memorandum.refresh_from_db()
    assert (memorandum.sign_order, memorandum.slip_days, memorandum.object_days) == ("initiator_last", 3, 4)
    document = open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
    assert document.snapshot["object_days"] == 4
    assert document.slots.get(signer=people["林书瑶"]).stage > document.slots.get(signer=people["顾承泽"]).stage


def test_before_the_first_version_nothing_is_shown_of_versions(people: People) -> None:
    project, _memorandum = build.drafted(people)
    changes = reverse("memorandum_changes", args=[project.uid])
    assert changes not in seen_by(people, "许知夏").get(page_of(project)).content.decode()
    edit_memorandum(actor=people["周以宁"], project_uid=project.uid, seen_version=None, number="MOU-7")
    document = open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多", clause="2.5")
    page = seen_by(people, "许知夏").get(page_of(project)).content.decode()
    assert changes in page
    assert "店数太多" in page


def test_what_cannot_be_a_clause_stands_at_its_field_with_all_that_was_typed(people: People) -> None:
    project, _memorandum = build.drafted(people)
    client, url = seen_by(people, "周以宁"), reverse("clause_add", args=[project.uid])
    department = launch.departments()["市场部"]
    said = {"department": department.uid, "text": "长" * 2000, "deliverable": "清单", "due_on": "2026-06-30", "node": project.uid}
    answer = client.post(url, said, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert set(answer.context["clause_form"].errors) == {"text", "node"}
    assert "长" * 2000 in answer.content.decode()
    assert client.post(url, said | {"text": "列清单", "node": ""}).status_code == 302
