"""The key of the seal: made once at the first start, outside the database; replaced or given without loss of what was sealed."""

import stat
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from django.db import transaction

from collab.preparing import prepare_seal
from common import clock
from documents.models import SealKey
from documents.sealing import keys
from documents.sealing.checks import check_pdf
from documents.sealing.keys import KeyLacking, prepare_keys, roots, to_seal_by
from documents.sealing.probe import try_seal
from documents.sealing.watching import trouble
from tests.documents import seals

pytestmark = pytest.mark.django_db
PASSWORD = "a password of its own"


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path) -> Any:
    settings.ENV = replace(settings.ENV, keys=tmp_path / "keys")
    with clock.at(seals.MOMENT):
        yield settings


def p12(folder: Path, *, usage: bool = True, authority: bool = False, begins: int = -1, days: int = 100) -> Path:
    """A PKCS#12 file with a certificate that is as said."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "电子印章")])
    begin = seals.MOMENT + timedelta(days=begins)
    bits = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        False,
    )
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(begin).not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=usage, **bits), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "given.p12"
    locked = serialization.BestAvailableEncryption(PASSWORD.encode())
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, made, None, locked))
    return file


def test_the_first_start_makes_a_key_that_seals_and_the_second_none(tmp_path: Path) -> None:
    assert str(tmp_path / "keys") in prepare_keys()
    assert prepare_keys() == ""
    row = SealKey.objects.get()
    assert row.source == SealKey.Source.MADE
    assert try_seal() == ""
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_no_private_key_stands_in_the_database() -> None:
    prepare_keys()
    row = SealKey.objects.get()
    assert "PRIVATE" not in "".join(str(getattr(row, field.attname)) for field in SealKey._meta.fields)


def test_common_programs_find_the_certificate_right(tmp_path: Path) -> None:
    prepare_keys()
    row = SealKey.objects.get()
    (tmp_path / "leaf.pem").write_text(row.certificate, "ascii")
    command = ["openssl", "verify", "-no_check_time", "-x509_strict", "-CAfile", str(tmp_path / "keys" / "authority.pem")]
    said = subprocess.run([*command, str(tmp_path / "leaf.pem")], capture_output=True, check=True, text=True)
    assert "OK" in said.stdout


def test_a_start_that_was_cut_short_is_gone_on_with() -> None:
    first = ""
    with suppress(KeyboardInterrupt), transaction.atomic():
        prepare_keys()
        first = SealKey.objects.get().fingerprint
        raise KeyboardInterrupt  # it ends before its commit; the files lie there
    assert not SealKey.objects.exists()
    prepare_keys()
    assert SealKey.objects.get().fingerprint == first


def test_a_lost_key_is_not_silently_replaced(tmp_path: Path) -> None:
    prepare_keys()
    (tmp_path / "keys").rename(tmp_path / "away")
    with pytest.raises(KeyLacking):
        prepare_keys()
    with pytest.raises(CommandError, match="--new-authority"):
        call_command("rotate_key")
    assert SealKey.objects.count() == 1
    assert try_seal() != ""


def test_a_new_key_seals_and_the_old_seal_stays_valid() -> None:
    prepare_keys()
    old, private = to_seal_by()
    before = seals.seal(seals.printed(), seals.Pair(private, old.certificate, old.chain))[1]
    call_command("rotate_key", stdout=StringIO())
    new, _private = to_seal_by()
    assert new.fingerprint != old.fingerprint
    old.refresh_from_db()
    assert old.retired_at is not None
    assert check_pdf(before, roots()).is_valid
    assert len(roots()) == 1
    call_command("rotate_key", "--new-authority", stdout=StringIO())
    assert len(roots()) == 2
    assert check_pdf(before, roots()).is_valid
    with clock.at(old.not_after + timedelta(days=1)):
        assert check_pdf(before, roots()).is_valid


def test_what_is_wrong_with_the_key_is_said_at_the_start(tmp_path: Path) -> None:
    said: list[str] = []
    prepare_seal(said.append)
    assert len(said) == 1
    with clock.at(SealKey.objects.get().not_after - timedelta(days=30)):
        prepare_seal(said.append)
        assert "换" in said[-1]
        assert trouble() == "certificate ends soon"
    (tmp_path / "keys").rename(tmp_path / "away")
    prepare_seal(said.append)
    assert "密钥" in said[-1]
    assert trouble() == "key cannot be used"


def test_a_given_key_is_taken_in_and_trusted_alone(tmp_path: Path, settings: Any) -> None:
    prepare_keys()
    settings.ENV = replace(settings.ENV, seal_password=PASSWORD)
    call_command("import_key", str(p12(tmp_path)), stdout=StringIO())
    row, _private = to_seal_by()
    assert row.source == SealKey.Source.GIVEN
    assert row.certificate in roots()
    assert try_seal() == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"usage": False}, "nonRepudiation"),
        ({"authority": True}, "签发机构"),
        ({"begins": -200, "days": 100}, "到期"),
        ({"begins": 3}, "起才有效"),
    ],
)
def test_a_given_key_that_cannot_seal_is_refused_loudly(tmp_path: Path, settings: Any, wrong: Any, said: str) -> None:
    settings.ENV = replace(settings.ENV, seal_password=PASSWORD)
    file = p12(tmp_path, **wrong)
    with pytest.raises(CommandError, match=said):
        call_command("import_key", str(file))
    assert not SealKey.objects.exists()
    settings.ENV = replace(settings.ENV, seal_p12=file)
    with pytest.raises(KeyLacking, match=said):
        prepare_keys()


def test_a_wrong_password_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="密码不对"):
        call_command("import_key", str(p12(tmp_path)))


def test_a_key_named_by_the_environment_seals_and_nothing_of_it_is_copied(tmp_path: Path, settings: Any) -> None:
    settings.ENV = replace(settings.ENV, seal_p12=p12(tmp_path), seal_password=PASSWORD)
    assert prepare_keys()
    assert prepare_keys() == ""
    assert try_seal() == ""
    assert not (tmp_path / "keys").exists()
    with pytest.raises(CommandError, match="COLLAB_SEAL_P12"):
        call_command("rotate_key")
    assert keys.in_use() is not None
