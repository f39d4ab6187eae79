"""What change control does not let through, however it is asked: other projects' risks, one's own yes, what nobody saw (C9)."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from activity.models import Event
from common.refusals import Conflict, Refused
from people.leaves import name_deputy, today
from people.models import User
from projects.models import Clause, Project
from projects.services.amending import open_amendment
from projects.services.amendments import draft_amendment, save_line
from projects.services.goal import remove_row
from projects.services.nodes import save_node
from projects.services.project import draft_project, start_project
from tests import build
from tests.tracking.changing import amended, approved, at, clause_of, in_force, request, task_of
from tracking.models import ChangeRequest, Risk, Slip, Task
from tracking.services import agree_slip, ask_slip, confirm_task, create_task, decide_change, give_opinion, move_task, undo_move
from tracking.services.changes import InLine
from tracking.services.promises import make_tasks

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def project(people: People) -> Project:
    return in_force(people)


@pytest.fixture
def sales(project: Project) -> Clause:
    return clause_of(project, "销售部")


@pytest.fixture(autouse=True)
def next_day() -> Any:
    with at(days=1):
        yield


def visitor(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(clause: Clause, **more: str) -> dict[str, str]:
    said = {"count": "1", "l0-kind": "changed", "l0-clause": str(clause.uid), "l0-due_on": "2026-08-11", "reason": "供应商推迟"}
    return said | more


def approve(person: User, change: ChangeRequest) -> ChangeRequest:
    return decide_change(actor=person, change_uid=change.uid, seen_version=None, approve=True, reason="同意")


# whose risk


@pytest.fixture
def secret(people: People) -> Risk:
    """A risk of another project, which is confidential."""
    other = draft_project(
        actor=people["周以宁"], initiating_dept=build.departments()["市场部"], name="并购", scenario="new_product"
    )
    start_project(actor=people["林书瑶"], project_uid=other.uid)
    Project.objects.filter(pk=other.pk).update(confidential=True)
    return Risk.objects.create(project=other, title="并购谈判", source="person")


def test_a_request_answers_a_risk_of_its_own_project_alone(people: People, project: Project, sales: Clause, secret: Risk) -> None:
    with pytest.raises(Http404):
        request(people, project, "周以宁", sales, risk_uid=secret.uid)
    client, url = visitor(people["林书瑶"]), reverse("request_change", args=[project.uid])
    assert client.post(url, form(sales, risk=str(secret.uid))).status_code == 404
    assert client.get(url, {"risk": str(secret.uid)}).status_code == 404
    assert not ChangeRequest.objects.exists()


# the author is not the only approver


def test_nor_does_the_heads_deputy_approve_what_the_head_asked_for(people: People, project: Project, sales: Clause) -> None:
    head, deputy = people["林书瑶"], people["裴念安"]
    name_deputy(actor=head, person_uid=head.uid, deputy_uid=deputy.uid, starts_on=today(), ends_on=today(), scope="daily")
    change = request(people, project, "林书瑶", sales)
    with pytest.raises(Refused) as alone:
        approve(User.objects.get(pk=deputy.pk), change)
    assert alone.value.code == "alone"
    give_opinion(actor=people["蒋明远"], change_uid=change.uid, says="agrees")
    assert approve(User.objects.get(pk=deputy.pk), change).state == "approved"


def test_nor_what_was_agreed_to_and_taken_back(people: People, project: Project, sales: Clause) -> None:
    change = request(people, project, "林书瑶", sales)
    give_opinion(actor=people["蒋明远"], change_uid=change.uid, says="agrees")
    give_opinion(actor=people["蒋明远"], change_uid=change.uid, says="against", text="门店等不了")
    with pytest.raises(Refused) as alone:
        approve(people["林书瑶"], change)
    assert alone.value.code == "alone"


def test_an_approval_is_one_event_that_names_the_amendment(people: People, project: Project, sales: Clause) -> None:
    task = task_of(project, "财务部")
    agree_slip(actor=people["周以宁"], slip_uid=slip(people, task, SECOND_DAY).uid)
    change = request(people, project, "许知夏", sales)
    before = Event.objects.count()
    amendment = approve(people["林书瑶"], change).amendment
    assert amendment is not None
    (event,) = Event.objects.order_by("id")[before:]
    assert (event.verb, event.facts["amendment"]) == ("change.approved", amendment.number)
    assert [line.kind for line in amendment.changes.order_by("order")] == ["changed", "slipped"]


# how far a promise slips


SECOND_DAY = date(2026, 5, 7)  # the second workday after 30 April and the holiday


def slip(people: People, task: Task, to: date, by: str = "孟初晴") -> Slip:
    return ask_slip(actor=people[by], task_uid=task.uid, to_due=to, reason="发票到得晚")


def test_a_slip_written_down_gives_no_more_of_the_tolerance(people: People, project: Project) -> None:
    task = task_of(project, "财务部")
    agree_slip(actor=people["周以宁"], slip_uid=slip(people, task, SECOND_DAY).uid)
    amended(people, draft_amendment(actor=people["林书瑶"], project_uid=project.uid))
    task = task_of(project, "财务部")
    assert task.clause is not None
    assert task.clause.due_on == SECOND_DAY
    with at(days=5), pytest.raises(Refused) as refused:
        slip(people, task, date(2026, 5, 9))
    assert refused.value.code == "beyond_slip"


def test_a_day_that_was_signed_as_a_change_is_measured_from_anew(people: People, project: Project) -> None:
    task = task_of(project, "财务部")
    agree_slip(actor=people["周以宁"], slip_uid=slip(people, task, SECOND_DAY).uid)
    assert task.clause is not None
    amended(people, approved(people, project, task.clause, fields={"due_on": date(2026, 5, 13)}))
    with at(days=6):
        assert slip(people, task_of(project, "财务部"), date(2026, 5, 15)).workdays == 2


def test_editing_a_key_node_or_a_kpi_first_lets_nothing_slip_past_what_was_signed(people: People, project: Project) -> None:
    lead = people["林书瑶"]
    node, kpi = project.nodes.get(name="生产备货"), project.kpis.get(name="量产数量")
    save_node(
        actor=lead, project_uid=project.uid, row_uid=node.uid, seen_version=node.version, due_on=date(2026, 7, 30), is_key=False
    )
    remove_row(actor=lead, project_uid=project.uid, kind="kpi", row_uid=kpi.uid)
    with pytest.raises(Refused) as refused:
        slip(people, task_of(project, "生产部"), date(2026, 7, 16), by="田牧野")
    assert refused.value.code == "beyond_slip"
    assert "生产备货" in str(refused.value)
    assert "量产数量" in str(refused.value)


# what nobody saw


def test_who_looked_before_the_amendment_confirms_nothing_of_it(people: People, project: Project, sales: Clause) -> None:
    seen = task_of(project, "销售部").version
    amended(people, approved(people, project, sales))
    task = task_of(project, "销售部")
    assert task.confirmed_at is None
    with at(days=6), pytest.raises(Conflict):
        confirm_task(actor=people["许知夏"], task_uid=task.uid, seen_version=seen)
    assert task_of(project, "销售部").confirmed_at is None


def test_who_opens_the_draft_has_seen_the_slip_that_was_written_into_it(people: People, project: Project) -> None:
    draft = draft_amendment(actor=people["林书瑶"], project_uid=project.uid)
    agree_slip(actor=people["周以宁"], slip_uid=slip(people, task_of(project, "财务部"), SECOND_DAY).uid)
    with pytest.raises(Conflict):
        open_amendment(actor=people["林书瑶"], amendment_uid=draft.uid, seen_version=draft.version)


def test_undoing_an_older_move_leaves_what_is_promised_since(people: People, project: Project, sales: Clause) -> None:
    lead, departments = people["林书瑶"], build.departments()
    task = create_task(actor=lead, project_uid=project.uid, title="封装样机", department=departments["研发部"])
    task = move_task(actor=lead, task_uid=task.uid, seen_version=task.version, department=departments["销售部"])
    promise = Clause.objects.create(
        memorandum=sales.memorandum, number="9.9", department=departments["销售部"], text="封装样机", deliverable="样机",
        due_on=date(2026, 6, 1), handed_to=departments["市场部"], order=99,
    )  # fmt: skip
    make_tasks(sales.memorandum)
    adopted = Task.objects.get(pk=task.pk)
    assert (adopted.clause, adopted.version) == (promise, task.version + 1)
    for seen in (task.version, adopted.version):
        with pytest.raises(Refused):
            undo_move(actor=lead, task_uid=task.uid, seen_version=seen)
    assert Task.objects.get(pk=task.pk).department == departments["销售部"]


def test_nor_by_undoing_a_move_that_was_promised_meanwhile(people: People, project: Project, sales: Clause) -> None:
    lead, departments = people["林书瑶"], build.departments()
    task = create_task(actor=lead, project_uid=project.uid, title="封装样机", department=departments["研发部"])
    task = move_task(actor=lead, task_uid=task.uid, seen_version=task.version, department=departments["销售部"])
    Task.objects.filter(clause=sales).update(clause=None)
    Task.objects.filter(pk=task.pk).update(clause=sales)
    with pytest.raises(Refused) as refused:
        undo_move(actor=lead, task_uid=task.uid, seen_version=task.version)
    assert (refused.value.code, refused.value.field) == ("promised", "department")


# what is said on pages


@pytest.mark.parametrize("said", [{}, {"decision": "perhaps"}])
def test_without_a_choice_nothing_is_decided(people: People, project: Project, sales: Clause, said: dict[str, str]) -> None:
    change = request(people, project, "许知夏", sales)
    client, url = visitor(people["林书瑶"]), reverse("decide_change", args=[change.uid])
    answer = client.post(url, {"reason": "门店等不了", "seen_version": change.version} | said)
    change.refresh_from_db()
    assert (answer.status_code, change.state) == (422, "in_review")
    assert 'id="decision-decision-error"' in answer.content.decode()
    assert "门店等不了" in answer.content.decode()
    client.post(url, {"reason": "门店等不了", "seen_version": change.version, "decision": "decline"})
    change.refresh_from_db()
    assert change.state == "rejected"


def test_a_request_is_withdrawn_as_it_was_seen(people: People, project: Project, sales: Clause) -> None:
    change = request(people, project, "许知夏", sales, hand_in=False)
    client, url = visitor(people["许知夏"]), reverse("withdraw_change", args=[change.uid])
    page = client.get(change.get_absolute_url()).content.decode()
    assert f'action="{url}"' in page
    assert f'name="seen_version" value="{change.version}"' in page
    assert client.post(url).status_code == 428
    assert client.post(url, {"seen_version": change.version + 1}).status_code == 412
    assert ChangeRequest.objects.get().state == "draft"
    client.post(url, {"seen_version": change.version})
    assert ChangeRequest.objects.get().state == "closed"


# how much is promised


@pytest.mark.parametrize("quantity", [Decimal(10) ** 9, Decimal("999999999999.99")])
def test_a_clause_promises_no_more_than_a_task_can_count(
    people: People, project: Project, sales: Clause, quantity: Decimal
) -> None:
    with pytest.raises(InLine) as asked:
        request(people, project, "许知夏", sales, fields={"quantity": quantity})
    assert (asked.value.field, asked.value.code) == ("quantity", "number")
    lead, draft = people["林书瑶"], draft_amendment(actor=people["林书瑶"], project_uid=project.uid)
    with pytest.raises(Refused) as written:
        save_line(
            actor=lead,
            amendment_uid=draft.uid,
            seen_version=draft.version,
            kind="changed",
            clause_uid=sales.uid,
            quantity=quantity,
        )
    assert written.value.field == "quantity"
    page = visitor(lead).post(reverse("request_change", args=[project.uid]), form(sales, **{"l0-quantity": str(quantity)}))
    assert page.status_code == 422
    assert 'id="change-0-l0-quantity-error"' in page.content.decode()
    request(people, project, "许知夏", sales, fields={"quantity": Decimal(10) ** 9 - 1})


def test_the_form_sent_twice_makes_one_request(people: People, project: Project, sales: Clause) -> None:
    client, url = visitor(people["许知夏"]), reverse("request_change", args=[project.uid])
    (key,) = re.findall(r'name="once" value="(\w+)"[^>]*>\s*<div class="panel-body">', client.get(url).content.decode())
    answers = [client.post(url, form(sales, once=key)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer["Location"] for answer in answers} == {ChangeRequest.objects.get().get_absolute_url()}
