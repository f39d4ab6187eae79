"""What is asked of readers and until when, nudges, copies, and the pages on which it is done (rules D4, D5, H1b)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from common import clock
from common.refusals import Refused
from documents.verifying import Outcome, verify
from meetings.beat import plan_meetings
from meetings.models import Attendee, Meeting, Minutes, MinutesReader
from meetings.queries import readers_for
from meetings.readers import state_of
from meetings.services import (
    add_action,
    add_copy,
    add_resolution,
    archive_minutes,
    confirm_minutes,
    nudge_readers,
    object_to_resolution,
    open_revision,
    publish_minutes,
    remove_copy,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END

People = dict[str, User]
OUT = END + timedelta(hours=1)  # Tuesday 16:30 in Shanghai
SOON = END + timedelta(hours=2)
MORNING = datetime(2026, 4, 15, 2, 0, tzinfo=UTC)  # Wednesday 10:00


@pytest.fixture
def out(weekly: Meeting, people: People) -> Minutes:
    """The liaisons' minutes, out an hour after the end."""
    with clock.at(OUT):
        add_resolution(actor=people["周以宁"], meeting_uid=weekly.uid, text="首批铺货100家门店")
        return publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)


def names(minutes: Minutes, event: Event) -> set[str]:
    return {row.reader.name for row in event.notices.all()}


def test_one_answers_until_the_close_of_work_of_the_second_workday_or_as_said(
    out: Minutes, kickoff: Meeting, people: People
) -> None:
    assert out.answer_by == datetime(2026, 4, 16, 10, 0, tzinfo=UTC)  # Thursday 18:00
    chair = people["林书瑶"]
    with clock.at(OUT):
        write_summary(actor=chair, meeting_uid=kickoff.uid, seen_version=1, summary="目标已定。")
        with pytest.raises(Refused) as said:
            publish_minutes(actor=chair, meeting_uid=kickoff.uid, answer_by=OUT)
        assert said.value.field == "answer_on"
        later = OUT + timedelta(days=7)
        assert publish_minutes(actor=chair, meeting_uid=kickoff.uid, answer_by=later).answer_by == later


def test_everybody_may_answer_in_time_before_the_chair_archives(kickoff: Meeting, people: People) -> None:
    chair = people["林书瑶"]
    with clock.at(OUT):
        write_summary(actor=chair, meeting_uid=kickoff.uid, seen_version=1, summary="目标已定。")
        minutes = publish_minutes(actor=chair, meeting_uid=kickoff.uid)
    with clock.at(SOON), pytest.raises(Refused) as said:
        archive_minutes(actor=chair, minutes_uid=minutes.uid)
    assert said.value.code == "too_early"
    with clock.at(OUT + timedelta(days=30)):
        plan_meetings()
        minutes.refresh_from_db()
        assert minutes.state == "distributed"  # silence archives no kick-off
        archive_minutes(actor=chair, minutes_uid=minutes.uid)
    minutes.refresh_from_db()
    assert minutes.document is not None
    assert minutes.document.state == "complete"
    assert {slot.state for slot in minutes.document.slots.all()} == {"silent"}
    assert verify(code=minutes.document.code).outcome == Outcome.UNSEALED
    shown = verify(code=minutes.document.code).shown
    assert shown is not None
    assert (shown.missing, shown.is_filed, shown.waiting) == (5, True, 0)


def test_archived_minutes_are_a_document_that_can_be_checked(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        for name in ("沈嘉禾", "田牧野", "许知夏", "孟初晴"):
            confirm_minutes(actor=people[name], minutes_uid=out.uid)
    out.refresh_from_db()
    assert out.state == "archived"
    document = out.document
    assert document is not None
    assert (document.kind, document.state, document.number) == ("minutes", "complete", out.meeting.project.code + "-20260414-1")
    assert document.snapshot["archive"]["silent"] == []
    assert len(document.snapshot["archive"]["confirmed"]) == 5
    assert document.snapshot["resolutions"] == out.content["resolutions"]
    found = verify(code=document.code)
    assert found.outcome == Outcome.UNSEALED
    assert found.shown is not None
    assert found.shown.signers == []


def test_nudged_at_most_once_in_four_working_hours_and_the_third_time_the_head_hears(out: Minutes, people: People) -> None:
    chair, reader = people["周以宁"], out.readers.get(user=people["许知夏"])
    with clock.at(SOON):  # 17:30: half an hour is left of this day
        assert [row.user.name for row in nudge_readers(actor=chair, minutes_uid=out.uid, reader_uid=reader.uid)] == ["许知夏"]
        with pytest.raises(Refused) as said:
            nudge_readers(actor=chair, minutes_uid=out.uid, reader_uid=reader.uid)
        assert said.value.code == "too_soon"
        asked = nudge_readers(actor=chair, minutes_uid=out.uid)
        assert {row.user.name for row in asked} == {"沈嘉禾", "田牧野", "孟初晴"}
        with pytest.raises(Refused):
            nudge_readers(actor=chair, minutes_uid=out.uid)
    with clock.at(MORNING + timedelta(hours=2)), pytest.raises(Refused):
        nudge_readers(actor=chair, minutes_uid=out.uid, reader_uid=reader.uid)  # three and a half working hours later
    for days in (0, 1):
        with clock.at(MORNING + timedelta(days=days, hours=3)):
            nudge_readers(actor=chair, minutes_uid=out.uid, reader_uid=reader.uid)
    last = Event.objects.filter(verb="minutes.nudged").first()
    assert last is not None
    assert last.facts == {"to": ["许知夏"], "count": 3}
    assert names(out, last) == {"许知夏", "蒋明远"}
    reader.refresh_from_db()
    assert reader.nudges == 3


def test_nobody_is_nudged_who_has_answered_and_only_who_sent_them_nudges(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid)
        object_to_resolution(actor=people["田牧野"], resolution_uid=out.resolutions.get().uid, text="谁来铺")
        for name in ("许知夏", "田牧野"):
            with pytest.raises(Refused):
                nudge_readers(actor=people["周以宁"], minutes_uid=out.uid, reader_uid=out.readers.get(user=people[name]).uid)
        with pytest.raises(Http404):
            nudge_readers(actor=people["周以宁"], minutes_uid=out.uid, reader_uid=out.uid)
        with pytest.raises(PermissionDenied):
            nudge_readers(actor=people["沈嘉禾"], minutes_uid=out.uid)


def test_people_are_put_in_copy_until_the_minutes_go_out(weekly: Meeting, people: People) -> None:
    chair = {"actor": people["周以宁"], "meeting_uid": weekly.uid}
    with clock.at(END):
        add_copy(**chair, person=people["顾承泽"])
        add_copy(**chair, person=people["顾承泽"])
        add_copy(**chair, person=people["陆景行"])
        remove_copy(**chair, person_uid=people["陆景行"].uid)
        for name in ("沈嘉禾", "单𠮷安"):  # attends; cannot see the project
            with pytest.raises(Refused) as said:
                add_copy(**chair, person=people[name])
            assert said.value.field == "person"
        with pytest.raises(Http404):
            remove_copy(**chair, person_uid=people["沈嘉禾"].uid)
        write_summary(**chair, seen_version=1, summary="按期。")
        minutes = publish_minutes(**chair)
        with pytest.raises(Refused):
            add_copy(**chair, person=people["陆景行"])
    copied = minutes.readers.get(in_copy=True)
    assert copied.user == people["顾承泽"]
    assert copied.reached_at is not None
    assert [row.reader.name for row in minutes.event.notices.filter(reader=people["顾承泽"])] == ["顾承泽"]


def test_the_page_before_distributing_says_what_is_missing_and_who_gets_them(
    weekly: Meeting, people: People, client: Client
) -> None:
    client.force_login(people["周以宁"])
    url = f"/meetings/{weekly.uid}/minutes/distribute/"
    people["田牧野"].email = None
    people["田牧野"].save(update_fields=["email"])
    with clock.at(END):
        add_action(actor=people["周以宁"], meeting_uid=weekly.uid, text="再议")
        page = client.get(url).content.decode()
        for said in ("尚未登记出席情况", "“再议”没有责任人和期限", "没有邮箱：在本系统内通知"):
            assert said in page
        answer = client.post(f"/meetings/{weekly.uid}/minutes/copies/", {"person": str(people["顾承泽"].uid)})
        assert answer.status_code == 302
        assert Attendee.objects.get(meeting=weekly, user=people["顾承泽"]).in_copy
        assert client.post(f"/meetings/{weekly.uid}/minutes/copies/", {"person": ""}).status_code == 422
        assert client.post(url, {}).status_code == 428
        assert client.post(url, {"seen_version": "7"}).status_code == 412
        answer = client.post(url, {"seen_version": "1", "answer_on": "2026-04-13"})
        assert answer.status_code == 422
        answer = client.post(url, {"seen_version": "1", "answer_on": "2026-04-14"})  # today: all would be silent within the hour
        assert (answer.status_code, "至少" in answer.content.decode()) == (422, True)
        assert client.post(url, {"seen_version": "1", "answer_on": "2026-04-24"}).status_code == 302
    assert weekly.minutes_versions.get().answer_by == datetime(2026, 4, 24, 10, 0, tzinfo=UTC)


def test_objecting_on_the_page_keeps_what_was_typed(out: Minutes, people: People, client: Client) -> None:
    client.force_login(people["许知夏"])
    url = f"/minutes/resolutions/{out.resolutions.get().uid}/object/"
    with clock.at(SOON):
        answer = client.post(url, {"text": ""})
        assert answer.status_code == 422
        assert client.post(url, {"text": "门店应为80家"}).status_code == 302
        page = client.get(out.get_absolute_url()).content.decode()
        assert "暂缓" in page
        assert "撤回异议并确认" in page
    with clock.at(SOON + timedelta(days=9)):
        client.post(f"/minutes/{out.uid}/confirm/")
        archive_minutes(actor=people["周以宁"], minutes_uid=out.uid)
        answer = client.post(url, {"text": "太晚才看到的异议"})
    assert answer.status_code == 409
    assert "太晚才看到的异议" in answer.content.decode()


def test_each_version_stays_readable_at_its_own_address(out: Minutes, people: People, client: Client) -> None:
    with clock.at(SOON):
        draft = open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="更正门店数")
        row = draft.resolutions.get()
        row.text = "首批铺货80家门店"
        row.bump("text")
        publish_minutes(actor=people["周以宁"], meeting_uid=out.meeting.uid)
        client.force_login(people["许知夏"])
        new, old = client.get(out.get_absolute_url()), client.get(out.get_absolute_url() + "?version=1")
        assert "首批铺货80家门店" in new.content.decode()
        assert "更正门店数" in new.content.decode()
        assert "与第 1 版的差异" in new.content.decode()
        assert "首批铺货100家门店" in old.content.decode()
        assert out.content_sha256 in old.content.decode()
        for asked in ("3", "0", "x", "²", "9" * 5000):
            assert client.get(out.get_absolute_url() + f"?version={asked}").status_code == 404


def test_the_page_of_twenty_readers_asks_little_of_the_database(
    weekly: Meeting, people: People, client: Client, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(OUT):
        known = set(weekly.attendees.values_list("user", flat=True))
        for user in [user for user in people.values() if user.pk not in known][:15]:
            Attendee.objects.create(meeting=weekly, user=user, department=user.department)
        add_resolution(actor=people["周以宁"], meeting_uid=weekly.uid, text="首批铺货100家门店")
        add_resolution(actor=people["周以宁"], meeting_uid=weekly.uid, text="统一包装")
        minutes = publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
        assert minutes.readers.count() == 20
    with clock.at(SOON):
        object_to_resolution(actor=people["许知夏"], resolution_uid=minutes.resolutions.first().uid, text="应为80家")
        client.force_login(people["周以宁"])
        client.get(minutes.get_absolute_url())
        with CaptureQueriesContext(connection) as caught:
            assert client.get(minutes.get_absolute_url()).status_code == 200
    assert len(caught) <= 15, "\n".join(query["sql"][:160] for query in caught)


STATES: dict[str, dict[str, Any]] = {
    "unseen": {},
    "seen": {"seen_at": SOON},
    "confirmed": {"confirmed_at": SOON},
    "signed": {"confirmed_at": SOON, "confirmed_by_signing": True},
    "excused": {"excused_at": SOON},
}
MOVES = {  # minutes -> what may be done with them in that state
    "draft": {"publish"},
    "distributed": {"confirm", "object", "revise", "archive", "nudge"},
    "superseded": set(),
    "archived": set(),
}


@pytest.mark.parametrize("name", STATES)
def test_silence_comes_when_the_time_is_over_and_only_to_whom_was_asked(name: str, out: Minutes, people: People) -> None:
    reader = MinutesReader(minutes=out, user=people["许知夏"], **STATES[name])
    out.meeting = Meeting.objects.select_related("project").get(pk=out.meeting_id)
    with clock.at(SOON):
        assert state_of(reader, out) == name
        assert state_of(reader, out, objects=True) == "objected"
    with clock.at(OUT + timedelta(days=9)):
        assert state_of(reader, out) == ("silent" if name in ("unseen", "seen") else name)
        reader.in_copy = True
        assert state_of(reader, out) == name


ACTS: dict[str, Callable[[Minutes, People], object]] = {
    "publish": lambda row, people: publish_minutes(actor=people["周以宁"], meeting_uid=row.meeting.uid),
    "confirm": lambda row, people: confirm_minutes(actor=people["许知夏"], minutes_uid=row.uid),
    "object": lambda row, people: object_to_resolution(
        actor=people["许知夏"], resolution_uid=row.resolutions.get().uid, text="应为80家"
    ),
    "revise": lambda row, people: open_revision(actor=people["周以宁"], minutes_uid=row.uid, reason="更正"),
    "archive": lambda row, people: archive_minutes(actor=people["周以宁"], minutes_uid=row.uid),
    "nudge": lambda row, people: nudge_readers(actor=people["周以宁"], minutes_uid=row.uid),
}


@pytest.mark.parametrize(("state", "act"), list(product(MOVES, ACTS)), ids=str)
def test_in_every_state_each_act_is_done_or_refused(state: str, act: str, weekly: Meeting, people: People) -> None:
    chair = people["周以宁"]
    with clock.at(OUT):
        add_resolution(actor=chair, meeting_uid=weekly.uid, text="首批铺货100家门店")
        row = weekly.minutes_versions.get()
        if state != "draft":
            publish_minutes(actor=chair, meeting_uid=weekly.uid)
    with clock.at(OUT + timedelta(days=9)):
        if state == "superseded":
            open_revision(actor=chair, minutes_uid=row.uid, reason="更正")
            publish_minutes(actor=chair, meeting_uid=weekly.uid)
        if state == "archived":
            archive_minutes(actor=chair, minutes_uid=row.uid)
        row = Minutes.objects.select_related("meeting").get(pk=row.pk)
        assert row.state == state
        if act in MOVES[state]:
            ACTS[act](row, people)
        elif (state, act) == ("archived", "archive"):
            assert archive_minutes(actor=chair, minutes_uid=row.uid).archived_at == row.archived_at
        else:
            with pytest.raises(Refused):
                ACTS[act](row, people)


def test_what_a_reader_sees_of_the_others_is_as_the_table_says(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        row = Minutes.objects.select_related("meeting__project").get(pk=out.pk)
        assert len(readers_for(people["周以宁"], row)) == 5
        assert [line.reader.user.name for line in readers_for(people["许知夏"], row)] == ["许知夏"]
