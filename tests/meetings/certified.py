"""Minutes that are distributed, in every state of sending, with the organisation's key at hand: for tests of the certificate."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from activity.beat import run_clocks, sweep_outbox
from common import clock
from common.canonical import canonical
from documents.sealing.keys import prepare_keys
from meetings.beat import plan_meetings
from meetings.models import Certificate, Meeting, Minutes
from people.models import User
from tests.documents import seals
from tests.meetings.conftest import DEADLINE
from tests.meetings.test_reach_everybody import OUT, out
from tests.servers import Smtp

People = dict[str, User]
CANARY = "金丝雀暗号"
LATE = DEADLINE + timedelta(minutes=40)


@pytest.fixture
def key(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The organisation's key, and storage of this test's own; the directory with its authority."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }
    settings.ENV = replace(settings.ENV, keys=seals.keys_in(tmp_path / "keys"))
    cache.clear()
    with clock.at(OUT - timedelta(days=3)):
        prepare_keys()
    yield tmp_path / "keys"
    cache.clear()


def tick(after: timedelta = timedelta(minutes=1)) -> None:
    """A minute of the scheduler, so long after the distribution."""
    with clock.at(OUT + after):
        sweep_outbox()
        plan_meetings()
        run_clocks()
        plan_meetings()


def sent(meeting: Meeting, people: People) -> Minutes:
    """Distributed by the chair and handed to the mail server."""
    minutes = out(meeting, people)
    tick()
    minutes.refresh_from_db()
    return minutes


def late(meeting: Meeting, people: People, smtp: Smtp) -> Minutes:
    """The mail server is busy until forty minutes after the deadline."""
    smtp.refuse["*"] = "451 try again later"
    minutes = sent(meeting, people)
    tick(DEADLINE - OUT + timedelta(minutes=1))
    smtp.refuse.clear()
    tick(LATE - OUT)
    minutes.refresh_from_db()
    return minutes


def file_of(certificate: Certificate) -> bytes:
    """The file as it is handed out."""
    return canonical(certificate.content)


def said(certificate: Certificate) -> dict[str, Any]:
    """What it says."""
    found: dict[str, Any] = json.loads(file_of(certificate))["certificate"]
    return found


def entry(certificate: Certificate, name: str) -> dict[str, Any]:
    """What it says of a person."""
    return next(row["said"] for row in said(certificate)["entries"] if row["said"]["person"]["name"] == name)
