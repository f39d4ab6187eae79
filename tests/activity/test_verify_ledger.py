"""Whoever owns the database server can change what happened, but not unnoticed: each change is named with its right reason."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from activity import ledger_check
from activity.jobs import deliver_mail
from activity.ledger import digest_of, seal_events
from activity.ledger_days import file_of, keep_heads
from activity.models import Event, LedgerDay, LedgerEntry, Notice
from common import clock
from people.models import User
from people.services import set_language
from projects.models import Project
from projects.services.project import name_viewer
from tests import build
from tests.activity.ledger_build import acts, events, superuser, verify
from tests.servers import Smtp

People = dict[str, User]
NOON = datetime(2026, 4, 22, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)  # a superuser leaves rows that no constraint would let stand


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.LEDGER_DIR = tmp_path / "ledger"
    return settings.LEDGER_DIR


def entry_of(event: Event) -> LedgerEntry:
    return LedgerEntry.objects.get(event=event)


def edit_event(cursor: Any, project: Project) -> str:
    event = events(project)[3]
    cursor.execute("UPDATE activity_event SET facts = '{\"a\": 1}' WHERE id = %s", [event.pk])
    return rf"chain {project.pk}, entry 4 \({event.verb}, .*: the event was edited$"


def backdate_event(cursor: Any, project: Project) -> str:
    event = events(project)[3]
    cursor.execute("UPDATE activity_event SET at = at - interval '1 hour' WHERE id = %s", [event.pk])
    return rf"chain {project.pk}, entry 4 .*: the event was edited$"


def another_actor(cursor: Any, project: Project) -> str:
    event = events(project)[3]
    cursor.execute("UPDATE activity_event SET actor_id = actor_id + 1 WHERE id = %s", [event.pk])
    return rf"chain {project.pk}, entry 4 .*: the event was edited$"


def edit_last_event(cursor: Any, project: Project) -> str:
    cursor.execute("UPDATE activity_event SET title = 'x' WHERE id = %s", [events(project)[-1].pk])
    return rf"chain {project.pk}, entry {len(events(project))} .*: the event was edited, or its entry"


def delete_event(cursor: Any, project: Project) -> str:
    cursor.execute("DELETE FROM activity_event WHERE id = %s", [events(project)[3].pk])
    return rf"chain {project.pk}, entry 4: the event was deleted$"


def delete_both(cursor: Any, project: Project) -> str:
    event = events(project)[3]
    cursor.execute("DELETE FROM activity_ledgerentry WHERE event_id = %s", [event.pk])
    cursor.execute("DELETE FROM activity_event WHERE id = %s", [event.pk])
    return rf"chain {project.pk}: entry 4 is missing: deleted together with what happened$"


def delete_three(cursor: Any, project: Project) -> str:
    gone = [event.pk for event in events(project)[1:4]]
    cursor.execute("DELETE FROM activity_ledgerentry WHERE event_id = ANY(%s)", [gone])
    cursor.execute("DELETE FROM activity_event WHERE id = ANY(%s)", [gone])
    return rf"chain {project.pk}: entries 2 to 4 are missing"


def delete_first(cursor: Any, project: Project) -> str:
    event = events(project)[0]
    cursor.execute("DELETE FROM activity_ledgerentry WHERE event_id = %s", [event.pk])
    cursor.execute("DELETE FROM activity_event WHERE id = %s", [event.pk])
    return rf"chain {project.pk}: entry 1 is missing"


def edit_digest(cursor: Any, project: Project) -> str:
    cursor.execute("UPDATE activity_ledgerentry SET digest = repeat('0', 64) WHERE event_id = %s", [events(project)[3].pk])
    return rf"chain {project.pk}, entry 4 .*: the entry was edited$"


def edit_previous(cursor: Any, project: Project) -> str:
    cursor.execute("UPDATE activity_ledgerentry SET previous = repeat('0', 64) WHERE event_id = %s", [events(project)[3].pk])
    return rf"chain {project.pk}, entry 4 .*: the entry was edited$"


def rewrite(cursor: Any, project: Project) -> str:
    """An event edited, and its entry made to fit it."""
    event = events(project)[3]
    entry = entry_of(event)
    cursor.execute("UPDATE activity_event SET title = 'x' WHERE id = %s", [event.pk])
    said = Event.objects.values().get(pk=event.pk)
    digest = digest_of(entry.chain, entry.number, entry.previous, entry.at, said)
    cursor.execute("UPDATE activity_ledgerentry SET digest = %s WHERE id = %s", [digest, entry.pk])
    return rf"chain {project.pk}, entry 4 .*: the event was edited and its entry rewritten$"


def swap_events(cursor: Any, project: Project) -> str:
    one, two = events(project)[3], events(project)[6]
    cursor.execute("UPDATE activity_ledgerentry SET event_id = -1 WHERE event_id = %s", [one.pk])
    cursor.execute("UPDATE activity_ledgerentry SET event_id = %s WHERE event_id = %s", [one.pk, two.pk])
    cursor.execute("UPDATE activity_ledgerentry SET event_id = %s WHERE event_id = -1", [two.pk])
    return rf"chain {project.pk}, entry 4 .*: the event was edited$"


@pytest.mark.parametrize(
    "tamper",
    [edit_event, backdate_event, another_actor, edit_last_event, delete_event, delete_both, delete_three, delete_first,
     edit_digest, edit_previous, rewrite],
)  # fmt: skip
def test_one_change_is_one_line_with_the_right_reason(people: People, tamper: Callable[[Any, Project], str]) -> None:
    project = acts(people)
    with superuser() as cursor:
        expected = tamper(cursor, project)
    (line,) = [line for line in verify() if line.startswith("chain")]
    assert re.match(expected, line), line


def test_two_events_that_change_places_are_both_named(people: People) -> None:
    project = acts(people)
    with superuser() as cursor:
        swap_events(cursor, project)
    assert [line.partition(" (")[0] for line in verify()] == [f"chain {project.pk}, entry {n}" for n in (4, 7)]


def test_what_is_wrong_in_one_chain_is_not_held_against_another(people: People) -> None:
    one = acts(people)
    build.draft(people, name="zweites")
    seal_events()
    with superuser() as cursor:
        delete_event(cursor, one)
    assert len(verify()) == 1


def test_a_chain_that_is_read_in_many_pieces_is_judged_alike(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_check, "CHUNK", 2)
    project = acts(people)
    assert verify() == []
    with superuser() as cursor:
        delete_both(cursor, project)
        edit_last_event(cursor, project)
    assert len(verify()) == 2


def test_events_that_nobody_seals_are_told(people: People) -> None:
    with clock.at(NOON):
        build.draft(people)
    with clock.at(NOON + timedelta(minutes=5)):
        assert verify() == []
    with clock.at(NOON + timedelta(minutes=20)):
        (line,) = verify()
    assert "not sealed" in line


@pytest.fixture
def kept(people: People) -> Project:
    """A project whose log was sealed, and its heads written down."""
    with clock.at(NOON):
        project = acts(people)
        keep_heads()
        seal_events()  # that they were written down is an event as well
    return project


def delete_last(project: Project) -> None:
    with superuser() as cursor:
        event = events(project)[-1]
        cursor.execute("DELETE FROM activity_ledgerentry WHERE event_id = %s", [event.pk])
        cursor.execute("DELETE FROM activity_event WHERE id = %s", [event.pk])


def test_the_heads_are_written_down_once_a_day(kept: Project, folder: Path) -> None:
    with clock.at(NOON + timedelta(hours=3)):
        assert keep_heads() is None
        assert verify() == []
    with clock.at(NOON + timedelta(days=1)):
        assert keep_heads() is not None
        assert verify() == []
    assert sorted(file.name for file in folder.iterdir()) == ["ledger-2026-04-22.jsonl", "ledger-2026-04-23.jsonl"]
    assert LedgerDay.objects.count() == 2


def test_the_file_says_nothing_of_what_projects_are_about(kept: Project) -> None:
    said = file_of(NOON.date()).read_text("utf-8")
    assert kept.name not in said
    assert f'"chain":"{events(kept)[0].uid}","entries":{len(events(kept))},' in said
    assert said.isascii()


def test_the_auditor_gets_the_file_by_mail(people: People, smtp: Smtp) -> None:
    auditor = people["钟鉴明"]
    with clock.at(NOON):
        acts(people)
        day = keep_heads()
        assert Notice.objects.filter(event__verb="ledger.heads_kept").values_list("reader", flat=True).get() == auditor.pk
        deliver_mail()
    (mail,) = smtp.to(auditor.email)
    (attached,) = message_from_bytes(mail.raw, policy=policy.default).iter_attachments()
    assert attached.get_filename() == "ledger-2026-04-22.jsonl"
    assert attached.get_content() == file_of(day.day).read_bytes()


def test_a_log_cut_off_at_its_end_is_found_by_the_heads(kept: Project) -> None:
    many = len(events(kept))
    delete_last(kept)
    (line,) = verify()
    assert line == (
        f"chain {kept.pk}: cut at its end: {many} entries were written down in ledger-2026-04-22.jsonl, now it ends at {many - 1}"
    )


def test_a_log_cut_off_and_grown_again_is_found_by_the_heads(kept: Project, people: People) -> None:
    delete_last(kept)
    with clock.at(NOON + timedelta(hours=1)):
        name_viewer(actor=people["林书瑶"], project_uid=kept.uid, viewer=people["祁若谷"])
        seal_events()
        (line,) = verify()
    assert line.startswith(f"chain {kept.pk}: written anew up to entry")


def test_a_chain_that_is_gone_is_found_by_the_heads(kept: Project) -> None:
    with superuser() as cursor:
        cursor.execute("DELETE FROM activity_ledgerentry WHERE chain = %s", [kept.pk])
        cursor.execute("DELETE FROM activity_event WHERE project_id = %s", [kept.pk])
    (line,) = verify()
    assert line.endswith("is gone, or its beginning")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file.unlink(), "the file of that day is missing"),
        (lambda file: file.write_bytes(file.read_bytes().replace(b'"entries":1', b'"entries":2', 1)), "was edited"),
        (lambda file: file.write_bytes(b"\x00"), "was edited"),
    ],
)
def test_a_file_of_heads_that_was_edited_or_lost_is_told(kept: Project, change: Callable[[Path], object], said: str) -> None:
    change(file_of(NOON.date()))
    assert said in verify()[0]


def test_a_day_whose_row_was_deleted_is_told(kept: Project) -> None:
    with superuser() as cursor:
        cursor.execute("DELETE FROM activity_ledgerday")
    assert "its row was deleted" in verify()[0]


def test_the_copies_that_an_auditor_kept_judge_as_well(kept: Project, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    file_of(NOON.date()).rename(copies / file_of(NOON.date()).name)
    assert verify(heads=copies) == []
    delete_last(kept)
    assert "cut at its end" in verify(heads=copies)[0]


def test_what_cannot_be_written_is_tried_again(people: People, folder: Path) -> None:
    folder.write_bytes(b"")  # no folder can be made here
    with clock.at(NOON):
        acts(people)
        with pytest.raises(OSError):
            keep_heads()
        assert not LedgerDay.objects.exists()
        assert not Event.objects.filter(verb="ledger.heads_kept").exists()
        folder.unlink()
        assert keep_heads() is not None
    set_language(actor=people["周以宁"], language="en")
