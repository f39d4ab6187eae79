"""A time-stamp server that is dead, slow or wrong holds up no signature, and a seal for half an hour at most."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from documents.beat import finish_documents, seal_documents
from documents.blobs import read
from documents.models import Document, Sealing
from documents.sealing import seal as sealing_module
from documents.sealing.asking import examine
from documents.sealing.checks import check_pdf
from documents.sealing.keys import prepare_keys, roots
from tests.documents import build, seals
from tests.documents.build import People
from tests.documents.test_seal_checks import pdfsig
from tests.documents.time_server import identity, time_server
from tests.servers import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.live]


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }
    settings.ENV = replace(settings.ENV, keys=seals.keys_in(tmp_path / "keys"))
    monkeypatch.setattr(sealing_module, "STAMP_SECONDS", 2)
    with build.at():
        prepare_keys()
        yield


@pytest.fixture
def document(people: People) -> Document:
    signed = build.signed_by_all(people)
    finish_documents()
    return signed


def stamped_by(settings: Any, url: str, **more: Any) -> None:
    settings.ENV = replace(settings.ENV, tsa_url=url, **more)


def test_the_seal_carries_the_servers_time(document: Document, settings: Any, tmp_path: Path) -> None:
    root = tmp_path / "tsa.pem"
    root.write_text(identity()[1], "ascii")
    with time_server() as server:
        stamped_by(settings, server.url)
        seal_documents()
        assert server.asked == 1
    document.refresh_from_db()
    content = read(document.sealed_pdf)  # type: ignore[arg-type]
    found = examine(content)
    assert found.is_valid
    assert "时间戳服务" in found.timed_by
    assert not found.is_time_trusted
    assert check_pdf(content, roots(), [identity()[1]]).is_time_trusted
    assert not check_pdf(content, roots(), [seals.authority(seals.OTHERS).certificate]).is_time_trusted
    assert "Signature is Valid" in pdfsig(content, tmp_path)
    assert Sealing.objects.get().is_timestamped
    assert json.loads(read(document.proof))["proof"]["seal"]["is_timestamped"]  # type: ignore[arg-type]


@pytest.mark.parametrize("mood", ["dead", "late", "endless", "nonsense", "broken"])
def test_whatever_is_wrong_with_the_server_is_said_in_time_and_heals(document: Document, settings: Any, mood: str) -> None:
    with time_server(mood) as server:
        stamped_by(settings, f"http://127.0.0.1:{free_port()}/" if mood == "dead" else server.url)
        began = time.monotonic()
        seal_documents()
        assert time.monotonic() - began < 20
        sealing = Sealing.objects.get()
        assert "时间戳服务器" in sealing.trouble
        assert sealing.intended_sha256 == ""
        with build.at(minutes=6):
            server.mood = "right"
            stamped_by(settings, server.url)
            seal_documents()
    sealing.refresh_from_db()
    assert sealing.sealed_at is not None
    assert sealing.is_timestamped
    assert sealing.trouble == ""


def test_after_half_an_hour_it_is_sealed_without_and_says_so(document: Document, settings: Any, people: People) -> None:
    stamped_by(settings, f"http://127.0.0.1:{free_port()}/")
    for minutes in (0, 10, 20, 29):
        with build.at(minutes=minutes):
            seal_documents()
            document.refresh_from_db()
            assert document.sealed_pdf is None
    with build.at(minutes=36):
        seal_documents()
        document.refresh_from_db()
        assert examine(read(document.sealed_pdf)).is_valid  # type: ignore[arg-type]
        seal = json.loads(read(document.proof))["proof"]["seal"]  # type: ignore[arg-type]
        assert not seal["is_timestamped"]
        assert "未加时间戳" in seal["note"]
        client = Client()
        client.force_login(people["贺立川"])
        assert seal["note"] in client.get(document.get_absolute_url()).content.decode()
