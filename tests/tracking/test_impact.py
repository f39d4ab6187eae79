"""What a change of promises hits, against numbers counted by hand on the launch (rule C9)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import User
from projects.models import Kpi, Node, Project
from tests.tracking.changing import at, clause_of, in_force, task_of
from tracking.models import TaskDependency
from tracking.queries.impact import Impact, Point, Wish, impact_of, impact_of_date, spread

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def project(people: People) -> Project:
    return in_force(people)


def names(hits: list[Any]) -> list[str]:
    return [hit.name for hit in hits]


def moved(project: Project, department: str, to: date) -> Impact:
    return impact_of(project, [Wish("changed", clause_of(project, department), {"due_on": to})])


def test_what_ends_later_pushes_the_nodes_behind_it_their_clauses_tasks_and_kpis(project: Project) -> None:
    """研发部 ends 开发测试 on 15 July instead of 30 June: 11 workdays, passed on to 生产备货 and 市场推广."""
    test = project.nodes.get(name="开发测试")
    clause = test.clauses.get()
    found = impact_of(project, [Wish("changed", clause, {"due_on": date(2026, 7, 15)})])
    assert [(hit.name, hit.workdays, hit.is_key) for hit in found.nodes] == [
        ("开发测试", 11, True), ("生产备货", 11, True), ("市场推广", 11, True),
    ]  # fmt: skip
    assert [(hit.number, hit.workdays) for hit in found.clauses] == [("2.3", 11), ("2.4", 11), ("2.5", 11)]
    assert len(found.tasks) == 3
    assert sorted(names(found.kpis)) == sorted(["样品测试完成", "研发阶段按时交付率", "量产数量", "终端铺货门店"])
    assert [(hit.name, hit.department) for hit in found.signatures] == [("顾承泽", "研发部"), ("贺立川", "生产部")]
    assert {hit.name: hit.workdays for hit in found.departments} == {"研发部": 11, "生产部": 11, "销售部": 11}
    assert found.workdays == 11


def test_what_no_node_waits_for_hits_itself_alone(project: Project) -> None:
    """财务部 answers on 7 May instead of 30 April: the first two workdays after the holiday."""
    found = moved(project, "财务部", date(2026, 5, 7))
    assert (found.workdays, found.nodes, found.kpis) == (2, [], [])
    assert [(hit.number, hit.before, hit.after) for hit in found.clauses] == [("2.6", date(2026, 4, 30), date(2026, 5, 7))]
    assert names(found.signatures) == ["林书瑶", "宋清越"]


def test_a_promise_that_was_moved_beyond_its_node_is_measured_from_its_own_day(project: Project) -> None:
    test = project.nodes.get(name="开发测试")
    clause = test.clauses.get()
    clause.due_on = date(2026, 7, 15)
    clause.save(update_fields=["due_on"])
    found = impact_of(project, [Wish("changed", clause, {"due_on": date(2026, 7, 16)})])
    assert [(hit.name, hit.workdays) for hit in found.nodes] == [("开发测试", 1), ("生产备货", 1), ("市场推广", 1)]


def test_earlier_pushes_nothing(project: Project) -> None:
    found = moved(project, "生产部", date(2026, 7, 10))
    assert (found.nodes, found.kpis, found.workdays) == ([], [], 0)
    assert len(found.clauses) == 1


def test_a_kpi_of_the_department_is_hit_when_its_day_is_passed_over(project: Project) -> None:
    assert "首月销售额" not in names(moved(project, "销售部", date(2026, 8, 31)).kpis)
    assert "首月销售额" in names(moved(project, "销售部", date(2026, 9, 1)).kpis)


def test_a_kpi_that_counts_from_a_node_is_hit_with_it(project: Project) -> None:
    node = project.nodes.get(name="市场推广")
    Kpi.objects.create(project=project, name="物料先行", kind="relative", relative_days=-10, relative_to=node, order=99)
    assert "物料先行" in names(moved(project, "销售部", date(2026, 8, 4)).kpis)


def test_less_of_what_a_kpi_counts_hits_it(project: Project) -> None:
    sales = clause_of(project, "销售部")
    assert names(impact_of(project, [Wish("changed", sales, {"quantity": Decimal(80)})]).kpis) == ["终端铺货门店"]
    assert impact_of(project, [Wish("changed", sales, {"quantity": Decimal(120)})]).kpis == []
    assert names(impact_of(project, [Wish("ended", sales, {})]).kpis) == ["终端铺货门店"]


def test_whom_a_new_owner_and_receiver_bind_sign(project: Project) -> None:
    sales = clause_of(project, "销售部")
    departments = {party.department.name: party.department for party in project.parties.select_related("department")}
    found = impact_of(
        project, [Wish("changed", sales, {"department": departments["生产部"], "handed_to": departments["财务部"]})]
    )
    assert {hit.department for hit in found.signatures} == {"销售部", "市场部", "生产部", "财务部"}


def test_a_task_that_waits_for_another_is_hit(people: People, project: Project) -> None:
    finance, sales = task_of(project, "财务部"), task_of(project, "销售部")
    TaskDependency.objects.create(task=sales, needs=finance)
    with at():
        found = impact_of_date(finance, date(2026, 5, 7))
    assert sorted(names(found.tasks)) == sorted([finance.title])  # sales begins on 16 July: there is room
    sales.starts_on = date(2026, 5, 6)
    sales.save(update_fields=["starts_on"])
    with at():
        found = impact_of_date(finance, date(2026, 5, 7))
    assert {(hit.name, hit.workdays) for hit in found.tasks} == {(finance.title, 2), (sales.title, 2)}


def test_room_between_two_ends_swallows_days() -> None:
    points = {1: Point(None, date(2026, 6, 1)), 2: Point(date(2026, 6, 4), date(2026, 6, 10)), 3: Point(None, date(2026, 6, 12))}
    days: Callable[[date, date], int] = lambda after, until: (until - after).days  # noqa: E731
    assert spread({1: 5}, {1: [2], 2: [3]}, points, days) == {1: 5, 2: 3, 3: 3}
    assert spread({1: 2}, {1: [2], 2: [3]}, points, days) == {1: 2}


def test_the_questions_are_as_many_however_much_is_changed(project: Project) -> None:
    def asked(wishes: list[Wish]) -> int:
        impact_of(project, wishes)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            impact_of(project, wishes)
        return len(seen)

    one = [Wish("changed", clause_of(project, "研发部"), {"due_on": date(2026, 7, 15)})]
    clauses = list(project.memoranda.get().clauses.select_related("department"))
    for number in range(20):
        Node.objects.create(project=project, name=f"n{number}", department=project.lead_dept, due_on=date(2026, 7, number + 1))
    every = [Wish("changed", clause, {"due_on": date(2026, 9, 1)}) for clause in clauses]
    assert asked(one) == asked(every) <= 9
