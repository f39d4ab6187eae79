"""The distribution certificate (rule D4): what it says, when it is issued, and that no edit of it goes unnoticed."""

import copy
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.test import Client

from activity.beat import sweep_outbox
from activity.ledger import seal_events
from activity.models import Clock, Event
from common import clock
from common.canonical import canonical, sha256_of, spelled
from documents.models import SealKey
from documents.sealing.certificates import make_seal
from documents.sealing.signing import signature_over
from lifecycle.services import resume_project, suspend_project
from meetings.beat import plan_meetings
from meetings.certificate import chain
from meetings.certificate.checking import check
from meetings.models import Meeting, MinutesReader
from meetings.services import publish_minutes, write_summary
from meetings.services.certificate_papers import paper_html
from meetings.services.certifying import certify, issue_certificate
from people.models import User
from tests.activity.ledger_build import superuser
from tests.activity.ledger_build import verify as ledger
from tests.documents import seals
from tests.meetings.certified import OUT, entry, file_of, key, late, said, sent, tick
from tests.meetings.conftest import END
from tests.servers import ROOT, Smtp

People = dict[str, User]
__all__ = ["key"]
NAMES = {"周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴"}


def verify(files: Iterable[Path], *more: str) -> tuple[int, list[str]]:
    """The command as an auditor runs it: another process, no database; its exit code and lines."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "SMTP_URL")}
    env |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}
    command = [sys.executable, "manage.py", "verify_certificate", *map(str, files), "--language", "en", *more]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=120, check=False)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_it_is_issued_by_itself_once_everybody_is_reached(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    certificate = minutes.certificates.get()
    header = said(certificate)["header"]
    assert {row["said"]["person"]["name"] for row in said(certificate)["entries"]} == NAMES
    assert header["counts"] == {
        "people": 5, "opened": 0, "accepted": 4, "in_app": 0, "sender": 1, "waiting": 0, "refused": 0, "excused": 0,
    }  # fmt: skip
    assert header["minutes"]["content_sha256"] == minutes.content_sha256
    assert header["meeting"]["ended_at"] == "2026-04-14T07:30:00+00:00"
    assert header["deadline"]["due_at"] == "2026-04-15T07:30:00+00:00"
    assert (header["deadline"]["verdict"], header["deadline"]["late_seconds"]) == ("in_time", None)
    mail, notice = entry(certificate, "许知夏")["channels"]
    assert (mail["channel"], mail["state"], notice["channel"], notice["state"]) == ("mail", "sent", "in_app", "sent")
    assert mail["reply"].startswith("250 OK queued as")
    assert mail["message_id"] in {one.message_id for one in smtp.accepted}
    tick(timedelta(minutes=2))
    assert minutes.certificates.count() == 1


def test_late_is_shown_as_late_by_forty_minutes(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = late(weekly, people, smtp)
    last = minutes.certificates.order_by("number").last()
    assert last is not None
    deadline = said(last)["header"]["deadline"]
    assert (deadline["verdict"], deadline["late_seconds"]) == ("late", 40 * 60)
    assert said(last)["header"]["breach_recorded_at"] is not None
    breach = minutes.certificates.order_by("number")[0]
    assert said(breach)["header"]["deadline"] | {"from": "", "due_at": ""} == {
        "from": "", "due_at": "", "hours": 24, "reached_at": None, "verdict": "late", "late_seconds": None,
    }  # fmt: skip
    assert last.previous == said(last)["header"]["previous"] != ""
    assert "晚了 40 分，已如实写明" in [one.words for one in check(file_of(last))]


def test_a_recorded_breach_is_not_undone_by_an_end_that_is_said_to_be_later(
    weekly: Meeting, people: People, smtp: Smtp, key: Path
) -> None:
    minutes = sent(weekly, people)
    due = OUT - timedelta(minutes=10)
    Clock.objects.filter(object_id=minutes.pk, kind="minutes").update(due_at=due, breached_at=due)
    certificate = certify(minutes.pk)
    assert certificate is not None
    header = said(certificate)["header"]
    assert header["deadline"]["due_at"] == "2026-04-14T08:20:00+00:00"
    assert (header["deadline"]["verdict"], header["deadline"]["late_seconds"]) == ("late", 11 * 60)
    assert all(one.holds for one in check(file_of(certificate)))
    file = json.loads(file_of(certificate))
    unrecorded = file["certificate"]["header"] | {"breach_recorded_at": None}
    rows = [row["said"] for row in file["certificate"]["entries"]]
    faults = check(spelled({"certificate": chain.chained(unrecorded, rows), "signature": file["signature"]}))
    assert "时限不是从会议实际结束起算的 24 小时" in " ".join(one.words for one in faults if not one.holds)


def test_what_the_project_was_held_up_is_named_and_does_not_count(
    weekly: Meeting, people: People, smtp: Smtp, key: Path, client: Client
) -> None:
    head, project, chair = weekly.project.initiating_dept.head, weekly.project.uid, people["周以宁"]
    since, until = END + timedelta(hours=10), END + timedelta(days=3)
    with clock.at(END):
        plan_meetings()
    with clock.at(since):
        suspend_project(actor=head, project_uid=project, reason="预算冻结")
    with clock.at(until):
        resume_project(actor=head, project_uid=project, reason="预算恢复")
    with clock.at(until + timedelta(hours=13)):
        write_summary(actor=chair, meeting_uid=weekly.uid, seen_version=1, summary="样品测试按期。")
        minutes = publish_minutes(actor=chair, meeting_uid=weekly.uid)
    with clock.at(until + timedelta(hours=13, minutes=1)):
        sweep_outbox()
        certificate = certify(minutes.pk)
    assert certificate is not None
    header = said(certificate)["header"]
    assert header["held_up"] == [{"since": since.isoformat(), "until": until.isoformat()}]
    assert header["deadline"]["due_at"] == (until + timedelta(hours=14)).isoformat()
    assert header["deadline"]["verdict"] == "in_time"
    assert all(one.holds for one in check(file_of(certificate)))
    client.force_login(chair)
    with clock.at(until + timedelta(hours=14)):
        page = client.get(f"/minutes/{minutes.uid}/certificate/").content.decode()
    for shown, first, last in (
        (page, "2026年4月15日 01:30:00", "2026年4月17日 15:30:00"),
        (paper_html(certificate), "2026-04-15 01:30:00", "2026-04-17 15:30:00"),
    ):
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))
        assert f"项目暂停期间，不计时 {first}" in words
        assert last in words.partition("不计时")[2][:120]
    file = json.loads(file_of(certificate))
    rows = [row["said"] for row in file["certificate"]["entries"]]
    unsaid = {name: value for name, value in header.items() if name != "held_up"}
    faults = check(spelled({"certificate": chain.chained(unsaid, rows), "signature": file["signature"]}))
    assert "时限不是从会议实际结束起算的 24 小时" in " ".join(one.words for one in faults if not one.holds)


def test_a_hold_after_the_breach_is_not_called_uncounted(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    head, project, chair = weekly.project.initiating_dept.head, weekly.project.uid, people["周以宁"]
    holds = [(END + timedelta(hours=10), END + timedelta(hours=20)), (END + timedelta(hours=40), END + timedelta(hours=50))]
    with clock.at(END):
        plan_meetings()
    with clock.at(holds[0][0]):
        suspend_project(actor=head, project_uid=project, reason="预算冻结")
    with clock.at(holds[0][1]):
        resume_project(actor=head, project_uid=project, reason="预算恢复")
    tick(END + timedelta(hours=34, minutes=1) - OUT)  # ten of them did not count
    with clock.at(holds[1][0]):
        suspend_project(actor=head, project_uid=project, reason="预算再次冻结")
    with clock.at(holds[1][1]):
        resume_project(actor=head, project_uid=project, reason="预算恢复")
    with clock.at(END + timedelta(hours=51)):
        write_summary(actor=chair, meeting_uid=weekly.uid, seen_version=1, summary="样品测试按期。")
        minutes = publish_minutes(actor=chair, meeting_uid=weekly.uid)
        sweep_outbox()
        certificate = certify(minutes.pk)
    assert certificate is not None
    header = said(certificate)["header"]
    assert [row["since"] for row in header["held_up"]] == [holds[0][0].isoformat()]
    assert (header["deadline"]["verdict"], header["deadline"]["late_seconds"]) == ("late", 17 * 3600)
    assert all(one.holds for one in check(file_of(certificate)))


def test_asked_for_again_it_is_the_same_until_something_changes(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    first = minutes.certificates.get()
    with clock.at(OUT + timedelta(hours=1)):
        again = issue_certificate(actor=people["林书瑶"], minutes_uid=minutes.uid)
        reader = MinutesReader.objects.get(minutes=minutes, user=people["许知夏"])
        reader.seen_at = clock.now()
        reader.save(update_fields=["seen_at"])
        other = issue_certificate(actor=people["林书瑶"], minutes_uid=minutes.uid)
    assert again == first
    assert (other.number, other.previous) == (2, first.sha256)


def test_a_department_gets_its_own_lines_and_the_file_says_so(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    with clock.at(OUT + timedelta(hours=1)):
        certificate = issue_certificate(actor=people["蒋明远"], minutes_uid=minutes.uid)
    assert [row["said"]["person"]["name"] for row in said(certificate)["entries"]] == ["许知夏"]
    assert said(certificate)["header"]["covers"] == {"kind": "departments", "departments": ["销售部"], "persons": []}
    assert all(one.holds for one in check(file_of(certificate)))


def test_an_auditor_has_all_of_it_and_it_is_logged(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    with clock.at(OUT + timedelta(hours=1)):
        certificate = issue_certificate(actor=people["钟鉴明"], minutes_uid=minutes.uid)
    assert len(said(certificate)["entries"]) == 5
    assert Event.objects.filter(verb="minutes.certified", actor=None).exists()


def test_who_left_before_it_was_sent_is_named_with_the_reason(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    reader = MinutesReader.objects.get(minutes=minutes, user=people["孟初晴"])
    reader.reached_at, reader.excused_at, reader.excuse = None, OUT, "left"
    reader.save()
    certificate = certify(minutes.pk)
    assert certificate is not None
    assert (entry(certificate, "孟初晴")["state"], entry(certificate, "孟初晴")["excuse"]) == ("excused", "left")
    assert all(one.holds for one in check(file_of(certificate)))


def test_a_person_without_address_is_told_in_the_application(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    people["田牧野"].email = ""
    people["田牧野"].save(update_fields=["email"])
    certificate = sent(weekly, people).certificates.get()
    line = entry(certificate, "田牧野")
    assert line["state"] == "in_app"
    assert [one["channel"] for one in line["channels"]] == ["in_app"]


def test_without_a_key_it_is_issued_all_the_same_and_says_so(
    weekly: Meeting, people: People, smtp: Smtp, key: Path, settings: Any, tmp_path: Path
) -> None:
    settings.ENV = replace(settings.ENV, keys=tmp_path / "nowhere")
    certificate = sent(weekly, people).certificates.get()
    assert certificate.content["signature"] is None
    assert said(certificate)["header"]["signed_by"] is None
    (tmp_path / "unsigned.json").write_bytes(file_of(certificate))
    code, lines = verify([tmp_path / "unsigned.json"])
    assert code == 1
    assert any("issued without a signature" in line for line in lines)


def test_the_command_finds_nothing_wrong_with_what_was_issued(
    weekly: Meeting, people: People, smtp: Smtp, key: Path, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.json"
    file.write_bytes(file_of(sent(weekly, people).certificates.get()))
    code, lines = verify([file])
    assert code == 0, lines
    assert any("Only the certificates inside the file were used" in line for line in lines)
    code, lines = verify([file], "--ca", str(key / "authority.pem"))
    assert code == 0, lines
    assert any("leads to the certificate that you trust" in line for line in lines)
    stranger = tmp_path / "stranger.pem"
    stranger.write_text(seals.authority(seals.OTHERS).certificate, "ascii")
    assert verify([file], "--ca", str(stranger))[0] == 1
    for content in (b"", b"%PDF-1.7", b"[]", b'{"certificate": {}}', b"\xff\xfe"):
        file.write_bytes(content)
        assert verify([file])[0] == 2
    assert verify([tmp_path / "none.json"])[0] == 2


def _edits(content: bytes) -> dict[str, bytes]:
    """Two hundred single edits of a certificate: bytes, fields, entries dropped, doubled and swapped, head, chain, counts."""
    chance = random.Random(7)  # the same edits at every run
    made: dict[str, bytes] = {}
    while len(made) < 170:
        place = chance.randrange(len(content))
        other = chance.choice([b for b in b'0123456789abcdefZ"{}[], ' if b != content[place]])
        made[f"byte {place} to {chr(other)!r}"] = content[:place] + bytes([other]) + content[place + 1 :]
    file = json.loads(content)
    rows = len(file["certificate"]["entries"])

    def edited(name: str, edit: Any) -> None:
        other = copy.deepcopy(file)
        edit(other["certificate"], other)
        made[name] = spelled(other)

    for at in range(rows):
        edited(f"entry {at} dropped", lambda said, _f, at=at: said["entries"].pop(at))
        edited(f"entry {at} doubled", lambda said, _f, at=at: said["entries"].insert(at, said["entries"][at]))
        for field in ("reached_at", "opened_at"):
            edited(
                f"{field} of {at}",
                lambda said, _f, at=at, field=field: said["entries"][at]["said"].update({field: "2026-04-14T08:00:00+00:00"}),
            )
        edited(f"name of {at}", lambda said, _f, at=at: said["entries"][at]["said"]["person"].update(name="某人"))
        edited(f"number of {at}", lambda said, _f, at=at: said["entries"][at].update(number=99))
    for at in range(rows - 1):
        edited(f"{at} swapped", lambda said, _f, at=at: said["entries"].insert(at, said["entries"].pop(at + 1)))
    edited("head", lambda said, _f: said.update(head="0" * 64))
    edited("start", lambda said, _f: said.update(start="0" * 64))
    edited("signature dropped", lambda _said, file: file.update(signature=None))
    edited("value", lambda _said, file: file["signature"].update(value="AAAA"))
    edited("verdict", lambda said, _f: said["header"]["deadline"].update(verdict="late"))
    edited("deadline", lambda said, _f: said["header"]["deadline"].update(hours=48))
    edited("counts", lambda said, _f: said["header"]["counts"].update(opened=5))
    edited("version", lambda said, _f: said["header"]["minutes"].update(edition=2))
    edited("more", lambda _said, file: file.update(note="x"))
    made["space"] = content.replace(b",", b", ", 1)
    made["a line"] = content + b"\n"
    return made


def _forged(file: dict[str, Any], **signing: Any) -> bytes:
    """A line falsified, and the whole chain computed anew as anybody can."""
    said = copy.deepcopy(file["certificate"])
    said["entries"][1]["said"]["opened_at"] = "2026-04-14T08:00:00+00:00"
    said["header"]["counts"] = chain.counted(row["said"] for row in said["entries"])
    for name, value in signing.items():
        said["header"][name] = value
    return canonical(chain.chained(said["header"], [row["said"] for row in said["entries"]]))


def test_two_hundred_edits_and_rewritten_chains_are_all_found_by_the_command(
    weekly: Meeting, people: People, smtp: Smtp, key: Path, tmp_path: Path
) -> None:
    content = file_of(sent(weekly, people).certificates.get())
    file, made = json.loads(content), _edits(content)
    other = seals.key(seals.OTHERS)
    stranger = SealKey(certificate=other.certificate, chain=other.chain)
    made["rewritten, old signature"] = spelled({"certificate": json.loads(_forged(file)), "signature": file["signature"]})
    made["rewritten, unsigned"] = spelled({"certificate": json.loads(_forged(file)), "signature": None})
    made["rewritten, says unsigned"] = spelled({"certificate": json.loads(_forged(file, signed_by=None)), "signature": None})
    resigned = _forged(file, signed_by=other.fingerprint)
    made["rewritten, signed by a stranger"] = spelled(
        {"certificate": json.loads(resigned), "signature": signature_over(resigned, stranger, other.key)}
    )
    assert len(made) >= 200
    for number, edit in enumerate(made.values()):
        assert edit != content
        (tmp_path / f"{number}.json").write_bytes(edit)
    files = [tmp_path / f"{number}.json" for number in range(len(made))]
    code, lines = verify(files, "--ca", str(key / "authority.pem"))
    assert code == 2, lines[-5:]  # some are beyond reading
    wrong = {line.partition(": ✘ ")[0] for line in lines if ": ✘ " in line}
    assert [name for name, path in zip(made, files, strict=True) if str(path) not in wrong] == []


def test_what_is_signed_below_a_certificate_that_is_no_authoritys_does_not_lead_to_the_one_trusted(
    weekly: Meeting, people: People, smtp: Smtp, key: Path, tmp_path: Path
) -> None:
    """Whoever has any certificate of a public authority could issue in the organisation's name otherwise."""
    file = json.loads(file_of(sent(weekly, people).certificates.get()))
    leaf = seals.key(seals.HOUSE)
    with clock.at(seals.MOMENT):
        forger = make_seal(leaf, seals.HOUSE)
    chained = SealKey(certificate=forger.certificate, chain=leaf.certificate + leaf.chain)
    fingerprint = sha256(x509.load_pem_x509_certificate(forger.certificate.encode()).public_bytes(Encoding.DER)).hexdigest()
    content = _forged(file, signed_by=fingerprint)
    forged = tmp_path / "forged.json"
    forged.write_bytes(spelled({"certificate": json.loads(content), "signature": signature_over(content, chained, forger.key)}))
    code, lines = verify([forged], "--ca", str(key / "authority.pem"))
    assert code == 1, lines
    assert not any("leads to the certificate that you trust" in line for line in lines)


def test_the_first_broken_entry_is_named_with_the_reason(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    content = file_of(sent(weekly, people).certificates.get())
    file = json.loads(content)

    def faults(edit: Any) -> list[str]:
        other = copy.deepcopy(file)
        edit(other["certificate"]["entries"])
        return [one.words for one in check(spelled(other)) if not one.holds]

    third = file["certificate"]["entries"][2]["said"]["person"]["name"]
    assert "第 3 条" in faults(lambda rows: rows[2]["said"].update(opened_at=None, reached_at=None))[0]
    assert third in faults(lambda rows: rows[2]["said"].update(state="in_app"))[0]
    assert "第 2 条" in faults(lambda rows: rows.pop(1))[0]
    assert "第 2 条" in faults(lambda rows: rows.insert(1, rows.pop(2)))[0]


@pytest.mark.races  # only PostgreSQL's superuser gets past the guard
def test_verify_ledger_names_altered_minutes_and_certificates(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    with clock.at(OUT + timedelta(hours=1)):
        seal_events()
        certificate = minutes.certificates.get()
        assert ledger() == []
        for statement, line in (
            ("UPDATE meetings_minutes SET content = '{}'", f"minutes {minutes.uid}: the content was edited"),
            (f"UPDATE meetings_minutes SET content = '{{}}', content_sha256 = '{sha256_of({})}'",
             f"minutes {minutes.uid}: the content and its fingerprint were edited"),
            ("UPDATE meetings_certificate SET content = '{}'", f"certificate {certificate.uid}: it was edited"),
            ("DELETE FROM meetings_certificate", f"certificate {certificate.sha256}: it was edited or deleted"),
        ):  # fmt: skip
            with suppress(Undone), transaction.atomic():
                with superuser() as cursor:
                    cursor.execute(statement)
                assert line in ledger()
                raise Undone
        assert ledger() == []


class Undone(Exception):
    """What was tried is taken back."""
