"""The check page of a distribution: anybody with the code sees times and counts, and neither names nor content (rule D4)."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from common.uploads import LIMIT
from documents.codes import in_groups, new_code
from documents.strangers import BESIDE
from meetings.models import Meeting, Minutes
from meetings.services.certificate_papers import print_certificate
from people.models import User
from tests.meetings.certified import CANARY, OUT, file_of, key, late, sent
from tests.servers import Smtp

People = dict[str, User]
__all__ = ["key"]
AFTER = OUT + timedelta(hours=1)


@pytest.fixture
def minutes(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> Minutes:
    """Distributed; a word that nobody outside may see stands wherever one can stand."""
    project = weekly.project
    project.name, weekly.title, weekly.place = f"{CANARY}项目", f"{CANARY}会", CANARY
    project.confidential = True
    project.save(update_fields=["name", "confidential"])
    weekly.save(update_fields=["title", "place"])
    return sent(weekly, people)


def ask(code: str, said: dict[str, Any] | None = None) -> Any:
    """As a stranger's browser does."""
    with clock.at(AFTER):
        return Client().get(f"/check/{code}/") if said is None else Client().post(f"/check/{code}/", said)


def test_it_shows_times_and_counts(minutes: Minutes) -> None:
    for code in (minutes.check_code, in_groups(minutes.check_code), minutes.check_code.lower()):
        answer = ask(code)
        assert answer.status_code == 200
    text = answer.content.decode()
    for words in ("按时送达", "4 / 4", "0 / 5", "2026-04-15 07:30:00 UTC", "2026-04-14 08:30:00 UTC", "当前有效"):
        assert words in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_it_names_nobody_and_says_nothing_of_the_meeting(minutes: Minutes, people: People) -> None:
    for answer in (ask(minutes.check_code), ask(minutes.check_code, {"typed": "0" * 64}), ask(minutes.check_code, {})):
        text = answer.content.decode()
        assert CANARY not in text
        assert [name for name in people if name in text] == []
        assert "目标与分工已达成一致" not in text
        assert minutes.content_sha256 not in text


def test_late_and_superseded_are_said(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = late(weekly, people, smtp)
    with clock.at(OUT + timedelta(days=2)):
        Minutes.objects.create(meeting=weekly, edition=2, state="distributed", distributed_at=clock.now(), content={})
        text = ask(minutes.check_code).content.decode()
    assert "晚了 40 分" in text
    assert "记为超时" in text
    assert "已被新版本替代" in text


def test_a_certificate_is_known_by_its_file_its_fingerprint_and_its_print(minutes: Minutes) -> None:
    certificate = minutes.certificates.get()
    content = file_of(certificate)
    print_certificate(certificate.pk, "en")
    spaced = " ".join(certificate.sha256[at : at + 8] for at in range(0, 64, 8)).upper()
    for said in (
        {"file": SimpleUploadedFile("x.json", content)},
        {"sha256": sha256(content).hexdigest()},
        {"typed": spaced},
        {"typed": certificate.papers.get().blob_id},
    ):
        assert ask(minutes.check_code, said).context["found"][0] == 1, said
    changed = {"file": SimpleUploadedFile("x.json", content.replace(b"opened", b"openad", 1))}
    answer = ask(minutes.check_code, changed)
    assert answer.context["found"] is None
    assert "没有签发过" in answer.content.decode()


def test_what_is_typed_wrong_is_said_and_stays(minutes: Minutes) -> None:
    answer = ask(minutes.check_code, {"typed": "abc"})
    assert (answer.status_code, answer.context["form"]["typed"].value()) == (422, "abc")
    assert ask(minutes.check_code, {}).status_code == 422
    big = {"content_type": "application/octet-stream", "CONTENT_LENGTH": str(LIMIT + BESIDE + 1)}
    assert Client().generic("POST", f"/check/{minutes.check_code}/", b"", **big).status_code == 413


def test_a_wrong_code_meets_the_same_page_at_the_same_cost(minutes: Minutes, people: People) -> None:
    draft = Minutes.objects.create(meeting=minutes.meeting, edition=2, check_code=new_code())
    seen = set()
    assert {ask(code).status_code for code in ("x", "协作", "' OR 1=1 --", "0" * 500)} == {404}
    for code in (new_code(), draft.check_code, new_code()):
        with CaptureQueriesContext(connection) as asked:
            answer = ask(code)
        seen.add((answer.status_code, len(answer.content), len(asked)))
    assert {status for status, _length, _asked in seen} == {404}
    assert len(seen) == 1


def test_thirty_questions_a_minute_and_shared_with_the_page_for_documents(minutes: Minutes) -> None:
    cache.clear()
    with clock.at(AFTER):
        for _n in range(15):
            Client().get("/verify/XYZ/")
            Client().get(f"/check/{new_code()}/")
        answer = Client().get(f"/check/{minutes.check_code}/")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "4 / 4" not in answer.content.decode()
