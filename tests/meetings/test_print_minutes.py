"""Minutes as PDF: printed once per version and language, attached to each mail, and never in the mail's way (rule D4)."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils.translation import override

from activity.beat import sweep_outbox
from common import clock
from documents.beat import finish_documents, seal_documents
from documents.blobs import read
from documents.sealing.keys import prepare_keys
from documents.verifying import Outcome, verify
from meetings.jobs import print_minutes
from meetings.models import Meeting, Minutes, MinutesPaper
from meetings.paper import file_name
from meetings.services import (
    add_action,
    add_resolution,
    archive_minutes,
    confirm_minutes,
    object_to_resolution,
    open_revision,
    publish_minutes,
    set_attendance,
    write_summary,
)
from meetings.services.papers import paper_of
from people.models import User
from tests.documents import seals
from tests.meetings.conftest import END
from tests.servers import Smtp

People = dict[str, User]
OUT = END + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _kept(settings: Any, tmp_path: Path) -> None:
    """Mails carry the PDF, and its bytes lie where this test can look."""
    settings.MINUTES_PDF = True
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }


@pytest.fixture
def out(weekly: Meeting, people: People) -> Minutes:
    """The liaisons' minutes; 沈嘉禾 reads English."""
    people["沈嘉禾"].language = "en"
    people["沈嘉禾"].save(update_fields=["language"])
    chair: dict[str, Any] = {"actor": people["周以宁"], "meeting_uid": weekly.uid}
    with clock.at(OUT):
        set_attendance(**chair, absent=[people["孟初晴"].uid])
        write_summary(**chair, seen_version=1, summary="样品测试按期，铺货名单已定。")
        add_resolution(**chair, text="首批铺货100家门店")
        add_action(**chair, text="补测两项", owner=people["沈嘉禾"], due_on=END.date() + timedelta(days=3))
        return publish_minutes(**chair)


def test_a_title_of_two_lines_names_a_file_of_one(weekly: Meeting) -> None:
    said = {"meeting": {"title": "Weekly\nsync"}, "number": "P-1"}
    with override("en"):
        assert file_name(Minutes(meeting=weekly), said) == "Weekly sync: minutes P-1.pdf"


def parts(smtp: Smtp, user: User) -> Iterator[tuple[str, bytes]]:
    """The files of the last mail to this person."""
    mail = message_from_bytes(smtp.to(user.email or "")[-1].raw, policy=policy.default)
    for part in mail.iter_attachments():
        yield part.get_filename() or "", part.get_payload(decode=True)


def words(content: bytes) -> str:
    """All text of a PDF."""
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_each_mail_carries_the_minutes_in_its_readers_language_printed_once(
    out: Minutes, people: People, smtp: Smtp, settings: Any
) -> None:
    with clock.at(OUT + timedelta(minutes=1)):
        publish_again(out, people)
        sweep_outbox()
    ((name, english),) = parts(smtp, people["沈嘉禾"])
    assert name.startswith("周例会: minutes ")
    said = words(english)
    for word in ("Version", "Resolutions", "Actions", "Page 1 of", "首批铺货100家门店", "Absent"):
        assert word in said, word
    ((name, chinese),) = parts(smtp, people["许知夏"])
    assert name.startswith("周例会纪要 ")
    said = words(chinese)
    for word in ("决议", "行动项", "首批铺货100家门店", "补测两项", "2026年4月17日", "缺席", "孟初晴", "分发证明查验码"):
        assert word in said, word
    assert dict(parts(smtp, people["田牧野"])) == {name: chinese}
    assert MinutesPaper.objects.filter(minutes__edition=2).count() == 2


def publish_again(out: Minutes, people: People) -> Minutes:
    """A new version, once there is a mail server."""
    draft = open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="更正门店数")
    row = draft.resolutions.get()
    row.text = "首批铺货100家门店，其中华北30家"
    row.bump("text")
    return publish_minutes(actor=people["周以宁"], meeting_uid=out.meeting.uid)


def test_the_mail_of_a_new_version_says_why_and_what_changed(out: Minutes, people: People, smtp: Smtp, settings: Any) -> None:
    settings.MINUTES_PDF = False
    with clock.at(OUT + timedelta(minutes=1)):
        publish_again(out, people)
        sweep_outbox()
    mail = smtp.to(people["许知夏"].email or "")[-1]
    assert "第 2 版" in mail.subject
    for said in ("新版本的原因：更正门店数", "“首批铺货100家门店”改为“首批铺货100家门店，其中华北30家”", "4月16日 18:00"):
        assert said in mail.text, said
    assert mail.text.index("改为") < mail.text.index("样品测试按期")


def test_a_print_that_fails_never_holds_the_mail_up(out: Minutes, people: People, smtp: Smtp, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("the disk is gone")
    with clock.at(OUT + timedelta(minutes=1)):
        publish_again(out, people)
        sweep_outbox()
    mail = smtp.to(people["许知夏"].email or "")[-1]
    assert "PDF 请在纪要页面下载" in mail.text
    assert not list(parts(smtp, people["许知夏"]))
    assert not MinutesPaper.objects.exists()
    (tmp_path / "files").unlink()
    newest = Minutes.objects.get(edition=2)
    print_minutes(newest.pk, "zh-hans")
    print_minutes(newest.pk, "zh-hans")
    assert newest.papers.count() == 1


def test_the_pdf_is_on_the_page_for_whom_the_minutes_are(out: Minutes, people: People, client: Client) -> None:
    url = f"/minutes/{out.uid}/pdf/"
    client.force_login(people["许知夏"])
    with clock.at(OUT + timedelta(minutes=1)):
        assert client.get(url).status_code == 503  # being printed
        print_minutes(out.pk, "zh-hans")
        answer = client.get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "首批铺货100家门店" in words(answer.content)
        for name, status in (("米小禾", 403), ("单𠮷安", 404), ("毕以恒", 404)):
            client.force_login(people[name])
            assert client.get(url).status_code == status


def test_on_paper_a_second_version_lists_what_differs(out: Minutes, people: People) -> None:
    with clock.at(OUT + timedelta(hours=1)):
        object_to_resolution(actor=people["许知夏"], resolution_uid=out.resolutions.get().uid, text="应写明华北几家")
        newest = publish_again(out, people)
    said = words(read(paper_of(newest, "zh-hans").blob))
    flat = "".join(said.split())
    assert "五、与第1版的差异" in flat
    assert "其中华北30家" in flat
    assert "改版原因更正门店数" in flat


def test_archived_they_are_printed_sealed_and_found_genuine(out: Minutes, people: People, settings: Any, tmp_path: Path) -> None:
    settings.ENV = replace(settings.ENV, keys=seals.keys_in(tmp_path / "keys"))
    with clock.at(OUT + timedelta(days=9)):
        confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid)
        archive_minutes(actor=people["周以宁"], minutes_uid=out.uid)
        prepare_keys()
        finish_documents()
        seal_documents()
        out.refresh_from_db()
        document = out.document
        assert document is not None
        assert document.sealed_pdf is not None
        said = "".join(words(read(document.sealed_pdf)).split())
        for word in ("答复情况", "已确认：周以宁、许知夏", "3人未回复：", "存档凭证", document.code_shown):
            assert word.replace(" ", "") in said, word
        assert verify(code=document.code, sha256=document.sealed_pdf_id).outcome == Outcome.VALID


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_who_print_at_once_the_second_takes_the_firsts(out: Minutes) -> None:
    gate, made = threading.Barrier(2), []

    def one() -> None:
        try:
            gate.wait()
            made.append(paper_of(Minutes.objects.get(pk=out.pk), "zh-hans"))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 2
    assert len({row.pk for row in made}) == 1
    assert default_storage.exists(made[0].blob.stored_as)
