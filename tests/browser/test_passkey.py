"""A passkey in a real browser: the device makes it on the own page, and signs the hash of the memorandum with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from fido2.utils import websafe_decode
from playwright.sync_api import Browser, expect

from collab.samples.people import PASSWORD
from documents.models import Signature
from people.models import Organisation, User
from tests.browser.office import Office, submit
from tests.documents import build as papers
from tests.servers import Web, free_port, running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def office(browser: Browser, child_env: dict[str, str], tmp_path: Path) -> Iterator[Office]:
    """The site at the address under which browsers offer passkeys without https: localhost."""
    port = free_port()
    address = f"http://localhost:{port}"
    with running(Web({**child_env, "COLLAB_URL": address}, tmp_path, port)):
        found = Office(browser, address)
        yield found
        found.close()


def test_a_passkey_is_made_and_signs_the_memorandum(office: Office, people: dict[str, User]) -> None:
    document = papers.opened(people)
    page = office.page("蒋明远")
    device: Any = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    stranger = Office(office.browser, office.url.replace("localhost", "127.0.0.1"))
    elsewhere = stranger.page("许知夏")
    elsewhere.goto(reverse("add_passkey"))
    elsewhere.get_by_role("button", name="创建通行密钥").click()
    expect(elsewhere.locator("[data-said]")).to_contain_text("并通过管理员提供的地址访问")
    stranger.close()

    page.goto(reverse("add_passkey"))
    page.fill("[name=name]", "笔记本")
    page.fill("[name=password]", PASSWORD)
    submit(page, page.get_by_role("button", name="创建通行密钥"))
    expect(page.locator("#signing")).to_contain_text("通行密钥 · 笔记本")

    Organisation.objects.create(pk=1, signing_demand="passkey")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
    page.goto(reverse("sign_document", args=[document.uid]))
    page.fill("[name=remark]", "同意")
    page.locator("#sign button[type=submit]").first.click()
    expect(page.locator("[data-said]")).to_have_text("未使用通行密钥，没有签署任何文件。")
    expect(page.locator("[name=remark]")).to_have_value("同意")
    assert not Signature.objects.exists()

    device.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": True})
    submit(page, page.locator("#sign button[type=submit]").first)
    signature = Signature.objects.get()
    assert (signature.method, signature.remark, signature.signer) == ("passkey", "同意", people["蒋明远"])
    said = json.loads(websafe_decode(signature.evidence["passkey"]["client_data"]))
    assert said["origin"] == office.url
    assert document.sha256 in websafe_decode(said["challenge"])[16:].hex()
