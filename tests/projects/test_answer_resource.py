"""Resource requests: agreed to, agreed to in part, declined with a reason, asked again when changed (rule C5)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from activity.models import Notice
from common.canonical import plain
from common.refusals import Conflict, Refused
from documents.paper import body_html
from projects.models import Project, ResourceNeed
from projects.queries.desk import to_answer_needs
from projects.queries.memorandum import snapshot_of
from projects.queries.readiness import missing_in_memorandum
from projects.services.asking import answer_resource
from projects.services.goal import remove_row, save_resource
from projects.services.signing import open_for_signature
from tests.documents import build
from tests.documents.build import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def need_of(project: Project) -> ResourceNeed:
    return project.resources.select_related("from_dept", "for_dept").get()  # 操作工 2名, asked of 生产部


def answer(people: People, project: Project, state: str, name: str = "贺立川", **said: object) -> ResourceNeed:
    return answer_resource(actor=people[name], project_uid=project.uid, need_uid=need_of(project).uid, state=state, **said)  # type: ignore[arg-type]


def test_the_department_that_is_asked_agrees(people: People) -> None:
    project, memorandum = build.drafted(people)
    assert any("操作工" in str(item.text) for item in missing_in_memorandum(memorandum))
    need = answer(people, project, "agreed")
    assert (need.state, need.agreed_quantity, need.answered_by) == ("agreed", 2, people["贺立川"])
    assert not any("操作工" in str(item.text) for item in missing_in_memorandum(memorandum))
    assert Notice.objects.filter(event__verb="resource.answered", reader=people["周以宁"]).exists()


@pytest.mark.parametrize(
    ("state", "said", "field"),
    [
        ("declined", {}, "answer"),
        ("declined", {"answer": "  "}, "answer"),
        ("partly", {}, "agreed_quantity"),
        ("partly", {"agreed_quantity": 0}, "agreed_quantity"),
        ("partly", {"agreed_quantity": 2}, "agreed_quantity"),
        ("asked", {}, "state"),
        ("x", {}, "state"),
    ],
)
def test_an_answer_says_all_that_it_must(people: People, state: str, said: dict[str, object], field: str) -> None:
    project, _memorandum = build.drafted(people)
    with pytest.raises(Refused) as refusal:
        answer(people, project, state, **said)
    assert refusal.value.field == field
    assert need_of(project).state == "asked"


def test_answers_stand_in_what_is_signed_and_on_its_paper(people: People) -> None:
    project, memorandum = build.drafted(people)
    answer(people, project, "partly", agreed_quantity=1, answer="只能抽调一名")
    kept = plain(snapshot_of(memorandum))["resources"][0]
    assert (kept["state"], kept["agreed_quantity"], kept["answer"], kept["answered_by"]) == (
        "partly",
        "1",
        "只能抽调一名",
        "贺立川",
    )
    document = build.opened(people)
    assert "部分同意 1名" in body_html(document) or "操作工" in body_html(document)
    assert "Agreed in part" in body_html(document, "en") or "not answered" in body_html(document, "en")


def test_changed_after_the_answer_it_is_asked_again(people: People) -> None:
    project, _memorandum = build.drafted(people)
    need = answer(people, project, "declined", answer="没有人手")
    save_resource(actor=people["周以宁"], project_uid=project.uid, row_uid=need.uid, purpose="夜班")
    assert need_of(project).state == "declined"  # a purpose asks nobody for more
    save_resource(actor=people["周以宁"], project_uid=project.uid, row_uid=need.uid, quantity=1)
    again = need_of(project)
    assert (again.state, again.answer, again.agreed_quantity, again.answered_by) == ("asked", "", None, None)
    assert Notice.objects.filter(event__verb="resource.edited", reader=people["贺立川"]).exists()


def test_only_head_and_liaison_of_that_department_answer(people: People) -> None:
    project, _memorandum = build.drafted(people)
    for name in ("林书瑶", "周以宁", "蒋明远", "米小禾"):
        with pytest.raises(PermissionDenied):
            answer(people, project, "agreed", name)
    assert (
        answer(people, project, "agreed", need_of(project).from_dept.parties.get(project=project).liaison.name).state == "agreed"
    )  # type: ignore[union-attr]


def test_two_answers_at_once_are_a_conflict(people: People) -> None:
    project, _memorandum = build.drafted(people)
    seen = need_of(project).version
    answer(people, project, "agreed", seen_version=seen)
    with pytest.raises(Conflict):
        answer(people, project, "declined", answer="没有", seen_version=seen)


def test_once_the_memorandum_is_out_nothing_is_answered(people: People) -> None:
    document = build.opened(people)
    project = Project.objects.get(pk=document.project_id)
    with pytest.raises(Refused) as refusal:
        answer(people, project, "agreed")
    assert refusal.value.code == "out"
    assert to_answer_needs(people["贺立川"]).total == 0


def test_the_desk_asks_and_one_click_agrees(people: People) -> None:
    project, _memorandum = build.drafted(people)
    need = need_of(project)
    rows = to_answer_needs(people["贺立川"])
    assert (rows.total, rows.rows[0].context["need"]) == (1, need)
    assert to_answer_needs(people["林书瑶"]).total == 0
    client = Client()
    client.force_login(people["贺立川"])
    assert "操作工" in client.get("/").content.decode()
    url = reverse("need_answer", args=[project.uid, need.uid])
    wrong = client.post(url, {"seen_version": need.version, "state": "declined"})
    assert wrong.status_code == 422
    assert wrong.context["answer_form"].errors["answer"]
    assert client.post(url, {"seen_version": need.version, "state": "agreed"}).status_code == 302
    assert to_answer_needs(people["贺立川"]).total == 0


def test_what_was_agreed_in_a_memorandum_that_is_out_is_neither_changed_nor_removed(people: People) -> None:
    project, _memorandum = build.drafted(people)
    need = answer(people, project, "agreed")
    open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
    said = {"actor": people["周以宁"], "project_uid": project.uid, "row_uid": need.uid}
    with pytest.raises(Refused) as refusal:
        save_resource(**said, seen_version=need.version, quantity=50)
    assert (refusal.value.field, refusal.value.code) == ("quantity", "out")
    with pytest.raises(Refused) as refusal:
        remove_row(**said, kind="resource")
    assert refusal.value.code == "out"
    save_resource(**said, seen_version=need.version, purpose="支持夜班生产")
    need.refresh_from_db()
    assert (need.state, need.quantity, need.purpose) == ("agreed", 2, "支持夜班生产")
