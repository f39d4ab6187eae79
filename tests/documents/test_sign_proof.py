"""What a signature asks for: the proof that is demanded, fresh and for this document; a drawing that is one (rule C6)."""

import base64
import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_decode
from PIL import Image

from common import clock
from common.refusals import Refused
from documents.models import Document, Signature
from documents.services import sign
from documents.services.drawing import LIMIT, PREFIX
from people import codes, factors
from people.models import Organisation
from people.proving import Proof
from tests.documents import build
from tests.documents.build import MOMENT, PASSWORD, People, sign_as
from tests.people.authenticator import Authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings: Any, tmp_path: Path) -> object:
    settings.BASE_URL = "http://localhost:8000"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    with build.at():
        yield


def demand(what: str) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"signing_demand": what})


def client_of(people: People, name: str = "贺立川") -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def post(client: Client, document: Document, **said: str) -> Any:
    return client.post(reverse("sign_document", args=[document.uid]), {"seen_sha256": document.sha256, **said})


def drawn(side: int = 200) -> bytes:
    buffer = BytesIO()
    Image.new("RGBA", (side, 80), (16, 35, 58, 255)).save(buffer, "PNG")
    return buffer.getvalue()


def address(content: bytes) -> str:
    return PREFIX + base64.b64encode(content).decode()


def test_a_proof_older_than_five_minutes_signs_nothing(people: People) -> None:
    document = build.opened(people)
    for at in (MOMENT - timedelta(minutes=5, seconds=1), MOMENT + timedelta(seconds=1)):
        with pytest.raises(Refused) as refusal:
            sign_as(people["贺立川"], document, proof=Proof("password", {}, at))
        assert (refusal.value.field, refusal.value.code) == ("password", "proof_old")
    sign_as(people["贺立川"], document, proof=Proof("password", {}, MOMENT - timedelta(minutes=5)))


@pytest.mark.parametrize(("what", "method"), [("totp", "password"), ("passkey", "pin_totp"), ("both", "passkey")])
def test_a_proof_below_what_is_demanded_signs_nothing(people: People, what: str, method: str) -> None:
    document = build.opened(people)
    demand(what)
    with pytest.raises(Refused) as refusal:
        sign_as(people["贺立川"], document, proof=Proof(method, {}, MOMENT))
    assert refusal.value.code == "proof_weak"
    assert not Signature.objects.exists()


def test_without_the_second_factor_that_is_demanded_the_page_says_where_to_set_it_up(people: People) -> None:
    document = build.opened(people)
    demand("totp")
    answer = post(client_of(people), document, password=PASSWORD, code="123456", remark="写好的意见")
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"]
    text = answer.content.decode()
    assert "写好的意见" in text
    assert reverse("me") + "#signing" in text
    assert not Signature.objects.exists()


def test_password_and_code_are_asked_at_their_fields_and_kept_as_the_method(people: People) -> None:
    document = build.opened(people)
    with build.at(hours=-1):
        secret = codes.secret_of(factors.begin_code(actor=people["贺立川"]))
        assert secret is not None
        said = codes.code_at(secret, clock.now())
        factors.confirm_code(actor=people["贺立川"], code=said, password=PASSWORD, name="手机")
    demand("totp")
    client = client_of(people)
    assert post(client, document, password=PASSWORD, code="000000").context["form"].errors["code"]
    assert post(client, document, password=PASSWORD, code=codes.code_at(secret, clock.now())).status_code == 302
    assert Signature.objects.get().method == Signature.Method.PASSWORD_TOTP


def test_a_passkey_signs_the_hash_of_this_document_and_of_no_other(people: People) -> None:
    document = build.opened(people)
    signer, device, challenge = people["贺立川"], Authenticator(), b"c" * 32
    factors.add_passkey(actor=signer, answer=device.register(challenge), challenge=challenge, name="电脑", password=PASSWORD)
    demand("passkey")
    client = client_of(people)
    asked = client.post(reverse("sign_passkey"), {"papers": [f"{document.uid}:{document.sha256}"]}).json()
    said = websafe_decode(asked["challenge"])
    assert said.endswith(bytes.fromhex(document.sha256))
    answer = post(client, document, passkey=device.sign(said))
    assert answer.status_code == 302
    signature = Signature.objects.get()
    assert signature.method == Signature.Method.PASSKEY
    client_data = json.loads(websafe_decode(signature.evidence["passkey"]["client_data"]))
    assert websafe_decode(client_data["challenge"]) == said
    elsewhere = Proof("passkey", signature.evidence, MOMENT)
    for seen in ("f" * 64, "no hash", ""):
        with pytest.raises(Refused) as refusal:
            sign(actor=people["顾承泽"], document_uid=document.uid, seen_sha256=seen, proof=elsewhere)
        assert refusal.value.field == "passkey"


def test_a_drawn_signature_is_kept_and_shown_beside_the_proof(people: People) -> None:
    document = build.opened(people)
    client = client_of(people)
    assert post(client, document, password=PASSWORD, drawing=address(drawn())).status_code == 302
    signature = Signature.objects.get()
    assert signature.drawing is not None
    picture = client.get(reverse("drawing", args=[document.uid, signature.uid]))
    assert (picture.content, picture["Content-Type"]) == (drawn(), "image/png")
    assert reverse("drawing", args=[document.uid, signature.uid]) in client.get(document.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        "data:image/svg+xml;base64,AAAA", address(b"GIF89a" + b"0" * 50), address(drawn()[:60]), PREFIX + "%%%", "hello",
        address(drawn() + b"0" * LIMIT),
    ],
    ids=["svg", "gif", "cut short", "no base64", "text", "too large"],
)  # fmt: skip
def test_a_drawing_that_is_no_small_png_is_refused_and_the_remark_stays(people: People, bad: str) -> None:
    document = build.opened(people)
    answer = post(client_of(people), document, password=PASSWORD, drawing=bad, remark="写好的意见")
    assert answer.status_code == 422
    assert answer.context["form"].errors["drawing"]
    assert "写好的意见" in answer.content.decode()
    assert not Signature.objects.exists()


def test_a_double_click_and_a_replay_with_the_form_s_key_get_the_first_answer(people: People) -> None:
    document = build.opened(people)
    client = client_of(people)
    said = {"password": PASSWORD, "once": "abc123"}
    first, again = post(client, document, **said), post(client, document, **said)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Idempotency-Replayed"] == "true"
    without = post(client, document, password=PASSWORD)
    assert without.status_code == 422
    assert "您已签署" in without.content.decode()
    assert Signature.objects.count() == 1
