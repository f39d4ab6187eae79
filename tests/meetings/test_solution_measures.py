"""What a coordination meeting asked is proposed as the measures of its solution, and is one task, not two (rule D7)."""

import html
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from common import clock
from meetings.measures import lines_of, read_measures
from meetings.models import Action, Meeting
from meetings.services import action_to_task, add_action, end_action, end_meeting, open_revision, publish_minutes
from people.models import Department, User
from projects.models import Project
from tests.meetings.test_coordination import HOUR, STARTS, call, get, post
from tests.tracking.conftest import project_in_execution
from tracking.models import Issue, Measure, Task
from tracking.services import measure_to_task, solve_issue
from tracking.services.issues import Asked

pytestmark = pytest.mark.django_db
People = dict[str, User]
AFTER, DUE = STARTS + HOUR, date(2026, 7, 5)


@pytest.fixture
def project(people: People) -> Project:
    return project_in_execution(people)


def department(name: str) -> Department:
    return Department.objects.get(name=name)


def said_at(people: People, meeting: Meeting) -> dict[str, Action]:
    """What the meeting asks: of a department how many, of a person, of nobody, of one whose words say how many."""
    chair: dict[str, Any] = {"actor": people["周以宁"], "meeting_uid": meeting.uid}
    with clock.at(AFTER):
        end_meeting(**chair)
        rows = [
            add_action(**chair, text="加急空运", department=department("生产部"), due_on=DUE, quantity=Decimal(1800), unit="件"),
            add_action(**chair, text="支付空运费", owner=people["孟初晴"], due_on=DUE),
            add_action(**chair, text="再问供应商"),
            add_action(**chair, text="备料 20 箱", department=department("生产部"), due_on=DUE, quantity=Decimal(20), unit="箱"),
        ]
    return {row.text: row for row in rows}


def proposed(client: Client, people: People, issue: Issue) -> str:
    """The measures as the form has them."""
    client.force_login(people["周以宁"])
    with clock.at(AFTER):
        page = client.get(f"/issues/{issue.uid}/solution/").content.decode()
    found = re.search(r'<textarea[^>]*name="measures"[^>]*>(.*?)</textarea>', page, re.S)
    assert found is not None
    return html.unescape(found[1]).strip()


def test_each_line_is_read_as_the_action_says(people: People, project: Project) -> None:
    meeting = call(people, project)
    rows = said_at(people, meeting)
    with clock.at(AFTER):
        read = [line.asked for line in read_measures("\n".join(lines_of(rows.values())), project)]
    assert read == [
        Asked("加急空运 1,800件", department("生产部"), DUE, None, Decimal(1800), "件"),
        Asked("支付空运费", department("财务部"), DUE, people["孟初晴"], None, ""),
        None,
        Asked("备料 20 箱", department("生产部"), DUE, None, Decimal(20), "箱"),
    ]


def test_they_are_proposed_but_for_what_became_something_already(people: People, project: Project, client: Client) -> None:
    meeting = call(people, project)
    rows = said_at(people, meeting)
    assert meeting.issue is not None
    with clock.at(AFTER):
        publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)
        action_to_task(actor=people["周以宁"], action_uid=rows["支付空运费"].uid)
        end_action(actor=people["周以宁"], action_uid=rows["再问供应商"].uid, outcome="done")
    lines = proposed(client, people, meeting.issue).splitlines()
    assert lines == ["@生产部 2026-07-05前 加急空运 1,800件", "@生产部 2026-07-05前 备料 20 箱"]
    beside = get(client, people["周以宁"], f"/meetings/{meeting.uid}/issue/", at=AFTER)
    assert "@生产部 2026-07-05前 备料 20 箱" in html.unescape(beside)


def test_given_as_the_solution_each_is_one_task(people: People, project: Project, client: Client) -> None:
    meeting = call(people, project)
    rows = said_at(people, meeting)
    assert meeting.issue is not None
    issue = meeting.issue
    measures = proposed(client, people, issue)
    assert "再问供应商" in measures
    measures = measures.replace("再问供应商", "@生产部 7月6日前 再问供应商")  # what it lacked is said
    said = {"solution": "启用替代料", "measures": measures, "seen_version": issue.version}
    assert post(client, people["周以宁"], f"/issues/{issue.uid}/solution/", said, at=AFTER).status_code == 302
    assert Task.objects.count() == 4
    with clock.at(AFTER + timedelta(minutes=5)):
        linked = {row.text: row.task for row in Action.objects.select_related("task") if row.task is not None}
        assert {text: task.title for text, task in linked.items()} == {
            "加急空运": "加急空运 1,800件", "支付空运费": "支付空运费", "备料 20 箱": "备料 20 箱",
            "再问供应商": "再问供应商",
        }  # fmt: skip
        assert linked["加急空运"].target == 1800
        assert action_to_task(actor=people["周以宁"], action_uid=rows["加急空运"].uid) == linked["加急空运"]
    assert Task.objects.count() == 4


def test_one_that_waits_is_linked_when_it_becomes_a_task_whichever_is_clicked(people: People, project: Project) -> None:
    meeting = call(people, project)
    rows = said_at(people, meeting)
    assert meeting.issue is not None
    asked = [Asked(text, department("生产部"), DUE) for text in ("备料 20 箱", "加急空运")]
    with clock.at(AFTER):
        solve_issue(
            actor=people["周以宁"], issue_uid=meeting.issue.uid, seen_version=None, solution="启用替代料", measures=asked,
            as_tasks=False,
        )  # fmt: skip
        first, second = Measure.objects.order_by("order")
        task = measure_to_task(actor=people["周以宁"], measure_uid=first.uid)
        assert Action.objects.get(pk=rows["备料 20 箱"].pk).task == task
        task = action_to_task(actor=people["周以宁"], action_uid=rows["加急空运"].uid)
        second.refresh_from_db()
        assert second.task == task
        assert measure_to_task(actor=people["周以宁"], measure_uid=second.uid) == task
    assert Task.objects.count() == 2


def test_the_same_words_for_another_department_are_another_task(people: People, project: Project) -> None:
    meeting = call(people, project)
    rows = said_at(people, meeting)
    assert meeting.issue is not None
    with clock.at(AFTER):
        solve_issue(
            actor=people["周以宁"], issue_uid=meeting.issue.uid, seen_version=None, solution="启用替代料",
            measures=[Asked("加急空运", department("财务部"), DUE)],
        )  # fmt: skip
    assert Action.objects.get(pk=rows["加急空运"].pk).task is None


def test_it_is_linked_in_the_version_that_is_being_written(people: People, project: Project) -> None:
    meeting = call(people, project)
    said_at(people, meeting)
    assert meeting.issue is not None
    with clock.at(AFTER):
        out = publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)
        draft = open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="更正")
        solve_issue(
            actor=people["周以宁"], issue_uid=meeting.issue.uid, seen_version=None, solution="启用替代料",
            measures=[Asked("加急空运", department("生产部"), DUE)],
        )  # fmt: skip
    assert draft.actions.get(text="加急空运").task == Task.objects.get()
