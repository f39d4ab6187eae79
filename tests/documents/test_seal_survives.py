"""Killed at any step of sealing: after the sweep there is one sealed file with its proof."""

import secrets
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activity.models import Event
from common import clock
from documents.beat import seal_documents
from documents.blobs import keep, read
from documents.models import Blob, Document, Sealing, Signature, Slot
from documents.sealing.checks import check_pdf
from documents.sealing.findings import Reason
from documents.sealing.keys import prepare_keys, roots
from tests.documents import build, seals
from tests.documents.build import People
from tests.servers import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]
STEPS = [
    "with the lease", "before the errand", "sealed, nothing said", "said, nothing laid down", "half laid down",
    "laid down, not handed out", "handed out, not committed", "handed out, no proof", "proof signed, not kept",
    "proof kept, not named",
]  # fmt: skip
LATER = timedelta(minutes=4)  # the lease of whoever died has ended


@pytest.fixture
def house(settings: Any, child_env: dict[str, str], tmp_path: Path) -> Path:
    """Keys that the children find as well; where the files of documents lie."""
    keys = tmp_path / "keys"
    settings.ENV = replace(settings.ENV, keys=keys)
    child_env["COLLAB_KEYS"] = str(keys)
    prepare_keys()
    return Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / "documents"


def another(first: Document, version: int) -> Document:
    """A further version of a signed document, printed and to be sealed."""
    number = {"version": version, "code": secrets.token_urlsafe(18), "final_pdf": keep(seals.printed(), "application/pdf")}
    copied = ("kind", "project_id", "content_type", "object_id", "number", "title", "snapshot", "sha256", "state", "completed_at")
    made = Document.objects.create(**{name: getattr(first, name) for name in copied}, finished_at=clock.now(), **number)
    for slot in first.slots.select_related("signature"):
        place = Slot.objects.create(
            document=made, department=slot.department, signer=slot.signer, order=slot.order, state=slot.state
        )
        said = {name: getattr(slot.signature, name) for name in Signature.FROZEN if name not in ("uid", "slot")}
        Signature.objects.create(slot=place, **said)
    return made


def sealed_files(folder: Path) -> set[str]:
    """The names of all files in the storage that carry a seal, whole or torn."""
    return {file.name for file in folder.rglob("*") if file.is_file() and b"/ByteRange" in file.read_bytes()}


def test_killed_at_any_step_one_sealed_file_remains(people: People, house: Path, child_env: dict[str, str]) -> None:
    with build.at():
        first = build.signed_by_all(people)
    first.finished_at = first.completed_at
    first.save(update_fields=["finished_at"])
    Document.objects.filter(pk=first.pk).update(final_pdf=keep(seals.printed(), "application/pdf"))
    seal_documents()
    for version, step in enumerate(STEPS, start=2):
        document = another(first, version)
        before = sealed_files(house)
        command = [sys.executable, "-m", "tests.documents.killed", step, str(document.pk)]
        child = subprocess.run(command, env=child_env, cwd=ROOT, capture_output=True, text=True, check=False)
        assert child.returncode == -signal.SIGKILL, (step, child.stderr[-2000:])
        with clock.at(clock.now() + LATER):
            seal_documents()
        document.refresh_from_db()
        assert document.sealed_pdf is not None, step
        assert document.proof is not None, step
        assert sealed_files(house) - before == {document.sealed_pdf.sha256}, step
        assert check_pdf(read(document.sealed_pdf), roots()).reason == Reason.VALID, step
        sealing = Sealing.objects.get(document=document)
        assert (sealing.trouble, sealing.intended_sha256) == ("", document.sealed_pdf_id), step
        events = Event.objects.filter(verb="document.sealed", object_id=document.pk)
        assert [event.facts["sealed"] for event in events] == [document.sealed_pdf_id], step
        with clock.at(clock.now() + 2 * LATER):
            seal_documents()
        assert Document.objects.get(pk=document.pk).sealed_pdf_id == document.sealed_pdf_id
    assert Blob.objects.filter(media_type="application/json").count() == len(STEPS) + 1
