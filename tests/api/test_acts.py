"""What the API does: the same services as the pages, the version in If-Match, each refusal by its status and its code."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from activity.models import Comment, Event
from common import clock
from people.models import User
from projects.models import Project
from tests.api.conftest import JULY, Api
from tests.tracking.build import quantified
from tracking.models import Report, Task

pytestmark = pytest.mark.django_db
Caller = Callable[[str], Api]


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with clock.at(JULY):
        yield


def test_a_report_answers_with_the_task_after_it_and_its_new_version(api: Caller, tasks: dict[str, Task]) -> None:
    row = tasks["T8a"]
    answer = api("许知夏").post(f"tasks/{row.uid}/reports/", {"done": 12, "note": "首批到货"}, row.version)
    assert answer.status_code == 201
    said = answer.json()
    assert answer["ETag"] == f'"{said["task"]["version"]}"' == f'"{row.version + 1}"'
    assert (said["report"]["done"], said["report"]["before"], said["report"]["note"]) == (12, 0, "首批到货")
    assert (said["task"]["state"], said["task"]["actual"]) == ("in_progress", 40.0)
    assert Report.objects.get().done == Decimal(12)
    assert Event.objects.filter(verb="task.progress_reported").count() == 1


def test_a_version_that_is_missing_or_stale_or_none_at_all(api: Caller, tasks: dict[str, Task]) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    path = f"tasks/{row.uid}/reports/"
    missing = caller.post(path, {"done": 1})
    assert (missing.status_code, missing.json()["code"]) == (428, "version_required")
    for said in ("7", "*", '"7", "8"', '"seven"', '""'):
        wrong = caller.post(path, {"done": 1}, **{"If-Match": said})
        assert (wrong.status_code, wrong.json()["field"]) == (400, "If-Match"), said
    api("周以宁").post(path, {"done": 5}, row.version)
    stale = caller.post(path, {"done": 8}, row.version)
    assert stale.status_code == 412
    body = stale.json()
    assert body["code"] == "conflict"
    assert body["mine"]["done"] == 8
    assert body["theirs"]["done"] == 5
    assert body["theirs"]["version"] == row.version + 1
    assert body["theirs"]["who"]["name"] == "周以宁"
    assert Report.objects.count() == 1


def test_more_than_the_target_asks_to_confirm_and_less_than_before_for_a_reason(api: Caller, tasks: dict[str, Task]) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    path = f"tasks/{row.uid}/reports/"
    above = caller.post(path, {"done": 31}, row.version)
    assert (above.status_code, above.json()["need"], above.json()["code"]) == (422, "confirm", "needs_confirm")
    version = caller.post(path, {"done": 31, "confirm": True}, row.version).json()["task"]["version"]
    below = caller.post(path, {"done": 3}, version)
    assert (below.status_code, below.json()["need"], below.json()["field"]) == (422, "reason", "reason")
    assert caller.post(path, {"done": 3, "reason": "退货"}, version).status_code == 201


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "done"), ({"done": "viel"}, "done"), ({"done": -1}, "done"), ({"done": 1.005}, "done"), ({"done": None}, "done"),
        ({"done": 1, "dnoe": 2}, "dnoe"), ({"done": 1, "confirm": "maybe"}, "confirm"), ({"done": 1, "note": "x" * 2001}, "note"),
        ({"done": 1, "state": "done"}, "state"), ({"done": 1, "note": "\x00"}, "note"),
        ({"done": 1, "note": 7}, "note"), ({"done": True}, "done"), ({"done": "1e2"}, "done"),
    ],
)  # fmt: skip
def test_a_body_that_is_wrong_names_its_field(api: Caller, tasks: dict[str, Task], said: dict, field: str) -> None:
    answer = api("许知夏").post(f"tasks/{tasks['T8a'].uid}/reports/", said, 1)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "invalid", field)
    assert field in answer.json()["errors"]
    assert not Report.objects.exists()


def test_what_is_no_json_or_no_object_or_not_offered(api: Caller, tasks: dict[str, Task]) -> None:
    caller, path = api("许知夏"), f"/api/v1/tasks/{tasks['T8a'].uid}/reports/"
    version = {"If-Match": '"1"'}
    for text, status in (("{", 400), ("[1]", 400), ('"x"', 400), ("NaN", 400)):
        answer = caller.client.post(path, text, content_type="application/json", headers=version)
        assert answer.status_code == status, text
        assert answer.json()["message"]
    form = caller.client.post(path, {"done": "1"}, headers=version)
    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")
    wrong = caller.client.delete(path)
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    nowhere = caller.get("nowhere/")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not_found")


def test_may_not_and_not_now_are_different_noes(api: Caller, people: dict[str, User], tasks: dict[str, Task]) -> None:
    other = api("沈嘉禾").post(f"tasks/{tasks['T8a'].uid}/reports/", {"done": 1}, tasks["T8a"].version)
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    whole = api("许知夏").post(f"tasks/{tasks['T8'].uid}/reports/", {"done": 1}, tasks["T8"].version)
    assert (whole.status_code, whole.json()["code"]) == (409, "has_parts")
    Project.objects.filter(pk=tasks["T8"].project_id).update(hold="suspended")
    frozen = api("许知夏").post(f"tasks/{tasks['T8a'].uid}/reports/", {"done": 1}, tasks["T8a"].version)
    assert (frozen.status_code, frozen.json()["code"]) == (409, "frozen")


def test_a_move_is_a_report_and_says_so(api: Caller, tasks: dict[str, Task]) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    begun = caller.post(f"tasks/{row.uid}/move/", {"to": "in_progress"}, row.version)
    assert (begun.status_code, begun.json()["state"]) == (200, "in_progress")
    done = caller.post(f"tasks/{row.uid}/move/", {"to": "done"}, begun.json()["version"])
    assert (done.json()["state"], done.json()["done"]) == ("done", 30)
    back = caller.post(f"tasks/{row.uid}/move/", {"to": "in_progress"}, done.json()["version"])
    assert (back.status_code, back.json()["need"]) == (422, "reason")
    nothing = caller.post(f"tasks/{row.uid}/move/", {}, done.json()["version"])
    assert (nothing.status_code, nothing.json()["code"]) == (409, "move")


def test_a_move_puts_a_task_before_another_and_only_the_order_changes(api: Caller, tasks: dict[str, Task]) -> None:
    row, first = tasks["T8c"], tasks["T8a"]
    answer = api("许知夏").post(f"tasks/{row.uid}/move/", {"before": str(first.uid)}, row.version)
    assert answer.status_code == 200
    assert answer.json()["rank"] < first.rank
    assert answer.json()["version"] == row.version + 1


def test_ids_in_bodies_are_looked_for_only_where_they_belong(
    api: Caller, people: dict[str, User], tasks: dict[str, Task], departments: dict
) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    foreign = Project.objects.create(
        code="X", name="别的", state="execution", initiating_dept=departments["销售部"], lead_dept=departments["销售部"],
        created_by=people["许知夏"], started_at=clock.now(),
    )  # fmt: skip
    node = foreign.nodes.create(name="别的节点", department=departments["销售部"])
    for name, uid in (
        ("node", node.uid), ("department", departments["审计部"].uid), ("before", foreign.uid), ("after", "not a uid"),
    ):  # fmt: skip
        answer = caller.post(f"tasks/{row.uid}/move/", {name: str(uid)}, row.version)
        assert (answer.status_code, answer.json()["field"]) == (400 if name == "after" else 409, name)


def test_a_deliverable_is_submitted_and_returned_and_accepted(
    api: Caller, people: dict[str, User], project: Project, departments: dict
) -> None:
    row = quantified(people, project, handed_to=departments["市场部"])
    submitted = api("许知夏").post(f"tasks/{row.uid}/submit/", {"note": "照片在附件"}, row.version)
    assert (submitted.status_code, submitted.json()["state"]) == (200, "awaiting_acceptance")
    version = submitted.json()["version"]
    assert api("许知夏").post(f"tasks/{row.uid}/accept/", {}, version).status_code == 403
    empty = api("周以宁").post(f"tasks/{row.uid}/return/", {}, version)
    assert (empty.status_code, empty.json()["field"]) == (400, "reason")
    returned = api("周以宁").post(f"tasks/{row.uid}/return/", {"reason": "缺签收单"}, version).json()
    assert returned["state"] == "in_progress"
    again = api("许知夏").post(f"tasks/{row.uid}/submit/", {}, returned["version"]).json()
    accepted = api("周以宁").post(f"tasks/{row.uid}/accept/", {}, again["version"])
    assert (accepted.status_code, accepted.json()["state"]) == (200, "done")


def test_a_comment_is_made_and_read_again(api: Caller, tasks: dict[str, Task]) -> None:
    path = f"tasks/{tasks['T8a'].uid}/comments/"
    made = api("周以宁").post(path, {"text": "华东够吗？"})
    assert (made.status_code, made.json()["author"]["name"]) == (201, "周以宁")
    assert [row["text"] for row in api("许知夏").get(path).json()["results"]] == ["华东够吗？"]
    assert api("周以宁").post(path, {"text": "  "}).status_code == 400
    assert Comment.objects.count() == 1


def test_a_write_stays_within_its_queries(api: Caller, tasks: dict[str, Task], django_assert_max_num_queries: Callable) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    path = f"tasks/{row.uid}/reports/"
    first = caller.post(path, {"done": 12}, row.version).json()["task"]
    with django_assert_max_num_queries(25):
        second = caller.post(path, {"done": 13}, first["version"])
    with django_assert_max_num_queries(30):  # three more claim the key, and two keep the answer
        caller.post(path, {"done": 14}, second.json()["task"]["version"], **{"Idempotency-Key": "k"})


def test_the_same_task_reads_alike_in_lists_alone_and_after_a_write(api: Caller, tasks: dict[str, Task]) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    written = caller.post(f"tasks/{row.uid}/reports/", {"done": 12.5}, row.version).json()
    alone = caller.get(f"tasks/{row.uid}/").json()
    listed = {one["uid"]: one for one in caller.get(f"projects/{row.project.uid}/tasks/?all=1").json()["results"]}
    assert written["task"] == alone == listed[str(row.uid)]
    assert caller.get(f"tasks/{row.uid}/reports/").json()["results"] == [written["report"]]
