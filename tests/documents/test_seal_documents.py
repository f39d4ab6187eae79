"""What all have signed is sealed once: bytes kept by hash, proof beside it, trouble visible, told, and healed by the sweep."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from activity.models import Event, Notice
from documents.beat import finish_documents, seal_documents
from documents.blobs import read
from documents.models import Blob, Document, Sealing, SealKey
from documents.sealing import seal as sealing_module
from documents.sealing.asking import examine
from documents.sealing.keys import prepare_keys
from documents.sealing.seal import seal_document
from tests.documents import build, seals
from tests.documents.build import People
from tests.documents.test_seal_checks import pdfsig

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A storage and keys of this test's own, on the day of the kick-off."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }
    settings.ENV = replace(settings.ENV, keys=seals.keys_in(tmp_path / "keys"))
    with build.at():
        prepare_keys()
        yield


def signed(people: People) -> Document:
    """Signed by all, printed, not sealed yet."""
    document = build.signed_by_all(people)
    finish_documents()
    document.refresh_from_db()
    return document


def files(tmp_path: Path) -> list[Path]:
    return [file for file in (tmp_path / "files").rglob("*") if file.is_file()]


def test_the_sealed_copy_is_genuine_for_other_programs_and_kept_by_hash(people: People, tmp_path: Path) -> None:
    document = signed(people)
    seal_documents()
    document.refresh_from_db()
    assert document.sealed_pdf is not None
    content = read(document.sealed_pdf)
    assert content.startswith(read(document.final_pdf))  # type: ignore[arg-type]
    found = examine(content)
    assert found.is_valid
    assert found.sha256 == document.sealed_pdf.sha256
    assert found.fingerprint == SealKey.objects.get().fingerprint
    said = pdfsig(content, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    event = Event.objects.get(verb="document.sealed")
    assert event.facts["sealed"] == document.sealed_pdf.sha256


def test_the_proof_says_everything_and_is_signed(people: People) -> None:
    document = signed(people)
    seal_documents()
    document.refresh_from_db()
    proof = json.loads(read(document.proof))["proof"]  # type: ignore[arg-type]
    assert proof["document"]["sha256"] == document.sha256
    assert proof["seal"]["sha256"] == document.sealed_pdf_id
    assert [slot["signature"]["signer"] for slot in proof["slots"]] == build.HEADS
    assert all(slot["signature"]["document_sha256"] == document.sha256 for slot in proof["slots"])


def test_sealing_twice_is_sealing_once(people: People) -> None:
    document = signed(people)
    assert seal_document(document.pk)
    first = Document.objects.get(pk=document.pk)
    assert not seal_document(document.pk)
    seal_documents()
    again = Document.objects.get(pk=document.pk)
    assert (first.sealed_pdf_id, first.proof_id) == (again.sealed_pdf_id, again.proof_id)
    assert Event.objects.filter(verb="document.sealed").count() == 1


def test_without_a_key_it_waits_is_told_after_ten_minutes_and_heals(people: People, tmp_path: Path) -> None:
    people["林书瑶"].is_administrator = True
    people["林书瑶"].save(update_fields=["is_administrator"])
    document = signed(people)
    keys = tmp_path / "keys"
    keys.rename(tmp_path / "away")
    seal_documents()
    sealing = Sealing.objects.get()
    assert sealing.trouble
    assert sealing.attempts == 0
    assert not Notice.objects.filter(event__verb="document.seal_late").exists()
    with build.at(minutes=11):
        seal_documents()
        seal_documents()
        assert Notice.objects.filter(event__verb="document.seal_late").count() == 1
        told = Event.objects.get(verb="seal.stuck")
        assert document.title not in f"{told.title} {told.facts} {told.sentence}"
        assert "seal" in Client().get("/healthz").content.decode()
        (tmp_path / "away").rename(keys)
        seal_documents()
    document.refresh_from_db()
    assert document.sealed_pdf is not None
    assert Sealing.objects.get().trouble == ""
    with build.at(minutes=12):
        assert Client().get("/healthz").content == b"ok\n"


def test_a_full_disk_leaves_nothing_half_done(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = signed(people)
    before = len(files(tmp_path))

    def half(name: str, content: Any, max_length: int | None = None) -> str:
        target = tmp_path / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.read()[:1000])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(default_storage, "save", half)
        seal_documents()
        document.refresh_from_db()
        assert document.sealed_pdf is None
        assert "No space left" in Sealing.objects.get().trouble
    with build.at(minutes=2):
        seal_documents()
    document.refresh_from_db()
    assert document.sealed_pdf is not None
    assert examine(read(document.sealed_pdf)).is_valid
    assert Sealing.objects.get().trouble == ""
    left = {file.name for file in files(tmp_path)}
    assert {document.sealed_pdf_id, document.proof_id} <= left
    torn = [file for file in files(tmp_path) if file.stat().st_size == 1000]
    assert len(files(tmp_path)) - before - len(torn) == 2


def test_who_comes_too_late_with_a_second_seal_takes_it_away(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = signed(people)
    lay_down = sealing_module.lay_down

    def slow(content: bytes) -> str:
        monkeypatch.setattr(sealing_module, "lay_down", lay_down)
        with build.at(minutes=4):  # the lease has ended; another worker seals
            assert seal_document(document.pk)
        return lay_down(content)

    monkeypatch.setattr(sealing_module, "lay_down", slow)
    before = len(files(tmp_path))
    seal_document(document.pk)
    document.refresh_from_db()
    assert len(files(tmp_path)) - before == 2  # one sealed copy, one proof
    assert Blob.objects.filter(media_type="application/pdf").count() == 2
    assert examine(read(document.sealed_pdf)).is_valid  # type: ignore[arg-type]


def test_the_sealed_copy_is_what_is_handed_out(people: People) -> None:
    document = signed(people)
    client = Client()
    client.force_login(people["贺立川"])
    seal_documents()
    document.refresh_from_db()
    answer = client.get(reverse("document_pdf", args=[document.uid]))
    assert answer.content == read(document.sealed_pdf)  # type: ignore[arg-type]
    answer = client.get(reverse("document_proof", args=[document.uid]))
    assert answer["Content-Type"] == "application/json"
    assert answer.content == read(document.proof)  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "has_it"), [("贺立川", True), ("周以宁", True), ("钟鉴明", True), ("许知夏", False), ("陆景行", False)]
)
def test_from_where_others_signed_is_for_signers_lead_and_auditors_alone(people: People, name: str, has_it: bool) -> None:
    document = signed(people)
    seal_documents()
    client = Client()
    client.force_login(people[name])
    address = reverse("document_proof", args=[document.uid])
    assert client.get(address).status_code == (200 if has_it else 403)
    assert (address in client.get(document.get_absolute_url()).content.decode()) == has_it


def test_until_it_is_sealed_the_page_says_so(people: People, tmp_path: Path) -> None:
    document = signed(people)
    client = Client()
    client.force_login(people["贺立川"])
    assert "数字封印正在加盖" in client.get(document.get_absolute_url()).content.decode()
    assert client.get(reverse("document_pdf", args=[document.uid])).content == read(document.final_pdf)  # type: ignore[arg-type]
    assert client.get(reverse("document_proof", args=[document.uid])).status_code == 503
    shutil.rmtree(tmp_path / "keys")
    seal_documents()
    assert Sealing.objects.get().trouble in client.get(document.get_absolute_url()).content.decode()


def test_what_is_still_open_for_signature_is_not_sealed(people: People) -> None:
    document = build.opened(people)
    finish_documents()
    seal_documents()
    assert not seal_document(document.pk)
    assert not Sealing.objects.exists()
