"""Several machines at once: one key is made, one seal is put on."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from activity.models import Event
from collab.preparing import prepare_seal
from documents.beat import finish_documents
from documents.models import Document, Sealing, SealKey
from documents.sealing import seal as sealing_module
from documents.sealing.seal import seal_document
from tests.documents import build
from tests.documents.build import People
from tests.documents.test_sign_races import together

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path) -> None:
    settings.ENV = replace(settings.ENV, keys=tmp_path / "keys")


def test_machines_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    said: list[str] = []
    together(*[lambda: prepare_seal(said.append)] * 4)
    assert SealKey.objects.count() == 1
    assert len(said) == 1, said
    assert len(list((tmp_path / "keys").glob("seal-*.key"))) == 1
    assert len(list((tmp_path / "keys").glob("authority*.key"))) == 1


def test_workers_at_once_seal_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_seal(lambda _said: None)
    with build.at():
        document = build.signed_by_all(people)
        finish_documents()
    asked: list[str] = []
    run = sealing_module.errands.run

    def counted(module: str, said: bytes, *, seconds: int) -> bytes:
        asked.append(module)
        return run(module, said, seconds=seconds)

    monkeypatch.setattr(sealing_module.errands, "run", counted)
    answers = together(*[lambda: seal_document(document.pk)] * 4)
    assert sorted(map(str, answers)) == ["False", "False", "False", "True"]
    assert len(asked) == 2  # the seal and the signature of the proof
    assert Document.objects.get(pk=document.pk).sealed_pdf_id == Sealing.objects.get().intended_sha256
    assert Event.objects.filter(verb="document.sealed").count() == 1
