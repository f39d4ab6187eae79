"""The notices page: what I was told, opened once, leaking nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from activity.models import Notice
from common import ports
from people.models import User
from people.services import set_department_head

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def told(people: People) -> People:
    """林书瑶 and 周以宁 were told that the head changed."""
    set_department_head(actor=None, department_uid=people["林书瑶"].department.uid, head=people["周以宁"])
    return people


def mine(user: User) -> Notice:
    return Notice.objects.get(reader=user)


def test_an_unread_notice_is_counted_marked_and_read_by_opening(client: Client, told: People) -> None:
    client.force_login(told["林书瑶"])
    page = client.get(reverse("notices"))
    assert page.context["unseen_count"] == 1
    assert "未读：" in page.content.decode()
    assert "市场部负责人由 林书瑶 变更为 周以宁" in page.content.decode()
    answer = client.get(reverse("notice", args=[mine(told["林书瑶"]).uid]))
    assert answer.status_code == 302
    assert mine(told["林书瑶"]).seen_at is not None
    assert client.get(reverse("notices")).context["unseen_count"] == 0


def test_reading_again_keeps_the_first_time(client: Client, told: People) -> None:
    client.force_login(told["林书瑶"])
    url = reverse("notice", args=[mine(told["林书瑶"]).uid])
    client.get(url)
    first = mine(told["林书瑶"]).seen_at
    client.get(url)
    assert mine(told["林书瑶"]).seen_at == first


def test_anothers_notice_does_not_exist(client: Client, told: People) -> None:
    client.force_login(told["顾承泽"])
    assert client.get(reverse("notice", args=[mine(told["林书瑶"]).uid])).status_code == 404
    assert mine(told["林书瑶"]).seen_at is None
    assert "市场部负责人" not in client.get(reverse("notices")).content.decode()


def test_what_may_no_longer_be_seen_is_not_named(client: Client, told: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ports.doors, "people.department", lambda user, row: False)
    client.force_login(told["林书瑶"])
    text = client.get(reverse("notices")).content.decode()
    assert "市场部负责人" not in text
    assert "您已无权查看这条通知的内容" in text
    assert client.get(reverse("notice", args=[mine(told["林书瑶"]).uid])).status_code == 404


def test_all_are_marked_as_read_by_one_act(client: Client, told: People) -> None:
    client.force_login(told["林书瑶"])
    assert client.get(reverse("notices_seen")).status_code == 405
    assert client.post(reverse("notices_seen")).status_code == 302
    assert mine(told["林书瑶"]).seen_at is not None
    assert mine(told["周以宁"]).seen_at is None


def test_the_list_is_paged_and_asks_few_questions(client: Client, told: People, django_assert_max_num_queries: object) -> None:
    department = told["林书瑶"].department
    for _ in range(15):
        for head in ("林书瑶", "周以宁"):
            set_department_head(actor=None, department_uid=department.uid, head=told[head])
    client.force_login(told["林书瑶"])
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = client.get(reverse("notices"))
    assert len(page.context["notices"]) == 25
    assert "第 1 / 2 页" in page.content.decode()
    assert client.get(reverse("notices") + "?page=99").status_code == 200
