"""How the time to answer minutes ends, and who is led there (rules D5, D6)."""

import re
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from common import clock
from meetings.asking import asked_words
from meetings.beat import plan_meetings
from meetings.desk import to_archive, to_confirm, unarchived
from meetings.letters import distributed
from meetings.models import Meeting, Minutes
from meetings.services import (
    add_resolution,
    confirm_minutes,
    object_to_resolution,
    publish_minutes,
    withdraw_objection,
    write_summary,
)
from people.models import User
from tests.meetings.conftest import END

People = dict[str, User]
OUT = END + timedelta(hours=1)  # Tuesday 16:30: one answers until Thursday 18:00
SOON = END + timedelta(hours=2)
TOLD = "minutes.unanswered"


def sent(meeting: Meeting, *, resolution: str = "") -> Minutes:
    with clock.at(OUT):
        if resolution:
            add_resolution(actor=meeting.chair, meeting_uid=meeting.uid, text=resolution)
        write_summary(actor=meeting.chair, meeting_uid=meeting.uid, seen_version=1, summary="目标已定。")
        return publish_minutes(actor=meeting.chair, meeting_uid=meeting.uid)


@pytest.fixture
def out(kickoff: Meeting) -> Minutes:
    """Minutes of the kick-off with one resolution."""
    return sent(kickoff, resolution="首批铺货100家门店")


def over(out: Minutes, /, **later: float) -> AbstractContextManager[object]:
    assert out.answer_by is not None
    return clock.at(out.answer_by + timedelta(**later))


def read(client: Client, minutes: Minutes) -> str:
    """The page of the minutes, without the message that is copied into a chat."""
    return re.sub(r"<textarea.*?</textarea>", "", client.get(minutes.get_absolute_url()).content.decode(), flags=re.DOTALL)


def told(minutes: Minutes) -> list[Event]:
    return list(Event.objects.filter(verb=TOLD, object_id=minutes.pk))


def test_keepers_of_the_kickoffs_minutes_hear_once_that_the_time_is_over(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        confirm_minutes(actor=people["沈嘉禾"], minutes_uid=out.uid)
    with over(out, minutes=-1):
        plan_meetings()
        assert not told(out)
    for late in ({}, {"minutes": 1}, {"days": 3}):
        with over(out, **late):
            plan_meetings()
    (event,) = told(out)
    assert event.sentence == "“跨部门启动会”纪要的答复期限已过，9 人未回复；可以存档并列明"
    assert {row.reader.name for row in event.notices.all()} == {out.meeting.chair.name, out.meeting.recorder.name}


def test_a_scheduler_that_was_dead_for_weeks_tells_it_once_as_well(out: Minutes) -> None:
    with over(out, days=21):
        plan_meetings()
        plan_meetings()
    assert len(told(out)) == 1


def test_one_that_fails_is_told_in_the_next_minute(out: Minutes, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_minutes: Minutes) -> None:
        raise OSError("no room is left on the disk")

    with over(out):
        with monkeypatch.context() as breaking:
            breaking.setattr("meetings.beat.tell_stalled", broken)
            plan_meetings()
        assert not told(out)
        plan_meetings()
    assert len(told(out)) == 1


def test_while_somebody_objects_nothing_is_offered_and_afterwards_it_is(out: Minutes, people: People) -> None:
    chair = out.meeting.chair
    with clock.at(SOON):
        said = object_to_resolution(actor=people["沈嘉禾"], resolution_uid=out.resolutions.get().uid, text="应为80家")
    with over(out, minutes=1):
        plan_meetings()
        assert not told(out)
        assert to_archive(chair).total == 0
        withdraw_objection(actor=people["沈嘉禾"], objection_uid=said.uid)
        plan_meetings()
        assert to_archive(chair).total == 1
    assert len(told(out)) == 1


def test_my_desk_offers_it_to_the_keepers_alone_and_does_it_in_place(out: Minutes, people: People, client: Client) -> None:
    chair = out.meeting.chair
    with over(out, minutes=-1):
        assert to_archive(chair).total == 0
    with over(out, minutes=1):
        assert to_archive(people["顾承泽"]).total == 0
        client.force_login(chair)
        assert "存档（10 人未回复）" in client.get("/").content.decode()
        answer = client.post(f"/minutes/{out.uid}/archive/", headers={"HX-Request": "true"})
        assert "已存档" in answer.content.decode()
        assert not unarchived(chair).exists()
        plan_meetings()
    out.refresh_from_db()
    assert out.state == "archived"
    assert not told(out)


def test_however_many_wait_my_desk_asks_one_question_for_them(out: Minutes, weekly: Meeting) -> None:
    with over(out, minutes=1), CaptureQueriesContext(connection) as asked:
        assert to_archive(out.meeting.chair).total == 1
    assert len(asked) == 1


@pytest.mark.parametrize("resolution", ["首批铺货100家门店", ""])
def test_of_weekly_minutes_the_default_is_said_in_mail_desk_and_page_to_all_readers(
    weekly: Meeting, people: People, client: Client, resolution: str
) -> None:
    minutes = sent(weekly, resolution=resolution)
    reader = people["许知夏"]
    rule = "4月16日 18:00存档，并列明未回复人员。"
    if resolution:
        rule = "如有异议，请于4月16日 18:00前提出；逾期存档，并列明未回复人员。"
    with clock.at(SOON):
        letter = distributed(minutes.event, reader)
        assert rule in letter.lines
        assert "在纪要页面可一键确认。" in letter.lines
        (row,) = to_confirm(reader).rows
        assert row.context["asked"] == rule
        client.force_login(reader)
        page, desk = read(client, minutes), client.get("/").content.decode()
        assert page.count(rule) == 2  # under the title, while one has not answered, and beside the readers
        assert rule in desk
        for said in (*letter.lines, page, desk):
            assert resolution or "异议" not in said
        client.post(f"/minutes/{minutes.uid}/confirm/")
        assert read(client, minutes).count(rule) == 1


def test_of_the_kickoffs_minutes_everybody_is_asked_and_the_chair_archives(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        lines = distributed(out.event, people["沈嘉禾"]).lines
    assert "请于4月16日 18:00前确认或提出异议；逾期由主持人存档，并列明未回复人员。" in lines
    assert "各部门负责人在纪要页面签字，其他人一键确认。" in lines
    with over(out, minutes=1):
        assert asked_words(out, held_up=False) == "答复期限（4月16日 18:00）已过；主持人存档前仍可回复。"
