"""Handing over, accepting and returning from the task's page and from My desk."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from common import clock
from people.models import Department, User
from projects.models import Project
from tests.tracking.build import People, july, quantified, rollout, say, words
from tracking.models import Review, Task
from tracking.services import edit_task, submit_task

pytestmark = pytest.mark.django_db
NOW = july(20, 10)
Send = Callable[..., Any]


@pytest.fixture
def row(people: People, project: Project) -> Task:
    """A task of 销售部 that 市场部 receives; 周以宁 speaks for 市场部."""
    return quantified(people, project, handed_to=Department.objects.get(name="市场部"))


@pytest.fixture
def handed(people: People, row: Task) -> Task:
    with clock.at(july(20, 9)):
        submit_task(actor=people["许知夏"], task_uid=row.uid, seen_version=row.version)
    row.refresh_from_db()
    return row


@pytest.fixture
def go(client: Client) -> Send:
    """Open or send something as a person, at 10 o'clock on 20 July."""

    def open_or_send(person: User, name: str, row: Task | None = None, *, query: str = "", **said: Any) -> Any:
        User.objects.filter(pk=person.pk).update(language="en")
        person.refresh_from_db()
        client.force_login(person)
        url = reverse(name, args=[row.uid] if row else []) + query
        with clock.at(NOW), translation.override("en"):
            if said:
                return client.post(url, {"place": "line"} | said, headers={"HX-Request": "true"})
            return client.get(url)

    return open_or_send


def seen(row: Task) -> dict[str, Any]:
    newest = Review.objects.filter(task=row).first()
    return {"seen_version": row.version, "seen_review": newest.task_version if newest else 0}


def test_what_is_handed_over_waits_on_the_desk_of_its_receiver(people: People, handed: Task, go: Send) -> None:
    desk = words(go(people["周以宁"], "desk"))
    for shown in ('id="desk-confirm"', "Handed over to 市场部", "waiting since", "许知夏", "Accept", "Return…"):
        assert shown in desk
    owner = words(go(people["许知夏"], "desk"))
    assert 'id="desk-waiting"' in owner
    assert f'id="review-{handed.uid}"' not in owner
    assert words(go(people["沈嘉禾"], "desk")).count("铺货100家门店") == 0


def test_one_click_accepts_and_twice_is_once(people: People, handed: Task, go: Send) -> None:
    said = seen(handed)
    for _click in range(2):
        assert "Accepted." in words(go(people["周以宁"], "accept_task", handed, **said))
    handed.refresh_from_db()
    assert handed.state == "done"
    assert Review.objects.filter(task=handed, kind="accepted").count() == 1


def test_what_changed_beside_the_hand_over_disturbs_no_acceptance(people: People, handed: Task, go: Send) -> None:
    said = seen(handed)
    with clock.at(july(20, 9, 30)):
        edit_task(actor=people["许知夏"], task_uid=handed.uid, seen_version=handed.version, weight=3)
    assert "Accepted." in words(go(people["周以宁"], "accept_task", handed, **said))


def test_a_return_says_what_is_missing_and_comes_back_to_its_owner(people: People, handed: Task, go: Send) -> None:
    asked = go(people["周以宁"], "return_task", handed, query="?place=line")
    assert "What is missing" in words(asked)
    empty = go(people["周以宁"], "return_task", handed, **seen(handed), reason=" ")
    assert empty.status_code == 422
    assert "Say what is missing." in words(empty)
    assert "Returned." in words(go(people["周以宁"], "return_task", handed, **seen(handed), reason="缺签收单"))
    desk = words(go(people["许知夏"], "desk"))
    assert 'id="desk-answer"' in desk
    assert "缺签收单" in desk
    handed.refresh_from_db()
    say(people, handed, Decimal(44), at=july(20, 11), reason="重做")
    with clock.at(july(20, 12)):
        assert "缺签收单" not in words(go(people["许知夏"], "desk"))


def test_a_new_hand_over_is_not_accepted_by_a_page_that_showed_the_last(people: People, handed: Task, go: Send) -> None:
    old = seen(handed)
    go(people["周以宁"], "return_task", handed, **old, reason="缺签收单")
    handed.refresh_from_db()
    with clock.at(july(20, 9, 40)):
        submit_task(actor=people["许知夏"], task_uid=handed.uid, seen_version=handed.version)
    answer = go(people["林书瑶"], "accept_task", handed, **old)
    assert answer.status_code == 412
    handed.refresh_from_db()
    assert handed.state == "awaiting_acceptance"


def test_the_task_page_offers_to_hand_over_to_accept_or_nothing(people: People, row: Task, go: Send) -> None:
    assert "Finished: hand it over to 市场部" in words(go(people["许知夏"], "task", row))
    assert "Handed over." in words(go(people["许知夏"], "submit_task", row, **seen(row)))
    row.refresh_from_db()
    assert row.state == "awaiting_acceptance"
    mine, theirs = words(go(people["许知夏"], "task", row)), words(go(people["周以宁"], "task", row))
    accept = reverse("accept_task", args=[row.uid])
    assert accept not in mine
    assert accept in theirs
    assert "waiting since" in mine


@pytest.mark.parametrize("n", [1, 12])
def test_the_desk_costs_the_same_however_much_waits(people: People, project: Project, client: Client, n: int) -> None:
    market = Department.objects.get(name="市场部")
    for i in range(n):
        quantified(people, project, title=f"第{i}区")
        row = quantified(people, project, title=f"第{i}批", handed_to=market)
        with clock.at(july(20, 9)):
            submit_task(actor=people["许知夏"], task_uid=row.uid, seen_version=row.version)
    for name in ("许知夏", "周以宁"):
        client.force_login(people[name])
        with clock.at(NOW):
            client.get(reverse("desk"))
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("desk"))
        assert len(asked) <= 15, "\n".join(q["sql"][:140] for q in asked.captured_queries)


def test_a_part_says_on_the_desk_of_what_it_is_a_part(people: People, project: Project, go: Send) -> None:
    rollout(people, project)
    assert "新品上市 · 铺货100家门店" in words(go(people["程子昂"], "desk"))
