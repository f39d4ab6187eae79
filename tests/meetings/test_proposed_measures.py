"""What a meeting asked comes into the solution as it was said, once, from the meeting that asked it (rule D7)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from common import clock
from meetings.measures import lines_of, read_measures
from meetings.models import Action
from meetings.queries import readable_on
from meetings.services import action_to_task, add_action, end_meeting, mark_not_held
from meetings.spoken import counted, find_due
from people.models import User
from projects.models import Project
from tests.meetings.test_coordination import HOUR, STARTS, call
from tests.meetings.test_solution_measures import AFTER, DUE, department, proposed, said_at
from tests.tracking.conftest import project_in_execution
from tracking.models import Measure, Task
from tracking.services import measure_to_task, reopen_issue, solve_issue
from tracking.services.issues import Asked

pytestmark = pytest.mark.django_db
People = dict[str, User]
DAY = timedelta(days=1)


@pytest.fixture
def project(people: People) -> Project:
    return project_in_execution(people)


def again(project: Project, text: str, **more: Any) -> tuple[str, date, Decimal | None, str]:
    """An action of these words as its line is read: words, day, quantity, unit."""
    line = lines_of([Action(text=text, department=department("生产部"), due_on=DUE, **more)])[0]
    with clock.at(AFTER):
        asked = read_measures(line, project)[0].asked
    assert asked is not None, line
    return asked.text, asked.due_on, asked.quantity, asked.unit


@pytest.mark.parametrize(
    "words",
    [
        "前端页面改版", "内部评审", "内测", "日报模板", "号码牌制作", "止损方案", "以内部名义致函",
        "至诚公司对账", "复盘上周五的停线", "说明昨天的停线", "恢复线上月活",
        "explain yesterday's halt", "to inform the supplier",
    ],
)  # fmt: skip
def test_no_word_of_an_action_is_taken_for_its_day(people: People, project: Project, words: str) -> None:
    assert again(project, words) == (words, DUE, None, "")


def test_a_day_in_figures_is_the_due_date_beside_a_past_one_and_a_past_one_alone_is_none() -> None:
    today = date(2026, 7, 2)
    for said, day in (("2026-07-05前 说明昨天的停线", DUE), ("说明昨天的停线", None), ("周五前 说明昨天的停线", None)):
        found = find_due(said, today)
        assert found is not None
        assert found.day == day


@pytest.mark.parametrize(
    ("words", "number", "unit", "read"),
    [
        ("空运", 1800, "件", "空运 1,800件"),
        ("空运 1800 件", 1800, "件", "空运 1800 件"),
        ("分 3 批空运", 1800, "件", "分 3 批空运 目标 1,800件"),
        ("空运 20-30 箱", 25, "箱", "空运 20-30 箱 目标 25箱"),
        ("空运 20 箱", 20, "件", "空运 20 箱 目标 20件"),
        ("fly in 3 batches", 1800, "boxes", "fly in 3 batches target 1,800\N{NO-BREAK SPACE}boxes"),
    ],
)
def test_a_quantity_chosen_beside_the_words_stays(
    people: People, project: Project, words: str, number: int, unit: str, read: str
) -> None:
    read = read.replace("\N{NO-BREAK SPACE}", " ")
    assert again(project, words, quantity=Decimal(number), unit=unit) == (read, DUE, Decimal(number), unit)


def test_of_two_quantities_the_one_called_the_target_counts_and_two_targets_are_two() -> None:
    found, doubt = counted("分 3 批 目标：20 箱")
    assert found is not None
    assert (found.number, found.unit, doubt) == (20, "箱", "")
    assert counted("目标 3 批 目标 20 箱")[0] is None


def test_a_later_meeting_that_is_to_come_or_called_off_does_not_hide_the_one_that_was_held(
    people: People, project: Project, client: Client
) -> None:
    held = call(people, project)
    rows = said_at(people, held)
    issue = held.issue
    assert issue is not None
    lines = proposed(client, people, issue)
    call(people, project, issue_uid=issue.uid, starts_at=STARTS + DAY, ends_at=STARTS + DAY + HOUR)
    assert proposed(client, people, issue) == lines
    off = call(people, project, issue_uid=issue.uid, starts_at=STARTS + 3 * HOUR, ends_at=STARTS + 4 * HOUR)
    with clock.at(AFTER):
        mark_not_held(actor=people["周以宁"], meeting_uid=off.uid, reason="已解决")
    with clock.at(STARTS + 5 * HOUR):
        found = readable_on(people["周以宁"], issue)
        assert found is not None
        assert found.meeting == held
        solve_issue(
            actor=people["周以宁"], issue_uid=issue.uid, seen_version=None, solution="启用替代料",
            measures=[Asked("加急空运", department("生产部"), DUE)],
        )  # fmt: skip
    assert Action.objects.get(pk=rows["加急空运"].pk).task == Task.objects.get()


def test_what_the_next_meeting_asked_is_proposed_once_it_was_held(people: People, project: Project, client: Client) -> None:
    held = call(people, project)
    said_at(people, held)
    issue = held.issue
    assert issue is not None
    later = call(people, project, issue_uid=issue.uid, starts_at=AFTER - HOUR / 2, ends_at=AFTER + HOUR)
    with clock.at(AFTER):
        end_meeting(actor=people["周以宁"], meeting_uid=later.uid)
        add_action(actor=people["周以宁"], meeting_uid=later.uid, text="改走陆运", department=department("生产部"), due_on=DUE)
    assert proposed(client, people, issue) == "@生产部 2026-07-05前 改走陆运"


def test_reopened_what_waits_as_a_measure_already_is_not_proposed_a_second_time(
    people: People, project: Project, client: Client
) -> None:
    meeting = call(people, project)
    rows = said_at(people, meeting)
    issue = meeting.issue
    assert issue is not None
    chair: dict[str, Any] = {"actor": people["周以宁"], "issue_uid": issue.uid, "seen_version": None}
    lines = proposed(client, people, issue).splitlines()
    with clock.at(AFTER):
        read = [line.asked for line in read_measures("\n".join(lines), project) if line.asked]
        solve_issue(**chair, solution="启用替代料", measures=read, as_tasks=False)
        reopen_issue(**chair, reason="不够")
    assert len(read) == 3
    assert proposed(client, people, issue).splitlines() == ["再问供应商"]
    with clock.at(AFTER):
        task = action_to_task(actor=people["周以宁"], action_uid=rows["加急空运"].uid)
        assert Measure.objects.get(text="加急空运 1,800件").task == task
    assert Measure.objects.count() == 3


def test_of_two_equal_actions_one_waits_and_the_other_is_still_proposed(people: People, project: Project, client: Client) -> None:
    meeting = call(people, project)
    issue = meeting.issue
    assert issue is not None
    of: dict[str, Any] = {"actor": people["周以宁"], "meeting_uid": meeting.uid, "department": department("生产部")}
    with clock.at(AFTER):
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid)
        for _number in range(2):
            add_action(**of, text="内部评审", due_on=DUE)
        asked = [Asked("内部评审", department("生产部"), DUE)]
        chair: dict[str, Any] = {"actor": people["周以宁"], "issue_uid": issue.uid, "seen_version": None}
        solve_issue(**chair, solution="评审", measures=asked, as_tasks=False)
        reopen_issue(**chair, reason="不够")
    assert proposed(client, people, issue).splitlines() == ["@生产部 2026-07-05前 内部评审"]


def of_nobody(people: People, project: Project, *measures: Asked, as_tasks: bool) -> Action:
    """An action that names nobody, and a solution that asks these measures."""
    meeting = call(people, project)
    assert meeting.issue is not None
    with clock.at(AFTER):
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid)
        action = add_action(
            actor=people["周以宁"], meeting_uid=meeting.uid, text="再问供应商", due_on=DUE, quantity=Decimal(3), unit="家"
        )
        solve_issue(
            actor=people["周以宁"], issue_uid=meeting.issue.uid, seen_version=None, solution="再问", measures=measures,
            as_tasks=as_tasks,
        )  # fmt: skip
    return action


def test_an_action_that_names_nobody_is_the_measure_that_says_who(people: People, project: Project) -> None:
    action = of_nobody(people, project, Asked("再问供应商 3家", department("生产部"), DUE), as_tasks=True)
    action.refresh_from_db()
    assert action.task == Task.objects.get()


def test_given_to_another_department_it_is_not_the_measure_that_waits(people: People, project: Project) -> None:
    action = of_nobody(people, project, Asked("再问供应商", department("生产部"), DUE), as_tasks=False)
    with clock.at(AFTER):
        action_to_task(actor=people["周以宁"], action_uid=action.uid, owner=people["孟初晴"])
        assert Measure.objects.get().task is None
        measure_to_task(actor=people["周以宁"], measure_uid=Measure.objects.get().uid)
    assert Task.objects.count() == 2
