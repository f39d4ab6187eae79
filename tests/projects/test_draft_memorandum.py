"""Drafting the memorandum: numbered by rule, prefilled, pointed out where it promises nothing exact, frozen when opened."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from common import ports
from common.refusals import Conflict, Refused
from documents.services import object_to
from projects.models import Clause, Memorandum, Project
from projects.plugs_memorandum import desk_memoranda
from projects.queries.memorandum import snapshot_of
from projects.queries.readiness import missing_in_memorandum
from projects.services.clauses import remove_clause, save_clause
from projects.services.memorandum import draft_memorandum, edit_memorandum
from projects.services.numbering import next_number
from projects.services.signing import open_for_signature
from tests import build as launch
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


def numbers(memorandum: Memorandum) -> dict[str, str]:
    return dict(memorandum.clauses.values_list("number", "text"))


def test_clauses_are_prefilled_from_the_nodes(people: People) -> None:
    project = build.kickoff(people)
    memorandum = draft_memorandum(actor=people["周以宁"], project_uid=project.uid)
    assert memorandum.number == "市协〔2026〕1号"
    found = [
        (c.number, c.department.name, c.deliverable, c.quantity, c.unit, str(c.due_on), str(c.handed_to))
        for c in memorandum.clauses.all()
    ]
    assert found == [
        ("2.1", "市场部", "市场需求文档", None, "", "2026-04-30", "研发部"),
        ("2.2", "研发部", "产品原型图", None, "", "2026-05-20", "市场部"),
        ("2.3", "研发部", "测试报告", None, "", "2026-06-30", "生产部"),
        ("2.4", "生产部", "成品10000台", 10000, "台", "2026-07-15", "销售部"),
        ("2.5", "销售部", "100家门店上架", 100, "家", "2026-08-01", "市场部"),
    ]
    assert Clause.history.count() == 5


def test_a_number_is_never_used_twice(people: People) -> None:
    project = build.kickoff(people)
    memorandum = draft_memorandum(actor=people["林书瑶"], project_uid=project.uid)
    edit_memorandum(actor=people["林书瑶"], project_uid=project.uid, seen_version=1, number="MOU-7")
    assert next_number(project) == "市协〔2026〕2号"
    other = launch.started(people, code="X2", name="另一个项目")
    with pytest.raises(Refused) as refusal:
        draft_memorandum(actor=people["林书瑶"], project_uid=other.uid, number="MOU-7")
    assert refusal.value.field == "number"
    assert draft_memorandum(actor=people["林书瑶"], project_uid=other.uid).number == "市协〔2026〕2号"
    assert memorandum.pk != Memorandum.objects.get(project=other).pk


def test_a_project_has_one_memorandum(people: People) -> None:
    project = build.kickoff(people)
    draft_memorandum(actor=people["林书瑶"], project_uid=project.uid)
    with pytest.raises(Refused):
        draft_memorandum(actor=people["林书瑶"], project_uid=project.uid)


def test_numbers_follow_the_order_of_the_paper(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = save_clause(
        actor=people["周以宁"], project_uid=project.uid, department=launch.departments()["市场部"],
        text="审核UI设计", deliverable="审核意见", due_on=date(2026, 6, 24),
    )  # fmt: skip
    assert clause.number == "2.2"
    assert list(numbers(memorandum)) == ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"]
    remove_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=memorandum.clauses.get(number="2.1").uid)
    assert numbers(memorandum)["2.1"] == "审核UI设计"
    assert list(numbers(memorandum)) == ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"]


def test_a_clause_without_a_date_cannot_be_opened_for_signature(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.4")
    save_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=clause.uid, due_on=None, text="尽快量产")
    lacking = [(str(item.text), item.hard) for item in missing_in_memorandum(memorandum)]
    assert any("2.4" in text and hard for text, hard in lacking)
    assert any("尽快" in text and not hard for text, hard in lacking)
    with pytest.raises(Refused) as refusal:
        open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
    assert refusal.value.code == "not_ready"
    assert not Memorandum.objects.get().document_id


def gate(project: Project) -> list[str]:
    return [str(item.text) for ask in ports.gates["kickoff"] for item in ask(project) if item.hard]


def test_what_the_memorandum_lacks_stands_at_the_gate(people: People) -> None:
    document = build.opened(people)
    project = Memorandum.objects.get().project
    assert any("财务部" in text for text in gate(project))
    sign_as(people["宋清越"], document)
    assert not any("财务部" in text for text in gate(project))


def test_only_the_initiating_head_opens_it(people: People) -> None:
    project, _memorandum = build.drafted(people)
    for name in ("周以宁", "顾承泽"):
        with pytest.raises(PermissionDenied):
            open_for_signature(actor=people[name], project_uid=project.uid, seen_version=None)
    with pytest.raises(PermissionDenied):
        save_clause(actor=people["顾承泽"], project_uid=project.uid, text="x", deliverable="x")


def test_it_cannot_be_opened_before_the_kick_off(people: People) -> None:
    project = launch.prepared(people)
    draft_memorandum(actor=people["林书瑶"], project_uid=project.uid)
    with pytest.raises(Refused) as refusal:
        open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
    assert refusal.value.code == "phase"
    assert Project.objects.get(pk=project.pk).state == Project.State.PREPARATION


def test_what_was_changed_since_it_was_read_is_not_opened(people: People) -> None:
    project, memorandum = build.drafted(people)
    page = seen_by(people, "林书瑶").get(reverse("memorandum_open", args=[project.uid]))
    seen = page.context["open_form"].initial["seen_sha256"]
    clause = memorandum.clauses.get(number="2.4")
    save_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=clause.uid, quantity=9000)
    with pytest.raises(Conflict):
        open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, seen_sha256=seen)


def test_an_open_memorandum_is_not_edited(people: People) -> None:
    build.opened(people)
    project = Memorandum.objects.get().project
    with pytest.raises(Refused) as refusal:
        save_clause(actor=people["周以宁"], project_uid=project.uid, text="x", deliverable="x")
    assert refusal.value.code == "signing"


def test_the_snapshot_says_all_that_is_signed(people: People) -> None:
    _project, memorandum = build.drafted(people)
    snapshot = snapshot_of(memorandum)
    assert [row["department"] for row in snapshot["departments"]] == ["市场部", "研发部", "生产部", "销售部", "财务部"]
    assert len(snapshot["clauses"]) == 6
    assert snapshot["resources"][0]["from_dept"] == "生产部"
    assert snapshot["scope_out"] == [{"text": "产品上市后的售后培训", "keeper": "售后部"}]
    assert snapshot["slip_days"] == 2


def test_a_clause_is_edited_in_place_and_its_errors_stand_at_the_fields(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.4")
    client = seen_by(people, "周以宁")
    url = reverse("clause_save", args=[project.uid, clause.uid])
    said = {
        "seen_version": clause.version, "department": clause.department.uid, "text": "量产1万台", "deliverable": "入库单",
        "quantity": "10000", "unit": "台", "starts_on": "2026-07-01", "due_on": "2026-06-31", "handed_to": "", "standard": "",
    }  # fmt: skip
    answer = client.post(url, said)
    assert answer.status_code == 422
    assert answer.context["clause_form"].errors["due_on"]
    assert "量产1万台" in answer.content.decode()
    answer = client.post(url, said | {"due_on": "2026-06-30"})
    assert answer.status_code == 422
    answer = client.post(url, said | {"due_on": "2026-07-15"})
    assert answer.status_code == 302
    clause.refresh_from_db()
    assert (clause.text, clause.due_on, clause.handed_to) == ("量产1万台", date(2026, 7, 15), None)


def test_two_who_edit_one_clause_are_shown_both_values(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.4")
    said = {
        "seen_version": clause.version, "department": clause.department.uid, "text": "我的写法", "deliverable": "入库单",
        "quantity": "10000", "unit": "台", "due_on": "2026-07-15",
    }  # fmt: skip
    save_clause(actor=people["林书瑶"], project_uid=project.uid, row_uid=clause.uid, seen_version=clause.version, text="她的写法")
    client = seen_by(people, "周以宁")
    answer = client.post(reverse("clause_save", args=[project.uid, clause.uid]), said)
    assert answer.status_code == 412
    text = answer.content.decode()
    assert "她的写法" in text
    assert "我的写法" in text
    again = said | {"seen_version": answer.context["clause_form"]["seen_version"].value()}
    assert client.post(reverse("clause_save", args=[project.uid, clause.uid]), again).status_code == 302
    clause.refresh_from_db()
    assert clause.text == "我的写法"


def test_the_page_in_every_stage(people: People, django_assert_max_num_queries: object) -> None:
    project = build.kickoff(people)
    url = reverse("memorandum", args=[project.uid])
    assert seen_by(people, "周以宁").get(url).status_code == 200
    assert seen_by(people, "周以宁").post(reverse("memorandum_draft", args=[project.uid])).status_code == 302
    client = seen_by(people, "林书瑶")
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        page = client.get(reverse("memorandum_open", args=[project.uid]))
    form = page.context["open_form"].initial
    assert client.get(url + "?add=1").context["clause_form"] is not None
    answer = client.post(reverse("memorandum_open", args=[project.uid]), form)
    assert answer.status_code == 302
    assert "市协〔2026〕1号" in client.get(url).content.decode()
    outsider = next(name for name, user in people.items() if user.is_administrator)
    assert seen_by(people, outsider).get(url).status_code == 404
    assert seen_by(people, "顾承泽").post(reverse("memorandum_open", args=[project.uid]), form).status_code == 403


def test_my_desk_says_for_whom_the_memorandum_waits_and_that_it_came_back(people: People) -> None:
    document = build.opened(people)
    assert desk_memoranda(people["林书瑶"])["waiting"].total == 1
    assert desk_memoranda(people["顾承泽"])["waiting"].total == 0
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多")
    assert desk_memoranda(people["林书瑶"])["waiting"].total == 0
    assert desk_memoranda(people["周以宁"])["answer"].total == 1
