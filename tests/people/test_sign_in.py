"""Signing in: by any of four names, at a limited rate, with the sample people shown only while there are any."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from collab.samples.people import PASSWORD
from people.models import User
from people.services import disable_account

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> int:
    return client.post(reverse("account_login"), {"login": name, "password": password, **more}).status_code


def who(client: Client) -> str:
    return client.get(reverse("me")).context["person"].name if "_auth_user_id" in client.session else ""


@pytest.mark.parametrize("field", ["username", "email", "phone", "staff_no"])
def test_each_of_four_names_signs_in(client: Client, people: People, field: str) -> None:
    assert sign_in(client, getattr(people["林书瑶"], field)) == 302
    assert who(client) == "林书瑶"


def test_names_are_read_without_case_and_spaces(client: Client, people: People) -> None:
    assert sign_in(client, f"  {people['林书瑶'].username.upper()} ") == 302


@pytest.mark.parametrize(("name", "password"), [("linshuyao", "wrong"), ("nobody", PASSWORD), ("", PASSWORD), ("linshuyao", "")])
def test_a_wrong_name_and_a_wrong_password_get_no_session(client: Client, people: People, name: str, password: str) -> None:
    assert sign_in(client, name, password) == 422
    assert who(client) == ""


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client: Client, people: People) -> None:
    said = [
        client.post(reverse("account_login"), {"login": name, "password": "wrong-password"}).context["form"].non_field_errors()
        for name in ("linshuyao", "nobody-of-this-name")
    ]
    assert said[0] == said[1] == ["账号与密码不符，请核对后再试。"]


def test_what_was_typed_as_name_stays_after_a_wrong_password(client: Client, people: People) -> None:
    answer = client.post(reverse("account_login"), {"login": "linshuyao", "password": "wrong"})
    assert answer.context["form"]["login"].value() == "linshuyao"


def test_after_five_failures_even_the_right_password_waits(client: Client, people: People) -> None:
    for _ in range(5):
        sign_in(client, "linshuyao", "wrong")
    answer = client.post(reverse("account_login"), {"login": "linshuyao", "password": PASSWORD})
    assert answer.status_code == 422
    assert "五分钟" in str(answer.context["form"].non_field_errors())
    assert who(client) == ""


def test_failures_count_for_the_person_by_whichever_name(client: Client, people: People) -> None:
    person = people["林书瑶"]
    for name in (person.username, person.email, person.phone, person.staff_no, person.username.upper()):
        assert name
        sign_in(client, name, "wrong")
    for name in (person.username, person.email):
        assert name
        assert sign_in(client, name) == 422
    assert sign_in(client, "zhouyining") == 302


def test_one_goes_on_to_the_page_one_came_for_but_never_elsewhere(client: Client, people: People) -> None:
    answer = client.get(reverse("notices"))
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={reverse('notices')}"
    said = {"login": "linshuyao", "password": PASSWORD}
    assert client.post(answer.headers["Location"], said | {"next": reverse("notices")}).headers["Location"] == reverse("notices")
    client.logout()
    assert client.post(reverse("account_login"), said | {"next": "https://evil.example/"}).headers["Location"] == "/"


def test_a_disabled_account_signs_in_nowhere_and_its_session_ends(client: Client, people: People) -> None:
    person = people["周以宁"]
    sign_in(client, "zhouyining")
    assert client.get(reverse("desk")).status_code == 200
    disable_account(actor=None, user_uid=person.uid)
    assert client.get(reverse("desk")).status_code == 302
    assert sign_in(client, "zhouyining") == 422


def test_signing_out_is_never_a_link(client: Client, people: People) -> None:
    sign_in(client, "linshuyao")
    assert client.get(reverse("account_logout")).status_code == 405
    assert who(client) == "林书瑶"
    assert client.post(reverse("account_logout")).status_code == 302
    assert who(client) == ""


def test_sample_people_and_their_password_stand_on_the_page_while_there_are_any(client: Client, people: People) -> None:
    text = client.get(reverse("account_login")).content.decode()
    assert PASSWORD == settings.SAMPLE_PASSWORD
    assert PASSWORD in text
    for person in people.values():
        assert person.name in text
        assert person.username in text
        assert person.title in text
    User.objects.all().update(is_sample=False)  # what removing the samples comes to, for this page
    text = client.get(reverse("account_login")).content.decode()
    assert PASSWORD not in text
    assert "林书瑶" not in text


def test_the_sign_in_page_asks_the_same_few_questions_whatever_their_number(
    client: Client, people: People, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        client.get(reverse("account_login"))


def test_nobody_signs_up(client: Client, people: People) -> None:
    assert client.get("/sign-up/").status_code == 404
    assert client.get("/signup/").status_code == 404
