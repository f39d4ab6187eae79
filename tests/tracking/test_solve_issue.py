"""The solution stops the clock, its measures are tasks; a late one stays late (rule D7)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Clock, Event
from common import clock
from common.refusals import Conflict, Refused
from people.models import User
from projects.models import Project
from tests.tracking.build import words
from tests.tracking.issues import DAY, DUE, asked, raw_material, tick, told
from tracking.models import Issue, Measure, Task
from tracking.queries.issues import lines_of
from tracking.services import measure_to_task, reopen_issue, solve_issue

pytestmark = pytest.mark.django_db
People = dict[str, User]
IN_TIME = DUE - timedelta(hours=3, minutes=10)  # 3 July 11:20, as the launch tells it
FIFTH = date(2026, 7, 5)


@pytest.fixture
def issue(people: People, project: Project) -> Issue:
    return raw_material(people, project)


def solve(people: People, issue: Issue, at: Any = IN_TIME, by: str = "周以宁", **more: Any) -> Issue:
    said = {"solution": "启用替代料并加急空运800件", "seen_version": issue.version} | more
    with clock.at(at):
        return solve_issue(actor=people[by], issue_uid=issue.uid, **said)


def test_given_in_time_it_stops_the_clock_and_everybody_concerned_is_told(people: People, issue: Issue) -> None:
    solved = solve(people, issue)
    assert (solved.state, solved.solved_at, solved.solved_by) == ("solved", IN_TIME, people["周以宁"])
    row = Clock.objects.get()
    assert (row.stopped_at, row.breached_at) == (IN_TIME, None)
    assert tick(DUE + DAY) == 0
    assert told("issue.solved") == {"林书瑶", "贺立川", "田牧野", "宋清越", "孟初晴"}
    assert lines_of([Issue.objects.get()])[0].late_by is None


def test_given_90_minutes_late_the_breach_stands_and_how_late_it_was(people: People, issue: Issue) -> None:
    tick(DUE)
    solve(people, issue, at=DUE + timedelta(minutes=90))
    tick(DUE + DAY)
    assert Clock.objects.get().breached_at == DUE
    assert list(Event.objects.filter(verb__startswith="issue.").order_by("id").values_list("verb", flat=True)) == [
        "issue.registered", "issue.breached", "issue.solved_late",
    ]  # fmt: skip
    assert lines_of([Issue.objects.get()])[0].late_by == timedelta(minutes=90)


def test_a_late_one_goes_up_though_the_scheduler_was_dead_at_the_deadline(people: People, issue: Issue) -> None:
    solve(people, issue, at=DUE + timedelta(minutes=90))
    for _scheduler in range(3):
        tick(DUE + timedelta(hours=2))
    assert Clock.objects.get().breached_at is not None
    assert told("issue.solved_too_late") == {"陆景行", "林书瑶", "周以宁", "贺立川", "宋清越"}
    assert Event.objects.filter(verb="issue.solved_too_late").count() == 1
    assert not Event.objects.filter(verb="issue.breached").exists()


def test_its_measures_are_tasks_at_once_of_their_departments_liaison_or_of_who_is_named(people: People, issue: Issue) -> None:
    measures = [
        asked("加急空运", "生产部", FIFTH, quantity=Decimal(800), unit="件"),
        asked("支付空运费", "财务部", FIFTH, owner=people["宋清越"]),
    ]
    solve(people, issue, measures=measures)
    first, second = Task.objects.order_by("id")
    assert (first.title, first.department.name, first.assignee, first.target, first.unit, first.due_on) == (
        "加急空运", "生产部", people["田牧野"], Decimal(800), "件", FIFTH,
    )  # fmt: skip
    assert (second.assignee, second.target) == (people["宋清越"], None)
    assert [row.task for row in Measure.objects.all()] == [first, second]


def test_a_measure_that_waits_becomes_a_task_by_one_click_and_only_once(people: People, issue: Issue) -> None:
    solve(people, issue, measures=[asked("加急空运", "生产部", FIFTH)], as_tasks=False)
    assert not Task.objects.exists()
    measure = Measure.objects.get()
    with clock.at(IN_TIME):
        with pytest.raises(PermissionDenied):
            measure_to_task(actor=people["孟初晴"], measure_uid=measure.uid)  # not her department's
        made = measure_to_task(actor=people["田牧野"], measure_uid=measure.uid)
        assert measure_to_task(actor=people["周以宁"], measure_uid=measure.uid) == made
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"solution": " "}, "solution"),
        ({"measures": [("加急空运", "生产部", date(2026, 7, 1))]}, "measures"),
        ({"measures": [("加急空运", "售后部", FIFTH)]}, "measures"),
        ({"measures": [(" ", "生产部", FIFTH)]}, "measures"),
        ({"measures": [("加急空运", "生产部", date(2040, 1, 1))]}, "measures"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field_and_nothing_is_solved(
    people: People, issue: Issue, said: Any, field: str
) -> None:
    if "measures" in said:
        said = {"measures": [asked(*row) for row in said["measures"]]}
    with pytest.raises(Refused) as refused:
        solve(people, issue, **said)
    assert refused.value.field == field
    assert Clock.objects.get().is_running
    assert not Measure.objects.exists()


def test_the_lead_gives_it_and_senior_management_once_it_was_escalated(people: People, issue: Issue) -> None:
    for name in ("田牧野", "贺立川", "陆景行", "钟鉴明"):
        with pytest.raises(PermissionDenied):
            solve(people, issue, by=name)
    tick(DUE)
    with pytest.raises(PermissionDenied):
        solve(people, issue, at=DUE, by="贺立川")
    measures = [asked("加急空运", "生产部", FIFTH)]
    assert solve(people, issue, at=DUE + DAY, by="陆景行", measures=measures).solved_by == people["陆景行"]
    assert Measure.objects.get().task is None  # whoever decides does not make tasks; the lead does, by one click


def test_of_two_who_solve_it_the_second_sees_that_it_is_solved(people: People, issue: Issue) -> None:
    solve(people, issue)
    with pytest.raises(Refused) as refused:
        solve(people, issue, solution="等原厂恢复供货")
    assert refused.value.code == "solved"
    assert Issue.objects.get().solution == "启用替代料并加急空运800件"


def test_a_solution_that_does_not_hold_is_reopened_with_a_reason_and_another_24_hours(people: People, issue: Issue) -> None:
    solved = solve(people, issue)
    with clock.at(DUE):
        with pytest.raises(PermissionDenied):
            reopen_issue(actor=people["田牧野"], issue_uid=issue.uid, seen_version=solved.version, reason="空运取消")
        with pytest.raises(Refused):
            reopen_issue(actor=people["周以宁"], issue_uid=issue.uid, seen_version=solved.version, reason=" ")
        with pytest.raises(Conflict):
            reopen_issue(actor=people["周以宁"], issue_uid=issue.uid, seen_version=1, reason="空运取消")
        opened = reopen_issue(actor=people["周以宁"], issue_uid=issue.uid, seen_version=solved.version, reason="空运取消")
    assert (opened.state, opened.solved_at) == ("open", None)
    row = Clock.objects.get()
    assert (row.is_running, row.due_at) == (True, DUE + DAY)
    tick(DUE + DAY)
    assert Event.objects.filter(verb="issue.breached").count() == 1
    assert solve(people, opened, at=DUE + DAY + timedelta(hours=1)).state == "solved"


def test_the_page_shows_the_solution_its_lateness_and_its_tasks(people: People, issue: Issue, visit: Callable[..., Any]) -> None:
    tick(DUE)
    late = DUE + timedelta(minutes=90)
    solve(people, issue, at=late, measures=[asked("加急空运", "生产部", FIFTH)])
    page = words(visit(people["孟初晴"], f"/issues/{issue.uid}/"))
    for said in ("启用替代料并加急空运800件", "1 h 30 min late", "加急空运", "Solved, but late"):
        assert said in page
    task = Task.objects.get()
    assert f"/tasks/{task.uid}/" in page
    assert f"/issues/{issue.uid}/" in words(visit(people["田牧野"], f"/tasks/{task.uid}/"))


def test_reopening_says_which_version_it_changes(people: People, issue: Issue, visit: Callable[..., Any]) -> None:
    solved = solve(people, issue)
    address = f"/issues/{issue.uid}/reopen/"
    assert visit(people["周以宁"], address, {"reason": "空运取消"}).status_code == 428
    assert visit(people["周以宁"], address, {"reason": "", "seen_version": solved.version}).status_code == 422
    stale = visit(people["周以宁"], address, {"reason": "空运取消", "seen_version": 1})
    assert stale.status_code == 412
    assert "空运取消" in words(stale)
    assert visit(people["周以宁"], address, {"reason": "空运取消", "seen_version": solved.version}).status_code == 302
