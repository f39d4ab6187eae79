"""Who signs is proved anew: by password or PIN, by a code that works once, by a passkey that signs the document's hash."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory
from fido2.cbor import decode
from fido2.cose import CoseKey
from fido2.utils import websafe_decode

from collab.samples.people import PASSWORD
from common import clock
from common.refusals import Refused
from people import codes, factors, proving
from people.models import Organisation, SecondFactor, User
from tests.people.authenticator import Authenticator

pytestmark = pytest.mark.django_db
People = dict[str, User]
NOW = datetime(2026, 4, 15, 7, 0, tzinfo=UTC)
PAPER, OTHER = sha256(b"memorandum").hexdigest(), sha256(b"another").hexdigest()


@pytest.fixture
def signer(people: People) -> User:
    return people["蒋明远"]


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.BASE_URL = "http://localhost:8000"


def demand(what: str) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"signing_demand": what})


def device_of(signer: User, at: datetime = NOW) -> bytes:
    """A device for codes, set up a while ago; its secret."""
    with clock.at(at - timedelta(hours=1)):
        secret = codes.secret_of(factors.begin_code(actor=signer))
        factors.confirm_code(actor=signer, code=codes.code_at(secret, clock.now()), password=PASSWORD, name="手机")
    assert secret is not None
    return secret


def passkey_of(signer: User, **said: Any) -> Authenticator:
    device, challenge = Authenticator(), b"c" * 32
    factors.add_passkey(actor=signer, answer=device.register(challenge), challenge=challenge, password=PASSWORD, **said)
    return device


def refused(**given: Any) -> Refused:
    with pytest.raises(Refused) as found:
        proving.prove(**given)
    return found.value


def ask(signer: User) -> Any:
    request = RequestFactory().post("/")
    request.user, request.session = signer, SessionStore()
    return request


def test_the_password_or_the_pin_proves_who_signs(signer: User) -> None:
    assert proving.prove(user=signer, secret=PASSWORD).method == "password"
    factors.set_pin(actor=signer, pin="807164", password=PASSWORD)
    assert proving.prove(user=signer, secret="807164").method == "pin"
    assert proving.prove(user=signer, secret=PASSWORD).method == "password"
    for wrong in ("807165", "", "nonsense", PASSWORD + " "):
        assert refused(user=signer, secret=wrong).field == "password"
    factors.remove_pin(actor=signer, password=PASSWORD)
    assert refused(user=signer, secret="807164").field == "password"


@pytest.mark.parametrize("pin", ["12345", "abcdef", "000000", "123456", "987654", "567890", "", "１２３４５６", "80 7164"])
def test_a_pin_that_anybody_would_try_is_refused(signer: User, pin: str) -> None:
    with pytest.raises(Refused) as found:
        factors.set_pin(actor=signer, pin=pin, password=PASSWORD)
    assert found.value.field == "pin"


def test_a_pin_is_set_by_whoever_knows_the_password(signer: User) -> None:
    with pytest.raises(Refused) as found:
        factors.set_pin(actor=signer, pin="807164", password="not it")
    assert found.value.field == "password"


def test_a_code_works_once_and_half_a_minute_off_at_most(signer: User) -> None:
    demand("totp")
    secret = device_of(signer)
    with clock.at(NOW):
        now = codes.code_at(secret, NOW)
        assert refused(user=signer, secret="wrong", code=now).field == "password"
        proof = proving.prove(user=signer, secret=PASSWORD, code=f"{now[:3]} {now[3:]}")
        assert (proof.method, proof.evidence["code"]["device"], proof.at) == ("password_totp", "手机", NOW)
        assert refused(user=signer, secret=PASSWORD, code=now).code == "code_used"
        earlier = codes.code_at(secret, NOW - timedelta(seconds=30))
        assert refused(user=signer, secret=PASSWORD, code=earlier).code == "code_used"
        later = codes.code_at(secret, NOW + timedelta(seconds=61))
        assert refused(user=signer, secret=PASSWORD, code=later).code == "code"
        assert proving.prove(user=signer, secret=PASSWORD, code=codes.code_at(secret, NOW + timedelta(seconds=30)))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_refused_at_its_field(signer: User, code: str) -> None:
    demand("totp")
    device_of(signer)
    with clock.at(NOW):
        assert refused(user=signer, secret=PASSWORD, code=code).field == "code"


def test_the_database_alone_gives_no_code(signer: User, settings: Any) -> None:
    secret = device_of(signer)
    kept = SecondFactor.objects.get(user=signer)
    assert secret not in kept.secret.encode()
    settings.SECRET_KEY = "another key, of another house, long enough"
    assert codes.secret_of(kept) is None


def test_who_lacks_what_is_demanded_is_told_where_to_set_it_up(signer: User) -> None:
    demand("both")
    asked = proving.demands(signer)
    assert (asked.secret, asked.code, asked.passkey) == (False, True, True)
    assert [lack.url for lack in asked.lacks] == ["/me/#signing"] * 2
    assert refused(user=signer, secret=PASSWORD).code == "not_set_up"


def test_a_passkey_signs_the_hash_of_the_document(signer: User) -> None:
    demand("passkey")
    device = passkey_of(signer, name="笔记本")
    request = ask(signer)
    asked = proving.challenge(request, [PAPER])
    assert asked == proving.challenge(request, [PAPER])
    assert asked[16:].hex() == PAPER
    proof = proving.prove(user=signer, passkey=device.sign(asked), challenge=asked)
    assert proof.method == "passkey"
    kept = proof.evidence["passkey"]
    said = websafe_decode(kept["client_data"])
    assert websafe_decode(json.loads(said)["challenge"])[16:].hex() == PAPER
    key = CoseKey.parse(decode(websafe_decode(kept["public_key"])))
    key.verify(websafe_decode(kept["authenticator_data"]) + sha256(said).digest(), websafe_decode(kept["signature"]))
    assert kept["device"] == "笔记本"


def test_a_passkey_proves_nothing_for_another_document_site_or_person(signer: User, people: People) -> None:
    demand("passkey")
    device, request = passkey_of(signer), ask(signer)
    asked = proving.challenge(request, [PAPER])
    other = proving.challenge(request, [OTHER])
    assert refused(user=signer, passkey=device.sign(other), challenge=asked).field == "passkey"
    assert refused(user=signer, passkey=device.sign(asked, verified=False), challenge=asked).field == "passkey"
    for field, wrong in (("rp", "evil.example"), ("origin", "http://localhost:8001"), ("origin", "https://localhost:8000")):
        right = getattr(device, field)
        setattr(device, field, wrong)
        assert refused(user=signer, passkey=device.sign(asked), challenge=asked).field == "passkey"
        setattr(device, field, right)
    stranger = passkey_of(people["林书瑶"])
    assert refused(user=signer, passkey=stranger.sign(asked), challenge=asked).field == "passkey"
    device.key = ec.generate_private_key(ec.SECP256R1())
    assert refused(user=signer, passkey=device.sign(asked), challenge=asked).field == "passkey"


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "{", '{"id": 1}', "x" * 30_000, "[" * 9000])
def test_nonsense_from_a_device_is_refused(signer: User, answer: str) -> None:
    demand("passkey")
    passkey_of(signer)
    assert refused(user=signer, passkey=answer, challenge=b"n" * 48).field == "passkey"


def test_a_passkey_whose_count_falls_was_copied(signer: User) -> None:
    demand("passkey")
    device, asked = passkey_of(signer), b"n" * 48
    assert proving.prove(user=signer, passkey=device.sign(asked), challenge=asked)
    assert refused(user=signer, passkey=device.sign(asked, counts=False), challenge=asked).code == "copied"


def test_a_passkey_that_was_ended_proves_nothing(signer: User) -> None:
    demand("passkey")
    device = passkey_of(signer)
    factors.end_factor(actor=signer, factor_uid=SecondFactor.objects.get(user=signer).uid, password=PASSWORD)
    assert refused(user=signer, passkey=device.sign(b"n" * 48), challenge=b"n" * 48).code == "not_set_up"


def test_both_are_both(signer: User) -> None:
    demand("both")
    secret, device, asked = device_of(signer), passkey_of(signer), b"n" * 48
    with clock.at(NOW):
        now = codes.code_at(secret, NOW)
        assert refused(user=signer, secret=PASSWORD, code=now).field == "passkey"
        assert refused(user=signer, passkey=device.sign(asked), challenge=asked).field == "code"
        proof = proving.prove(user=signer, passkey=device.sign(asked), challenge=asked, code=now)
    assert proof.method == "passkey_totp"
    assert set(proof.evidence) == {"passkey", "code"}


def test_a_proof_is_kept_five_minutes_for_this_person_alone(signer: User, people: People) -> None:
    request = ask(signer)
    with clock.at(NOW):
        proof = proving.proof_for(request, secret=PASSWORD)
    with clock.at(NOW + timedelta(minutes=5)):
        assert proving.recent(request) == proof == proving.proof_for(request)
        stranger = SimpleNamespace(user=people["林书瑶"], session=request.session)
        assert proving.recent(stranger) is None
    with clock.at(NOW + timedelta(minutes=5, seconds=1)):
        assert proving.recent(request) is None


def test_a_kept_proof_that_does_not_reach_what_is_demanded_by_now_is_none(signer: User) -> None:
    request = ask(signer)
    proving.proof_for(request, secret=PASSWORD)
    demand("totp")
    assert proving.recent(request) is None


def test_a_passkey_is_asked_for_each_document_and_its_answer_counts_once(signer: User) -> None:
    demand("passkey")
    device, request = passkey_of(signer), ask(signer)
    answer = device.sign(proving.challenge(request, [PAPER]))
    with pytest.raises(Refused):
        proving.proof_for(request, hashes=[OTHER], passkey=answer)
    answer = device.sign(proving.challenge(request, [PAPER]))
    assert proving.proof_for(request, hashes=[PAPER], passkey=answer)
    assert proving.recent(request) is None
    with pytest.raises(Refused):
        proving.proof_for(request, hashes=[PAPER], passkey=answer)


def test_somebody_who_guesses_is_stopped(signer: User) -> None:
    request, found = ask(signer), []
    for _try in range(12):
        with pytest.raises(Refused) as refusal:
            proving.proof_for(request, secret="000001")
        found.append(refusal.value.code)
    assert found.count("too_often") == 2
    with pytest.raises(Refused):
        proving.proof_for(request, secret=PASSWORD)
