"""Tokens: shown once, kept as SHA-256, ended by time, by hand or with the account; every refusal says which."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from activity.models import Event
from common import clock
from people.models import ApiToken, User
from people.services import disable_account
from people.tokens import MOST_TOKENS, digest, make_token, revoke_token
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db


def refusal(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_the_command_prints_a_token_that_opens_the_api_and_keeps_only_its_digest(people: dict[str, User]) -> None:
    out, beside = StringIO(), StringIO()
    call_command("create_token", "xuzhixia", "--days", "30", "--name", "周报脚本", stdout=out, stderr=beside)
    said = out.getvalue().strip()
    token = ApiToken.objects.get()
    assert (token.user, token.name, token.sha256) == (people["许知夏"], "周报脚本", digest(said))
    assert timedelta(days=29) < token.expires_at - clock.now() <= timedelta(days=30)
    assert said not in beside.getvalue()
    assert Api(said).get("").json()["me"]["name"] == "许知夏"
    assert Event.objects.filter(verb="people.token_made").count() == 1


def test_the_command_refuses_whom_it_does_not_know(people: dict[str, User]) -> None:
    with pytest.raises(CommandError, match="nobody"):
        call_command("create_token", "nobody")
    with pytest.raises(CommandError):
        call_command("create_token", "xuzhixia", "--days", "0")
    assert not ApiToken.objects.exists()


def test_an_expired_a_revoked_an_unknown_token_and_a_disabled_account_are_told_apart(people: dict[str, User]) -> None:
    person = people["郭砚秋"]
    token, said = make_token(actor=person, user_uid=person.uid, days=1)
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        assert refusal(Api(said).get("")) == (401, "token_expired")
    revoke_token(actor=person, token_uid=token.uid)
    assert refusal(Api(said).get("")) == (401, "token_revoked")
    assert refusal(Api("collab_wrong").get("")) == (401, "token_unknown")
    _token, other = make_token(actor=person, user_uid=person.uid)
    disable_account(actor=None, user_uid=person.uid)
    answer = Api(other).get("")
    assert refusal(answer) == (401, "account_disabled")
    assert answer.json()["message"] == "The account of this token is disabled."


def test_refusals_speak_chinese_to_who_reads_chinese(people: dict[str, User]) -> None:
    answer = Client(headers={"Authorization": "Token collab_wrong", "Accept-Language": "zh-CN"}).get("/api/v1/")
    assert answer.json()["message"] == "没有这个令牌，请核对。"


def test_twenty_wrong_tokens_from_one_address_and_the_next_has_to_wait(people: dict[str, User]) -> None:
    cache.clear()
    answers = [Api(f"collab_{number}").get("") for number in range(21)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    _token, said = make_token(actor=None, user_uid=people["许知夏"].uid)
    assert Api(said).get("").status_code == 200
    cache.clear()


def test_nobody_makes_or_revokes_a_token_of_somebody_else(people: dict[str, User]) -> None:
    token, _said = make_token(actor=None, user_uid=people["许知夏"].uid)
    client = Client()
    client.force_login(people["郭砚秋"])
    assert client.post(f"/me/tokens/{token.uid}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_own_page_shows_a_new_token_once_and_revokes_it(people: dict[str, User]) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["许知夏"])
    made = client.post("/me/tokens/", {"name": "报表", "days": 7})
    said = made.context["said"]
    assert said in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    token = ApiToken.objects.get()
    page = client.get("/me/").content.decode()
    assert said not in page
    assert "报表" in page
    client.post(f"/me/tokens/{token.uid}/revoke/")
    assert refusal(Api(said).get("")) == (401, "token_revoked")
    assert client.post("/me/tokens/", {"days": 4000}).status_code == 422


def test_tokens_do_not_pile_up(people: dict[str, User]) -> None:
    person = people["许知夏"]
    ApiToken.objects.bulk_create(
        ApiToken(user=person, sha256=str(number), expires_at=clock.now() + timedelta(days=1)) for number in range(MOST_TOKENS)
    )
    client = Client()
    client.force_login(person)
    assert client.post("/me/tokens/", {"days": 7}).status_code == 409


def test_the_session_of_the_browser_works_too_but_writes_need_its_csrf_token(
    people: dict[str, User], api: Callable[[str], Api]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["许知夏"])
    assert client.get("/api/v1/").json()["me"]["username"] == "xuzhixia"
    answer = client.post("/api/v1/tasks/00000000-0000-4000-8000-000000000000/comments/", {}, content_type="application/json")
    assert refusal(answer) == (403, "csrf")


def test_use_is_noted_at_most_once_an_hour(people: dict[str, User], django_assert_num_queries: Callable) -> None:
    _token, said = make_token(actor=None, user_uid=people["许知夏"].uid)
    caller = Api(said)
    caller.get("")
    with django_assert_num_queries(1):  # the token with its person; no session is read or written
        caller.get("")
