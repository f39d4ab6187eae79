"""The same key does nothing twice: by the API, by forms, after a crash, and eight at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from activity.models import Comment, Event, Once
from activity.once import forget_old_keys
from collab.samples.people import load_people
from common import clock, ports
from people.models import User
from people.tokens import make_token
from projects.models import Project
from tests.api.conftest import JULY, Api
from tests.tracking.build import rollout
from tests.tracking.conftest import project_in_execution
from tracking.models import Report, Task

Caller = Callable[[str], Api]
KEY = {"Idempotency-Key": "4711"}


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.at(JULY):
        yield


@pytest.mark.django_db
def test_the_same_key_and_body_get_the_same_answer_and_one_effect(api: Caller, tasks: dict[str, Task]) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    first, second = (caller.post(f"tasks/{row.uid}/reports/", {"done": 5}, row.version, **KEY) for _ in range(2))
    assert (first.status_code, first.content, first["ETag"]) == (second.status_code, second.content, second["ETag"])
    assert first.status_code == 201
    assert second["Idempotency-Replayed"] == "true"
    assert Report.objects.count() == Once.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused(api: Caller, tasks: dict[str, Task]) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    caller.post(f"tasks/{row.uid}/reports/", {"done": 5}, row.version, **KEY)
    for path, body in ((f"tasks/{row.uid}/reports/", {"done": 6}), (f"tasks/{row.uid}/comments/", {"text": "好"})):
        other = caller.post(path, body, row.version, **KEY)
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Report.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_two_people_are_two_keys(api: Caller, tasks: dict[str, Task]) -> None:
    path = f"tasks/{tasks['T8a'].uid}/comments/"
    for name in ("许知夏", "周以宁"):
        assert api(name).post(path, {"text": "好"}, **KEY).status_code == 201
    assert Comment.objects.count() == 2


@pytest.mark.django_db
def test_what_was_refused_took_no_key(api: Caller, tasks: dict[str, Task]) -> None:
    caller, row = api("许知夏"), tasks["T8a"]
    path = f"tasks/{row.uid}/reports/"
    assert caller.post(path, {"done": 5}, 99, **KEY).status_code == 412
    assert not Once.objects.exists()
    assert caller.post(path, {"done": 5}, row.version, **KEY).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 101, "schlüssel", "a\tb"])
def test_a_key_that_is_none(api: Caller, tasks: dict[str, Task], key: str) -> None:
    answer = api("许知夏").post(f"tasks/{tasks['T8a'].uid}/comments/", {"text": "好"}, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")


@pytest.mark.django_db(transaction=True)
def test_a_crash_in_between_leaves_neither_effect_nor_key() -> None:
    people = load_people()
    row = rollout(people, project_in_execution(people))["T8a"]
    caller = Api(make_token(actor=None, user_uid=people["许知夏"].uid)[1])

    def crash(_event: Any) -> None:
        raise RuntimeError("the power went out")

    ports.react("task.progress_reported", crash)
    try:
        with suppress(RuntimeError):
            caller.post(f"tasks/{row.uid}/reports/", {"done": 5}, row.version, **KEY)
    finally:
        ports.reactions["task.progress_reported"].remove(crash)
    assert not Once.objects.exists()
    assert not Report.objects.exists()
    assert caller.post(f"tasks/{row.uid}/reports/", {"done": 5}, row.version, **KEY).status_code == 201


@pytest.mark.django_db
def test_keys_are_forgotten_after_seven_days(people: dict[str, User]) -> None:
    for days in (6, 8):
        Once.objects.create(user=people["许知夏"], key=str(days), fingerprint="", at=clock.now() - timedelta(days=days))
    assert forget_old_keys() == 1
    assert Once.objects.get().key == "6"


def comment(client: Client, row: Task, text: str, once: str) -> Any:
    return client.post(reverse("comments_of", args=["tracking.task", row.uid]), {"text": text, "once": once})


@pytest.mark.django_db
def test_a_double_click_on_a_form_makes_one_and_both_see_the_same(people: dict[str, User], tasks: dict[str, Task]) -> None:
    client = Client()
    client.force_login(people["周以宁"])
    answers = [comment(client, tasks["T8a"], "华东够吗？", "abc123") for _ in range(2)]
    assert Comment.objects.count() == 1
    assert Event.objects.filter(verb="comment.made").count() == 1
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].headers.get("Location") == answers[1].headers.get("Location")


@pytest.mark.django_db
def test_who_goes_back_and_types_something_else_makes_another(people: dict[str, User], tasks: dict[str, Task]) -> None:
    client = Client()
    client.force_login(people["周以宁"])
    for text in ("第一句", "第二句"):
        comment(client, tasks["T8a"], text, "abc123")
    assert Comment.objects.count() == 2


@pytest.mark.django_db
def test_a_form_that_was_refused_can_be_sent_again(people: dict[str, User], tasks: dict[str, Task]) -> None:
    client = Client()
    client.force_login(people["周以宁"])
    comment(client, tasks["T8a"], " ", "abc123")
    assert not Once.objects.exists()
    comment(client, tasks["T8a"], "好", "abc123")
    assert Comment.objects.count() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_make_one_and_get_the_same_answer() -> None:
    people = load_people()
    project: Project = project_in_execution(people)
    row = rollout(people, project)["T8a"]
    token = make_token(actor=None, user_uid=people["许知夏"].uid)[1]
    gate, answers = threading.Barrier(8), []

    def send() -> None:
        with clock.at(JULY):
            caller = Api(token)
            gate.wait()
            answers.append(caller.post(f"tasks/{row.uid}/reports/", {"done": 5}, row.version, **KEY))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(answers) == 8
    assert Report.objects.count() == Once.objects.count() == 1
