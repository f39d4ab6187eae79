"""Passwords: changed by their owner, set anew by a link in a mail."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from collab.samples.people import PASSWORD
from people.models import User
from tests.servers import Smtp

pytestmark = pytest.mark.django_db
People = dict[str, User]
NEW = "another-good-one-2026"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def test_a_link_by_mail_sets_a_new_password_once(client: Client, people: People, smtp: Smtp) -> None:
    person = people["林书瑶"]
    answer = client.post(reverse("account_reset_password"), {"email": person.email.upper()})
    assert answer.headers["Location"] == reverse("account_reset_password_done")
    [mail] = smtp.to(person.email)
    assert mail.subject == "协作台：重设密码"
    [link] = re.findall(r"http://localhost:\d+(/\S+)", mail.text)
    assert person.username in mail.text
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    assert client.post(where, {"password1": NEW, "password2": NEW}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.get(link).context["token_fail"]


def test_the_link_never_takes_its_host_from_the_request(client: Client, people: People, smtp: Smtp) -> None:
    client.post(reverse("account_reset_password"), {"email": people["林书瑶"].email}, headers={"host": "evil.example"})
    [mail] = smtp.to(people["林书瑶"].email)
    assert "evil.example" not in mail.text


def test_the_mail_speaks_its_readers_language(client: Client, people: People, smtp: Smtp) -> None:
    User.objects.filter(pk=people["林书瑶"].pk).update(language="en")
    client.post(reverse("account_reset_password"), {"email": people["林书瑶"].email})
    assert smtp.to(people["林书瑶"].email)[0].subject == "Collab: set a new password"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client, people: People, smtp: Smtp) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@collab.example"})
    assert answer.headers["Location"] == reverse("account_reset_password_done")
    assert smtp.accepted == []


def test_without_a_mail_server_the_page_says_whom_to_ask(client: Client, people: People) -> None:
    assert "管理员" in client.get(reverse("account_reset_password")).content.decode()
    assert client.post(reverse("account_reset_password"), {"email": people["林书瑶"].email}).status_code == 409


def test_ones_own_password_is_changed_with_the_present_one(client: Client, people: People) -> None:
    person = people["林书瑶"]
    client.force_login(person)
    url = reverse("account_change_password")
    wrong = client.post(url, {"oldpassword": "no", "password1": NEW, "password2": NEW})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors["oldpassword"] == ["这不是您现在的密码。"]
    assert client.post(url, {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}).status_code == 422
    assert client.post(url, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}).headers["Location"] == reverse("me")
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.get(reverse("me")).status_code == 200


def test_changing_the_password_ends_the_other_sessions(client: Client, people: People) -> None:
    other = Client()
    client.force_login(people["林书瑶"])
    other.force_login(people["林书瑶"])
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert other.get(reverse("me")).status_code == 302
