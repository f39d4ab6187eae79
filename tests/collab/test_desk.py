"""My desk: what waits for me, in one order, each row finished in place."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.models import Clock
from collab.desk import rows as desk
from common import clock, ports
from common.desk import DeskGroup, DeskRow
from people.models import User

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[ports.DeskSource]:
    """Only what the test plugs in."""
    plugged: list[ports.DeskSource] = []
    monkeypatch.setattr(ports, "desks", plugged)
    return plugged


def group(*titles: str, total: int | None = None, **more: object) -> object:
    found = [DeskRow(title=title, url=f"/x/{title}/", **more) for title in titles]  # type: ignore[arg-type]
    return lambda user: DeskGroup(rows=found, total=len(found) if total is None else total)


def test_groups_stand_in_the_order_in_which_they_should_be_done(client: Client, people: People, groups: list) -> None:
    for code in ("waiting", "clocks", "report", "confirm", "answer", "sign"):
        groups.append(ports.DeskSource(code, group(code)))
    client.force_login(people["林书瑶"])
    shown = [found.kind.code for found in client.get("/").context["groups"]]
    assert shown == ["sign", "confirm", "report", "answer", "clocks", "waiting"]


def test_a_group_without_anything_is_not_shown(client: Client, people: People, groups: list) -> None:
    groups.append(ports.DeskSource("sign", group()))
    client.force_login(people["林书瑶"])
    assert "没有等待您处理的事项" in client.get("/").content.decode()


def test_two_floors_may_fill_one_group(people: People, groups: list) -> None:
    groups += [ports.DeskSource("confirm", group("a", total=7)), ports.DeskSource("confirm", group("b", "c"))]
    [found] = desk.gather(people["林书瑶"])
    assert [row.title for row in found.rows] == ["a", "b", "c"]
    assert found.total == 9
    assert found.more == 6


def test_the_head_line_counts_what_is_mine_to_do(client: Client, people: People, groups: list) -> None:
    groups += [ports.DeskSource("sign", group("a", "b")), ports.DeskSource("waiting", group("c"))]
    client.force_login(people["林书瑶"])
    assert client.get("/").context["todo"] == 2
    assert "2 件待办" in client.get("/").content.decode()


def test_a_row_carries_the_fragment_that_finishes_it(client: Client, people: People, groups: list, settings: object) -> None:
    groups.append(ports.DeskSource("confirm", group("minutes", template="_refused.html", context={"refusal": "press here"})))
    client.force_login(people["林书瑶"])
    assert "press here" in client.get("/").content.decode()


def test_a_row_shows_its_project_and_its_clock(client: Client, people: People, groups: list) -> None:
    now = clock.now()
    running = Clock(
        title="minutes", kind="minutes", started_at=now - timedelta(hours=1), due_at=now + timedelta(hours=7, minutes=20)
    )
    groups.append(ports.DeskSource("clocks", group("minutes", clock=running, project_name="新品上市")))
    client.force_login(people["林书瑶"])
    text = client.get("/").content.decode()
    assert "新品上市" in text
    assert "剩 7 小时" in text


def test_titles_are_escaped(client: Client, people: People, groups: list) -> None:
    groups.append(ports.DeskSource("sign", group("<img src=x>")))
    client.force_login(people["林书瑶"])
    assert "<img src=x>" not in client.get("/").content.decode()


def test_every_floor_answers_with_few_questions(people: People, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(12 * max(len(ports.desks), 1)):  # type: ignore[operator]
        desk.gather(people["林书瑶"])
