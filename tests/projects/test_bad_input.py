"""What no form of ours would send, and what people mistype, meets a message: never a page that fell over, never a silent loss."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from common.refusals import Refused
from documents.services.finishing import finish_document
from projects.forms.project import DraftForm
from projects.models import Clause, Memorandum
from projects.services.clauses import save_clause
from projects.services.memorandum import draft_memorandum
from projects.services.parties import invite_department
from projects.services.project import draft_project
from projects.services.signing import open_for_signature
from tests import build as launch
from tests.documents import build
from tests.documents.build import HEADS, People, sign_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


@pytest.mark.parametrize("kind", ["goal", "nonsense", "liaison"])
def test_what_cannot_be_removed_does_not_exist(people: People, kind: str) -> None:
    project = launch.started(people)
    answer = seen_by(people, "林书瑶").post(reverse("remove_part", args=[project.uid, kind, project.uid]))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "said", ["提前99999999999天", "提前99999天", "6月30日后99999999999天", "99999999999999999999元", "1" * 40, "0000年1月1日"]
)
def test_a_target_beyond_all_measure_is_refused_where_it_was_typed(people: People, said: str) -> None:
    project = launch.started(people)
    typed = {"name": "销量", "direction": "at_least"}
    client, page = seen_by(people, "林书瑶"), reverse("add_part", args=[project.uid, "kpi"])
    assert client.post(page, typed | {"said": "1万台"}).status_code == 302
    answer = client.post(page, typed | {"said": said})
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize("said", ["99999999999个月", "99999999999天", "0000Q3", "0000年1月1日至0000年2月1日", "9999Q4"])
def test_a_period_beyond_the_calendar_is_refused_where_it_was_typed(people: People, said: str) -> None:
    answer = seen_by(people, "林书瑶").post(reverse("project_new"), {"name": "x", "period": said})
    assert answer.status_code == 422


def test_a_month_as_period_begins_today_where_one_lives(people: People) -> None:
    with clock.at(datetime(2026, 4, 14, 17, 0, tzinfo=UTC)):  # 01:00 on the 15th in Shanghai
        form = DraftForm(
            {"name": "x", "initiating_dept": people["林书瑶"].department_id, "period": "3个月"}, user=people["林书瑶"]
        )
        assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_on"] == date(2026, 4, 15)


def test_a_code_carries_the_year_it_is_here(people: People) -> None:
    with clock.at(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):
        project = draft_project(actor=people["林书瑶"], name="x", initiating_dept=people["林书瑶"].department)
    assert project.code.startswith("P2027-")


def test_a_clause_is_not_overwritten_without_saying_which_version_was_seen(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.first()
    assert clause is not None
    said = {"department": clause.department.uid, "text": "盲写", "deliverable": "x", "due_on": "2026-05-01"}
    answer = seen_by(people, "周以宁").post(reverse("clause_save", args=[project.uid, clause.uid]), said)
    assert answer.status_code == 428
    assert not Clause.objects.filter(text="盲写").exists()
    assert "盲写" in answer.content.decode()


@pytest.mark.parametrize("day", [date(2040, 1, 1), date(2019, 12, 31)])
def test_a_promise_lies_within_the_work_calendar(people: People, day: date) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.first()
    assert clause is not None
    with pytest.raises(Refused) as refusal:
        save_clause(
            actor=people["周以宁"], project_uid=project.uid, row_uid=clause.uid, seen_version=None, starts_on=None, due_on=day
        )
    assert refusal.value.field == "due_on"


def test_a_node_dated_beyond_the_calendar_does_not_keep_a_signed_memorandum_from_force(people: People) -> None:
    project = build.kickoff(people)
    project.progress_basis = "workdays"
    project.save(update_fields=["progress_basis"])
    first = project.nodes.order_by("order").first()
    assert first is not None
    first.due_on = date(2018, 1, 1)
    first.save(update_fields=["due_on"])
    document = _opened_again(people, project)
    for name in HEADS:
        sign_as(people[name], document)
    finish_document(document.pk)
    assert Memorandum.objects.get(project=project).state == "in_force"


def _opened_again(people: People, project: object) -> object:
    uid = project.uid  # type: ignore[attr-defined]
    draft_memorandum(actor=people["林书瑶"], project_uid=uid)
    for clause in Clause.objects.filter(due_on=date(2018, 1, 1)):
        save_clause(
            actor=people["林书瑶"], project_uid=uid, row_uid=clause.uid, seen_version=clause.version, due_on=date(2026, 5, 4)
        )
    return open_for_signature(actor=people["林书瑶"], project_uid=uid, seen_version=None)


def test_nobody_joins_while_the_others_sign(people: People) -> None:
    document = build.opened(people)
    project = Memorandum.objects.get(document=document).project
    new = launch.departments()["售后部"]
    with pytest.raises(Refused):
        invite_department(actor=people["林书瑶"], project_uid=project.uid, department=new)
