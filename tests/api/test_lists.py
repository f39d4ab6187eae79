"""Lists: pages behind a cursor that what is added meanwhile does not shift, the board's filters, the dump, and their queries."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.api.docs import schema_as
from common import clock
from people.models import User
from people.tokens import make_token
from projects.models import Project
from tests.api.conftest import JULY, Api
from tests.big import big_project
from tests.tracking.build import july, say, task
from tracking.models import Risk, Task

pytestmark = pytest.mark.django_db
Caller = Callable[[str], Api]
CANARY = "金丝雀词"


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with clock.at(JULY):
        yield


def walk(caller: Api, path: str, limit: int = 2, meanwhile: Callable[[int], None] = lambda _page: None) -> list[Any]:
    """All rows, page by page."""
    found, cursor, page = [], "", 0
    while True:
        body = caller.get(f"{path}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json()
        found += body["results"]
        cursor, page = body["next"], page + 1
        if cursor is None:
            return found
        meanwhile(page)


def test_pages_show_each_row_once_though_rows_are_added_and_moved_meanwhile(
    api: Caller, people: dict[str, User], project: Project, tasks: dict[str, Task]
) -> None:
    caller = api("许知夏")

    def meanwhile(page: int) -> None:
        task(people, project, title=f"后来的任务{page}") if page < 3 else None
        row = Task.objects.get(pk=tasks["T8c"].pk)
        caller.post(f"tasks/{row.uid}/move/", {"edge": "start" if page % 2 else "end"}, row.version)

    seen = [row["title"] for row in walk(caller, f"projects/{project.uid}/tasks/", 1, meanwhile)]
    assert seen == ["铺货100家门店", "华东区铺货", "华南区铺货", "华北区铺货", "后来的任务1", "后来的任务2"]


def test_reports_come_newest_first_and_new_ones_do_not_shift_the_pages(
    api: Caller, people: dict[str, User], project: Project, tasks: dict[str, Task]
) -> None:
    for number in range(1, 6):
        say(people, tasks["T8a"], number, at=july(13 + number))
    path = f"projects/{project.uid}/reports/"
    found = walk(api("许知夏"), path, 2, lambda page: say(people, tasks["T8b"], page, at=july(19, 10 + page)) and None)
    assert [row["done"] for row in found] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=%00", "cursor=", "q=", "limit=0", "limit=201", "limit=x",
                                   "all=2", "sort=title", "late=2", "due_from=gestern", "status=finished", "node=x"])  # fmt: skip
def test_what_a_list_does_not_understand_is_refused_by_name(api: Caller, project: Project, query: str) -> None:
    answer = api("许知夏").get(f"projects/{project.uid}/tasks/?{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, query.partition("=")[0])


def test_a_cursor_of_another_project_leads_nowhere(api: Caller, people: dict[str, User], tasks: dict[str, Task]) -> None:
    other = big_project(30, people=10)
    caller = Api(_token(other.liaison))
    cursor = caller.get(f"projects/{other.project.uid}/tasks/?limit=1").json()["next"]
    answer = api("许知夏").get(f"projects/{tasks['T8'].project.uid}/tasks/?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (404, "bad_cursor")


def test_the_filters_are_those_of_the_board(
    api: Caller, people: dict[str, User], project: Project, tasks: dict[str, Task]
) -> None:
    caller, path = api("程子昂"), f"projects/{project.uid}/tasks/?"
    say(people, tasks["T8a"], 3, at=july(17))

    def titles(query: str) -> list[str]:
        return [row["title"] for row in caller.get(path + query).json()["results"]]

    assert titles("") == ["铺货100家门店", "华东区铺货", "华南区铺货", "华北区铺货"]
    assert titles("status=in_progress") == ["华东区铺货"]
    assert titles("assignee=me") == ["华东区铺货"]
    assert titles("q=华北&status=not_started&status=in_progress") == ["华北区铺货"]
    assert titles("due_to=2026-07-31") == []
    assert titles("due_from=2026-08-02&due_to=2026-08-01") == []
    assert caller.get(path + "due_from=2026-08-02&due_to=2026-08-01&department=nobody").status_code == 400
    assert titles("risk=1") == [risk.task.title for risk in Risk.objects.filter(task__parent__isnull=False, state="open")]


def test_delayed_is_what_was_due_before_today(api: Caller, people: dict[str, User], project: Project) -> None:
    due = {day: task(people, project, title=str(day), due_on=date(2026, 7, day)) for day in (19, 20)}
    rows = api("许知夏").get(f"projects/{project.uid}/tasks/").json()["results"]
    assert {row["uid"]: row["delayed"] for row in rows} == {str(due[19].uid): True, str(due[20].uid): False}


def test_the_dump_holds_all_of_it(api: Caller, people: dict[str, User], project: Project, tasks: dict[str, Task]) -> None:
    say(people, tasks["T8a"], 3, at=july(17))
    caller = api("周以宁")
    dump = caller.get(f"projects/{project.uid}/dump/").json()
    assert dump["tasks"] == caller.get(f"projects/{project.uid}/tasks/?all=1").json()["results"]
    assert dump["reports"] == caller.get(f"projects/{project.uid}/reports/").json()["results"]
    assert dump["risks"] == caller.get(f"projects/{project.uid}/risks/").json()["results"]
    assert {row["name"]: row["liaison"]["name"] for row in dump["departments"]}["销售部"] == "许知夏"
    assert dump["name"] == "新品上市"


def _token(user: User) -> str:
    return make_token(actor=None, user_uid=user.uid)[1]


def used(caller: Api, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(path).status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_rows(people: dict[str, User]) -> None:
    counts = []
    for size in (100, 300):
        big = big_project(size, people=10)
        caller = Api(_token(big.liaison))
        caller.get("")
        paths = ("tasks/?all=1", "tasks/?limit=20", "tasks/?limit=20&promise=1", "reports/", "risks/", "minutes/", "", "dump/")
        counts.append([used(caller, f"projects/{big.project.uid}/{path}") for path in paths])
    assert counts[0] == counts[1]
    assert max(counts[0][:-1]) <= 15
    assert counts[0][-1] <= 30  # the dump reads everything that the others read


def test_a_confidential_project_is_in_no_answer_to_others(
    api: Caller, people: dict[str, User], project: Project, tasks: dict[str, Task]
) -> None:
    Project.objects.filter(pk=project.pk).update(confidential=True, name=f"{CANARY}项目", goal=CANARY)
    Task.objects.filter(pk=tasks["T8a"].pk).update(title=f"{CANARY}任务")
    row = tasks["T8a"]
    paths = [
        "", "projects/",
        *(f"projects/{project.uid}/{part}" for part in ("", "tasks/", "reports/", "risks/", "minutes/", "dump/")),
        f"tasks/{row.uid}/", f"tasks/{row.uid}/reports/", f"tasks/{row.uid}/comments/",
    ]  # fmt: skip
    for name in ("米小禾", "陆景行", "单𠮷安", "毕以恒"):  # of the lead department, an executive, an outsider, the administrator
        for path in paths:
            assert CANARY not in api(name).get(path).content.decode(), (name, path)
        for act, body in (("reports", {"done": 1}), ("move", {"to": "done"}), ("comments", {"text": "?"}), ("submit", {})):
            answer = api(name).post(f"tasks/{row.uid}/{act}/", body, 99)
            assert answer.status_code == 404
            assert CANARY not in answer.content.decode()
    assert CANARY in api("许知夏").get("projects/").content.decode()


def test_no_key_of_the_database_leaves_it_and_every_field_is_described(
    api: Caller, people: dict[str, User], project: Project, tasks: dict[str, Task]
) -> None:
    say(people, tasks["T8a"], 3, at=july(17))
    dump = api("周以宁").get(f"projects/{project.uid}/dump/").json()
    shapes = json.loads(schema_as("json"))["components"]["schemas"]
    for name, row in (("DumpShape", dump), ("TaskShape", dump["tasks"][0]), ("ReportShape", dump["reports"][0]),
                      ("RiskShape", dump["risks"][0]), ("DepartmentShape", dump["departments"][0])):  # fmt: skip
        assert set(row) == set(shapes[name]["properties"]), name
        assert not {key for key in row if key == "id" or key == "pk" or key.endswith("_id")}
