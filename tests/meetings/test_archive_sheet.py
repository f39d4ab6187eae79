"""Archived kick-off minutes: the signed paper stays as it was signed, a sheet beside it says how everybody answered (rule D6)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from common import clock
from documents.beat import finish_documents
from documents.canonical import sha256_of
from documents.evidence import lines
from documents.models import Document
from documents.verifying import Outcome, verify
from meetings.models import Meeting, Minutes
from meetings.services import archive_minutes, confirm_minutes, publish_minutes, write_summary
from people.models import User
from tests.documents.build import sign_as
from tests.documents.test_print_document import words
from tests.meetings.conftest import END
from tests.meetings.test_answer_in_anothers_place import away
from tests.meetings.test_confirm_minutes import HEADS, LIAISONS

People = dict[str, User]
OUT = END + timedelta(hours=1)  # Tuesday 16:30 in Shanghai
SOON = END + timedelta(hours=2)  # 17:30
OVER = END + timedelta(days=4)


@pytest.fixture
def out(kickoff: Meeting, settings: Any, tmp_path: Path) -> Minutes:
    """Minutes of the kick-off, sent by the chair."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    with clock.at(OUT):
        write_summary(actor=kickoff.chair, meeting_uid=kickoff.uid, seen_version=1, summary="目标已定。")
        return publish_minutes(actor=kickoff.chair, meeting_uid=kickoff.uid)


def sheet_of(minutes: Minutes) -> Document:
    return Document.objects.get(kind=Document.Kind.MINUTES, object_id=minutes.meeting_id)


def printed(document: Document, path: Path) -> str:
    """What another program reads in its final PDF."""
    document.refresh_from_db()
    assert document.final_pdf is not None, document.pdf_trouble
    with default_storage.open(document.final_pdf.stored_as) as file:
        return words(file.read(), path)


def test_the_sheet_prints_signatures_clicks_and_the_silent_and_both_papers_are_genuine(
    out: Minutes, people: People, tmp_path: Path
) -> None:
    away(people, "许知夏", "程子昂")
    signed = out.document
    assert signed is not None
    with clock.at(SOON):
        sign_as(people["顾承泽"], signed)
        confirm_minutes(actor=people["沈嘉禾"], minutes_uid=out.uid)
        confirm_minutes(actor=people["程子昂"], minutes_uid=out.uid)
    with clock.at(OVER):
        archive_minutes(actor=out.meeting.chair, minutes_uid=out.uid)
        finish_documents()
    sheet = sheet_of(out)
    said = sheet.snapshot
    assert {row["name"]: bool(row["at"]) for row in said["signatures"]} == {name: name == "顾承泽" for name in HEADS}
    assert {row["name"]: row.get("by") for row in said["archive"]["confirmed"]} == {"沈嘉禾": None, "许知夏": "程子昂"}
    assert len(said["archive"]["silent"]) == 7

    signed.refresh_from_db()
    assert (signed.snapshot, signed.sha256) == (out.content, sha256_of(out.content))
    for document in (signed, sheet):
        assert verify(code=document.code).outcome == Outcome.UNSEALED  # no key in this test: nothing else is amiss
    assert not list(lines())

    paper = printed(sheet, tmp_path / "sheet.pdf")
    assert "启动会纪要存档单" in paper
    assert signed.sha256 in "".join(paper.split())
    rows = [" ".join(line.split()) for line in paper.splitlines()]
    assert "沈嘉禾 2026年4月14日 17:30 –" in rows
    assert "许知夏 2026年4月14日 17:30 程子昂" in rows
    assert next(row.split()[-1] for row in rows if "顾承泽" in row) == "17:30"
    assert any("林书瑶" in row and row.endswith("未签署") for row in rows)
    assert any("7 人未回复" in row for row in rows)
    assert "未签署" in printed(signed, tmp_path / "signed.pdf")


def test_signed_by_all_before_it_is_archived_the_sealed_paper_is_printed_once_and_the_sheet_follows(
    out: Minutes, people: People, tmp_path: Path
) -> None:
    signed = out.document
    assert signed is not None
    with clock.at(SOON):
        for name in HEADS:
            sign_as(people[name], signed)
        finish_documents()
        signed.refresh_from_db()
        before = signed.final_pdf_id
        assert before is not None
        assert not Document.objects.filter(kind=Document.Kind.MINUTES).exists()
        for name in LIAISONS:
            confirm_minutes(actor=people[name], minutes_uid=out.uid)
        finish_documents()
    out.refresh_from_db()
    signed.refresh_from_db()
    assert (out.state, out.document_id, signed.final_pdf_id) == ("archived", signed.pk, before)
    sheet = sheet_of(out)
    assert {row["name"] for row in sheet.snapshot["archive"]["confirmed"]} == set(LIAISONS)
    assert all(row["at"] for row in sheet.snapshot["signatures"])
    assert "全部人员均已回复" in printed(sheet, tmp_path / "sheet.pdf")


def test_the_page_of_the_minutes_leads_to_the_sheet_and_who_reads_them_reads_it(
    out: Minutes, people: People, client: Client
) -> None:
    with clock.at(OVER):
        archive_minutes(actor=out.meeting.chair, minutes_uid=out.uid)
        address = f"/documents/{sheet_of(out).uid}/"
        client.force_login(people["沈嘉禾"])
        assert address in client.get(out.get_absolute_url()).content.decode()
        page = client.get(address).content.decode()
        assert "10 人未回复" in page
        client.force_login(people["米小禾"])
        assert client.get(address).status_code == 403
