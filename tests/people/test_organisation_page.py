"""What the organisation chose: numbers that count, and a proof that its signers can give."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.html import strip_tags

from activity.models import Event
from common.refusals import Conflict, Refused
from people.models import Organisation, SecondFactor, User
from people.organisation import check_rule, example_number, ready_heads, set_organisation
from people.queries import organisation

pytestmark = pytest.mark.django_db
People = dict[str, User]
SAID = {"name": "远山集团", "number_rule": "{dept}协〔{year}〕{n}号", "signing_demand": "totp"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("rule", ["{n}", " {dept}-{year}-{n} ", "{project}备{n}", "协〔{year}〕{n}号"])
def test_a_rule_that_counts(rule: str) -> None:
    assert check_rule(rule) == rule.strip()


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "协〔{year}〕号",
        "{n}{n}",
        "{N}",
        "{n!r}",
        "{n.__class__}",
        "{number}{n}",
        "{n",
        "n}",
        "{{n}}",
        "{n}\n{dept}",
        "长" * 40 + "{n}",
    ],
)
def test_a_rule_that_cannot_number_is_refused_at_its_field(rule: str, people: People) -> None:
    with pytest.raises(Refused) as refusal:
        check_rule(rule)
    assert refusal.value.field == "number_rule"
    answer = signed_in(people["毕以恒"]).post("/organisation/", SAID | {"number_rule": rule})
    assert answer.status_code == 422
    assert SAID["name"] in answer.content.decode()
    assert not Organisation.objects.exists()


def test_the_example_is_of_this_house_and_year(people: People) -> None:
    assert example_number("{dept}协〔{year}〕{n}号") == f"市协〔{example_number('{year}')}〕3号"


def test_the_administrator_chooses_and_the_auditor_is_told(people: People) -> None:
    page = signed_in(people["毕以恒"]).post("/organisation/", SAID | {"seen_version": ""}, follow=True)
    assert "已保存" in strip_tags(page.content.decode())
    assert (organisation().name, organisation().signing_demand) == ("远山集团", "totp")
    event = Event.objects.get(verb="people.organisation_changed")
    assert set(event.facts["fields"]) == {"name", "signing_demand"}
    assert event.notices.get().reader == people["钟鉴明"]
    assert organisation().history.latest().history_user == people["毕以恒"]


def test_who_only_reads_changes_nothing(people: People) -> None:
    page = signed_in(people["钟鉴明"]).get("/organisation/").content.decode()
    assert "disabled" in page
    assert 'method="post" action="/organisation/"' not in page
    for name in ("钟鉴明", "林书瑶", "陆景行"):
        with pytest.raises(PermissionDenied):
            set_organisation(actor=people[name], seen_version=None, **SAID)


def test_two_administrators_do_not_overwrite_each_other(people: People) -> None:
    admin = people["毕以恒"]
    seen = organisation().version
    set_organisation(actor=admin, seen_version=seen, **SAID)
    with pytest.raises(Conflict):
        set_organisation(actor=admin, seen_version=seen, **SAID | {"name": "远山"})
    answer = signed_in(admin).post("/organisation/", SAID | {"name": "远山", "seen_version": seen})
    assert answer.status_code == 422
    assert 'value="远山"' in answer.content.decode()
    assert organisation().name == "远山集团"


@pytest.mark.parametrize("demand", ["passkey", "both"])
def test_passkeys_are_not_demanded_where_no_browser_offers_them(people: People, settings: Any, demand: str) -> None:
    client = signed_in(people["毕以恒"])
    settings.BASE_URL = "http://collab.lan"
    answer = client.post("/organisation/", SAID | {"signing_demand": demand})
    assert answer.status_code == 422
    assert "通行密钥须使用 https" in answer.content.decode()
    settings.BASE_URL = "https://collab.example"
    assert client.post("/organisation/", SAID | {"signing_demand": demand}).status_code == 302


def test_it_says_how_many_heads_are_ready(people: People) -> None:
    heads = ready_heads()["password"][1]
    SecondFactor.objects.create(user=people["林书瑶"], kind="totp", confirmed_at=people["林书瑶"].joined_at)
    SecondFactor.objects.create(user=people["许知夏"], kind="totp", confirmed_at=people["许知夏"].joined_at)
    assert ready_heads() == {"password": (heads, heads), "totp": (1, heads), "passkey": (0, heads), "both": (0, heads)}


def test_the_page_stands_in_the_menu_of_who_may_open_it(people: People) -> None:
    for name, there in (("毕以恒", True), ("钟鉴明", True), ("林书瑶", False)):
        assert ('href="/organisation/"' in signed_in(people[name]).get("/me/").content.decode()) is there


def test_the_number_is_shown_while_the_rule_is_typed(people: People) -> None:
    client = signed_in(people["毕以恒"])
    assert "市-3" in client.get("/organisation/number/", {"number_rule": "{dept}-{n}"}).content.decode()
    assert "还不能编号" in client.get("/organisation/number/", {"number_rule": "{dept}"}).content.decode()
