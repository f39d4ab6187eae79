"""The director's view: how the department's promises go, what awaits a signature, what others owe; scoped, and few questions."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from collab.director.rows import ROWS, View, view_of
from common import clock
from documents.models import Document
from documents.services import finish_document
from people.leaves import name_deputy
from people.models import User
from projects.models import Project
from tests.documents import build as papers
from tests.memory import remembered
from tests.tracking.build import moment, words
from tracking.models import Slip, Task
from tracking.services import accept_task, report_progress, scan_evening

pytestmark = pytest.mark.django_db
People = dict[str, User]
BUDGET = "核定上市预算"  # promised by 财务部 to 市场部 until 30 April


def april(day: int, hour: int = 17) -> datetime:
    return moment(date(2026, 4, day), hour)


@remembered
def in_force(people: People) -> Document:
    """The launch's memorandum, in force since 14 April."""
    with papers.at():
        document = papers.signed_by_all(people)
        finish_document(document.pk)
    return document


@pytest.fixture
def project(people: People) -> Project:
    return Project.objects.get(pk=in_force(people).project_id)


@pytest.fixture
def budget(project: Project) -> Task:
    return Task.objects.get(project=project, title=BUDGET)


def seen(user: User, at: datetime) -> View:
    with clock.at(at):
        return view_of(user)


def says(people: People, task: Task, at: datetime, done: int) -> None:
    task.refresh_from_db()
    with clock.at(at):
        report_progress(actor=people["孟初晴"], task_uid=task.uid, done=done, seen_version=task.version)
    task.refresh_from_db()


def numbers(view: View) -> dict[str, int]:
    return {goes: n for goes, n in view.counts.items() if n}


def test_a_promise_is_kept_until_its_day_has_passed_and_broken_then(people: People, budget: Task) -> None:
    head = people["宋清越"]
    assert numbers(seen(head, april(30))) == {"kept": 1}
    view = seen(head, moment(date(2026, 5, 2), 9))
    assert numbers(view) == {"broken": 1}
    assert view.promises.object_list[0].days_late == 2


def test_a_promise_over_the_threshold_slips_before_its_day(people: People, project: Project, budget: Task) -> None:
    with clock.at(april(24, 18)):
        scan_evening(project, date(2026, 4, 24))
    assert numbers(seen(people["宋清越"], april(24, 19))) == {"slipping": 1}
    says(people, budget, april(25), 80)
    assert numbers(seen(people["宋清越"], april(25, 18))) == {"kept": 1}


@pytest.mark.parametrize(("at", "goes"), [(april(30), "kept"), (moment(date(2026, 5, 3), 9), "late")])
def test_what_is_accepted_in_time_is_kept_and_after_its_day_is_done_late(
    people: People, budget: Task, at: datetime, goes: str
) -> None:
    says(people, budget, april(29), 100)
    assert budget.state == Task.State.AWAITING_ACCEPTANCE
    with clock.at(at):
        accept_task(actor=people["周以宁"], task_uid=budget.uid, seen_version=budget.version)
    assert numbers(seen(people["宋清越"], moment(date(2026, 5, 4), 9))) == {goes: 1}


def test_what_others_owe_is_seen_by_who_receives_it_until_it_is_done(people: People, budget: Task) -> None:
    head = people["林书瑶"]

    def owed() -> list[str]:
        return [row.task.title for row in seen(head, april(30, 18)).debts.object_list]

    assert BUDGET in owed()
    assert BUDGET not in [row.task.title for row in seen(people["顾承泽"], april(30)).debts.object_list]
    says(people, budget, april(29), 100)
    assert BUDGET in owed()
    with clock.at(april(30)):
        accept_task(actor=people["周以宁"], task_uid=budget.uid, seen_version=budget.version)
    assert BUDGET not in owed()


def test_a_short_slip_that_was_agreed_moves_the_promise_and_is_said(people: People, budget: Task, client: Client) -> None:
    Slip.objects.create(
        task=budget, clause=budget.clause, from_due=date(2026, 4, 30), to_due=date(2026, 5, 6), workdays=2, reason="等报价",
        state=Slip.State.AGREED, asked_by=people["孟初晴"], giver=people["孟初晴"], receiver=people["周以宁"],
    )  # fmt: skip
    budget.due_on = date(2026, 5, 6)
    budget.bump("due_on")
    view = seen(people["宋清越"], moment(date(2026, 5, 2), 9))
    assert numbers(view) == {"kept": 1}
    row = view.promises.object_list[0]
    assert (row.task.moved, row.task.first_due, row.moved) == (1, date(2026, 4, 30), True)
    client.force_login(people["宋清越"])
    with clock.at(moment(date(2026, 5, 2), 9)):
        assert "变更 1 次" in words(client.get("/director/"))


def test_what_awaits_a_signature_leads_straight_to_the_signing_page(people: People, client: Client) -> None:
    with papers.at():
        document = papers.opened(people)
        client.force_login(people["宋清越"])
        assert f"/documents/{document.uid}/sign/" in words(client.get("/director/"))
        papers.sign_as(people["宋清越"], document)
        assert f"/documents/{document.uid}/sign/" not in words(client.get("/director/"))


def test_a_suspended_project_asks_for_nothing(people: People, project: Project) -> None:
    assert seen(people["宋清越"], april(20)).total == 1
    project.hold = Project.Hold.SUSPENDED
    project.bump("hold")
    view = seen(people["宋清越"], april(20))
    assert view.is_empty


@pytest.fixture
def many(people: People, project: Project) -> None:
    """More promises of 财务部 than one page holds."""
    task = Task.objects.get(project=project, title=BUDGET)
    clause: Any = task.clause
    for number in range(2 * ROWS):
        clause.pk, clause.number, clause.uid = None, f"9.{number}", _uid(number)
        clause._state.adding = True
        clause.save()
        Task.objects.create(
            project=project, clause=clause, title=f"预算 {number}", department=task.department, handed_to=task.handed_to,
            due_on=date(2026, 5, 1 + number), starts_on=date(2026, 4, 14),
        )  # fmt: skip


def _uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@pytest.mark.usefixtures("many")
def test_lists_are_paged_the_worst_first_and_few_questions_are_asked(
    client: Client, people: People, django_assert_max_num_queries: Any
) -> None:
    client.force_login(people["宋清越"])
    with clock.at(moment(date(2026, 5, 4), 9)):
        client.get("/director/")
        with django_assert_max_num_queries(15):
            answer = client.get("/director/")
        view = answer.context["view"]
        assert view.total == 1 + 2 * ROWS
        assert [row.goes for row in view.promises.object_list][:4] == ["broken"] * 4
        assert view.promises.has_next()
        second = client.get("/director/?page=3").context["view"].promises
        assert [row.task.title for row in second.object_list] == ["预算 11"]
        client.force_login(people["林书瑶"])
        with django_assert_max_num_queries(15):
            assert client.get("/director/?debts=2").context["view"].debts.number == 2


def test_it_is_linked_on_the_desk_of_who_heads_a_department_and_of_nobody_else(people: People, client: Client) -> None:
    for name, linked in (("林书瑶", True), ("简星野", True), ("郭砚秋", False), ("毕以恒", False)):
        client.force_login(people[name])
        assert ("/director/" in words(client.get("/"))) is linked, name


def test_who_heads_a_department_that_takes_no_part_sees_nothing_of_it(people: People, budget: Task, client: Client) -> None:
    client.force_login(people["简星野"])
    with clock.at(april(20)):
        answer = client.get("/director/")
    assert answer.context["view"].is_empty
    assert BUDGET not in words(answer)


def test_a_deputy_sees_it_in_the_place_of_whom_they_stand_in_for(
    people: People, budget: Task, client: Client, django_assert_max_num_queries: Any
) -> None:
    head, deputy = people["宋清越"], people["程子昂"]
    with clock.at(april(20, 9)):
        assert seen(deputy, april(20, 10)).is_empty
        name_deputy(
            actor=head, person_uid=head.uid, deputy_uid=deputy.uid, starts_on=date(2026, 4, 20), ends_on=date(2026, 4, 24)
        )
    client.force_login(deputy)
    with clock.at(april(20, 10)):
        with django_assert_max_num_queries(15):
            text = words(client.get("/director/"))
        assert "/director/" in words(client.get("/"))
    assert BUDGET in text
    assert "代 宋清越" in text
    assert seen(deputy, moment(date(2026, 4, 25), 10)).is_empty
    with clock.at(moment(date(2026, 4, 25), 10)):
        assert "/director/" not in words(client.get("/"))


def test_papers_to_be_signed_in_anothers_place_say_for_whom(people: People, client: Client) -> None:
    head, deputy = people["宋清越"], people["程子昂"]
    with papers.at():
        document = papers.opened(people)
        day = clock.today("Asia/Shanghai")
        name_deputy(actor=head, person_uid=head.uid, deputy_uid=deputy.uid, starts_on=day, ends_on=day)
        client.force_login(deputy)
        text = words(client.get("/director/"))
        assert f"/documents/{document.uid}/sign/" in text
        assert "代 宋清越" in text
