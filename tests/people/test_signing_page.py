"""The pages on which one sets up what proves a signer: errors stand at the field, secrets are not said again."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from fido2.utils import websafe_decode

from collab.samples.people import PASSWORD
from common import clock
from people import codes, proving
from people.models import Organisation, SecondFactor, SigningPin, User
from tests.people.authenticator import Authenticator

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def signer(people: People) -> User:
    return people["蒋明远"]


@pytest.fixture
def browser(signer: User) -> Client:
    client = Client()
    client.force_login(signer)
    return client


def text(answer: Any) -> str:
    return strip_tags(answer.content.decode())


def test_a_pin_is_set_changed_and_removed(browser: Client, signer: User) -> None:
    assert "未设置，签署时使用登录密码" in text(browser.get("/me/"))
    answer = browser.post("/me/signing/pin/", {"pin": "807164", "again": "807164", "password": PASSWORD}, follow=True)
    assert "签署密码已设置" in text(answer)
    assert proving.prove_secret(signer, "807164") == "pin"
    browser.post("/me/signing/pin/", {"pin": "507162", "again": "507162", "password": PASSWORD})
    assert proving.prove_secret(signer, "507162") == "pin"
    answer = browser.post("/me/signing/pin/remove/", {"password": "not it"})
    assert (answer.status_code, SigningPin.objects.count()) == (422, 1)
    browser.post("/me/signing/pin/remove/", {"password": PASSWORD})
    assert not SigningPin.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"pin": "123456", "again": "123456"}, "这样的密码太容易被猜到"),
        ({"pin": "807164", "again": "807165"}, "两次输入不一致"),
        ({"pin": "8071", "again": "8071"}, "至少 6 位，只能是数字"),
        ({"password": "not it"}, "这不是您现在的密码"),
    ],
)
def test_what_is_wrong_with_a_pin_stands_at_its_field(browser: Client, said: dict[str, str], words: str) -> None:
    answer = browser.post("/me/signing/pin/", {"pin": "807164", "again": "807164", "password": PASSWORD} | said)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "80716" not in answer.content.decode()
    assert not SigningPin.objects.exists()


def test_a_device_for_codes_is_set_up_by_a_code_of_it(browser: Client, signer: User) -> None:
    page = browser.get("/me/signing/codes/")
    assert "<svg" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    secret = codes.secret_of(SecondFactor.objects.get(user=signer))
    assert codes.spoken(secret) in text(page) == text(browser.get("/me/signing/codes/"))
    wrong = browser.post("/me/signing/codes/", {"code": "000000", "name": "小米十四", "password": PASSWORD})
    assert wrong.status_code == 422
    assert "小米十四" in wrong.content.decode()
    browser.post("/me/signing/codes/", {"code": codes.code_at(secret, clock.now()), "name": "小米十四", "password": PASSWORD})
    factor = SecondFactor.objects.get(user=signer)
    assert factor.confirmed_at
    mine = browser.get("/me/")
    assert "小米十四" in text(mine)
    assert codes.spoken(secret) not in text(mine)
    answer = browser.post(f"/me/signing/{factor.uid}/remove/", {"password": PASSWORD}, follow=True)
    assert "设备已移除" in text(answer)
    assert "小米十四" not in text(browser.get("/me/"))


def test_a_passkey_is_made_by_the_browser_and_its_answer_counts_once(browser: Client, signer: User, settings: Any) -> None:
    settings.BASE_URL = "http://localhost:8000"
    page = browser.get("/me/signing/passkeys/").content.decode()
    options = json.loads(re.search(r'id="passkey-options"[^>]*>(.*?)</script>', page)[1])
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    device, asked = Authenticator(), websafe_decode(options["challenge"])
    said = {"name": "笔记本", "passkey": device.register(asked), "password": PASSWORD}
    assert browser.post("/me/signing/passkeys/", said | {"passkey": device.register(b"x" * 16)}).status_code == 422
    assert browser.post("/me/signing/passkeys/", said).status_code == 422, "what was asked before is asked no more"
    page = browser.get("/me/signing/passkeys/").content.decode()
    options = json.loads(re.search(r'id="passkey-options"[^>]*>(.*?)</script>', page)[1])
    asked = websafe_decode(options["challenge"])
    assert browser.post("/me/signing/passkeys/", said | {"passkey": device.register(asked)}).status_code == 302
    assert [row.name for row in SecondFactor.objects.filter(user=signer, ended_at=None)] == ["笔记本"]


def test_where_no_browser_offers_passkeys_the_page_says_why(browser: Client, settings: Any) -> None:
    settings.BASE_URL = "http://collab.lan"
    for page in ("/me/", "/me/signing/passkeys/"):
        assert "此处不能使用通行密钥：浏览器只在 https 站点上提供" in text(browser.get(page))


def test_who_lacks_what_is_demanded_reads_so_on_the_own_page(browser: Client) -> None:
    Organisation.objects.create(pk=1, signing_demand="totp")
    assert "本单位要求签署时输入动态口令，请先设置您的设备" in text(browser.get("/me/"))


def test_a_device_of_somebody_else_does_not_exist(browser: Client, people: People) -> None:
    other = SecondFactor.objects.create(user=people["林书瑶"], kind="totp", confirmed_at=clock.now())
    assert browser.post(f"/me/signing/{other.uid}/remove/", {"password": PASSWORD}).status_code == 404


def test_a_stand_in_is_named_on_the_own_page(browser: Client, people: People) -> None:
    day = clock.today("Asia/Shanghai").isoformat()
    said = {"deputy": people["许知夏"].uid, "starts_on": day, "ends_on": day, "scope": "all"}
    wrong = browser.post("/me/leave/", said | {"ends_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert "结束日期早于开始日期" in text(wrong)
    assert f'<option value="{people["许知夏"].uid}" selected>' in wrong.content.decode()
    answer = browser.post("/me/leave/", said, follow=True)
    assert "由 许知夏 代理我" in text(answer)
    assert "已指定 许知夏 代理 蒋明远，双方均已收到通知" in text(answer)


def test_a_head_names_a_stand_in_for_own_people_alone(browser: Client, people: People) -> None:
    page = browser.get("/leave/").content.decode()
    assert str(people["程子昂"].uid) in page
    day = clock.today("Asia/Shanghai").isoformat()
    said = {"person": people["程子昂"].uid, "deputy": people["许知夏"].uid, "starts_on": day, "ends_on": day, "scope": "daily"}
    assert browser.post("/leave/", said | {"person": people["周以宁"].uid}).status_code == 422
    assert "许知夏 代理 程子昂" in text(browser.post("/leave/", said, follow=True))


def test_an_administrator_says_why(people: People) -> None:
    client = Client()
    client.force_login(people["毕以恒"])
    day = clock.today("Asia/Shanghai").isoformat()
    said = {"person": people["程子昂"].uid, "deputy": people["许知夏"].uid, "starts_on": day, "ends_on": day, "scope": "daily"}
    assert client.post("/leave/", said).status_code == 422
    assert client.post("/leave/", said | {"reason": "住院"}).status_code == 302
    leave = people["程子昂"].leaves.get()
    assert client.post(f"/leave/{leave.uid}/end/").status_code == 409
    assert client.post(f"/leave/{leave.uid}/end/", {"reason": "康复"}).status_code == 302
