"""Everybody reads the pages in their own language."""

import pytest
from django.test import Client
from django.urls import reverse

from people.models import User

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_a_switch_sets_the_persons_language_and_comes_back(client: Client, people: People) -> None:
    client.force_login(people["林书瑶"])
    assert "我的工作台" in client.get(reverse("desk")).content.decode()
    answer = client.post(reverse("language"), {"language": "en", "next": reverse("notices")})
    assert answer.headers["Location"] == reverse("notices")
    assert "My desk" in client.get(reverse("desk")).content.decode()
    people["林书瑶"].refresh_from_db()
    assert people["林书瑶"].language == "en"


def test_a_persons_language_counts_more_than_the_browsers(client: Client, people: People) -> None:
    client.force_login(people["林书瑶"])
    assert "我的工作台" in client.get(reverse("desk"), headers={"accept-language": "en"}).content.decode()


def test_before_sign_in_the_cookie_counts_else_the_browser(client: Client, people: People) -> None:
    url = reverse("account_login")
    assert "Sign in" in client.get(url, headers={"accept-language": "en-GB"}).content.decode()
    assert "登录" in client.get(url, headers={"accept-language": "zh-CN"}).content.decode()
    client.post(reverse("language"), {"language": "en", "next": url})
    assert "Sign in" in client.get(url, headers={"accept-language": "zh-CN"}).content.decode()


@pytest.mark.parametrize("said", ["de", "", "../../etc"])
def test_an_unknown_language_changes_nothing(client: Client, people: People, said: str) -> None:
    client.force_login(people["林书瑶"])
    client.post(reverse("language"), {"language": said})
    people["林书瑶"].refresh_from_db()
    assert people["林书瑶"].language == "zh-hans"


def test_the_switch_never_leads_elsewhere(client: Client) -> None:
    assert client.post(reverse("language"), {"language": "en", "next": "//evil.example/"}).headers["Location"] == "/"
