"""What mails put into the calendar of whoever is invited to single meetings of a series, or stands in for one (rules A4, D1).

The witness is a calendar that keeps entries as RFC 5546 says: by UID and moment of the rule, the higher sequence wins.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from common import clock
from meetings.beat import plan_meetings
from meetings.feed import feed_of
from meetings.models import Meeting, Series
from meetings.services import add_person, edit_series, mark_not_held, move_meeting, take_off
from people import working_days
from people.leaves import turn_leaves
from people.models import User
from projects.models import Project
from projects.services.parties import appoint_liaison
from tests.meetings.second_parser import Calendar
from tests.meetings.test_invite import part, sent
from tests.meetings.test_series_pages import started
from tests.people.on_leave import away
from tests.servers import Smtp

People = dict[str, User]
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)
GUEST = "裴念安"  # of 市场部, speaks for nobody
LIAISON = "沈嘉禾"  # of 研发部
YEAR = datetime(2027, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _server(smtp: Smtp) -> None:
    """Mails leave the house from the first act on."""


@pytest.fixture
def weekly(project: Project) -> Series:
    return started(project, kind="weekly", rule="weekly", weekday=0, minutes=30)


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def on(series: Series, day: date) -> Meeting:
    return series.meetings.get(series_day=day)


def add(people: People, meeting: Meeting, who: str, hours: int = 0) -> None:
    with clock.at(at(hours)):
        add_person(actor=people["林书瑶"], meeting_uid=meeting.uid, person=people[who])


def off(people: People, meeting: Meeting, who: str, hours: int = 0) -> None:
    with clock.at(at(hours)):
        take_off(actor=people["周以宁"], meeting_uid=meeting.uid, person_uid=people[who].uid)


def change(people: People, series: Series, hours: int, **said: Any) -> None:
    series.refresh_from_db()
    with clock.at(at(hours)):
        wanted = {"at": series.at, "minutes": series.minutes} | said
        edit_series(actor=people["林书瑶"], series_uid=series.uid, seen_version=series.version, **wanted)


def stands_in(people: People, person: str, deputy: str) -> None:
    away(people, person, deputy)
    with clock.at(at(0)):
        turn_leaves()


def messages(smtp: Smtp, people: People, who: str) -> list[tuple[str, Calendar]]:
    """What came with all mails to a person: method and calendar."""
    found = [part(mail) for mail in sent(smtp, at(48), people[who]) if b"text/calendar" in mail.raw]
    return [(method, Calendar(content)) for method, content in found]


def in_calendar(smtp: Smtp, people: People, who: str) -> list[datetime]:
    """When single meetings stand in a person's calendar after all mails."""
    kept: dict[tuple[str, Any], tuple[int, datetime | None]] = {}
    for method, read in messages(smtp, people, who):
        for event in read.events:
            assert "rrule" not in event.contents
            instance = read.moments(event.recurrence_id)[0] if "recurrence-id" in event.contents else None
            key, number = (event.uid.value, instance), int(event.sequence.value)
            if number >= kept.get(key, (0, None))[0]:
                kept[key] = (number, read.moments(event.dtstart)[0] if method == "REQUEST" else None)
    return sorted(begins for _number, begins in kept.values() if begins is not None)


def planned_at(meeting: Meeting) -> datetime:
    meeting.refresh_from_db()
    return meeting.starts_at


def test_a_guests_meeting_stands_there_once_when_the_series_has_another_hour_and_weekday(
    smtp: Smtp, people: People, weekly: Series
) -> None:
    meeting = on(weekly, date(2026, 5, 11))
    add(people, meeting, GUEST)
    change(people, weekly, 1, at=time(9))
    change(people, weekly, 2, weekday=2)
    assert in_calendar(smtp, people, GUEST) == [planned_at(meeting)]
    told = messages(smtp, people, GUEST)
    assert {(method, read.one().uid.value) for method, read in told} == {("REQUEST", str(meeting.uid))}
    assert {"recurrence-id" in read.one().contents for _method, read in told} == {False}
    numbers = [int(read.one().sequence.value) for _method, read in told]
    assert numbers == sorted(set(numbers))
    with clock.at(at(48)):
        (event,) = Calendar(feed_of(people[GUEST]).content).events
    assert event.uid.value == str(meeting.uid)


@pytest.mark.parametrize("ends", ["taken off", "cancelled"])
def test_what_a_guest_was_invited_to_goes_out_of_the_calendar_again(
    smtp: Smtp, people: People, weekly: Series, ends: str
) -> None:
    meeting = on(weekly, date(2026, 5, 11))
    add(people, meeting, GUEST)
    change(people, weekly, 1, at=time(9))
    if ends == "taken off":
        off(people, meeting, GUEST, 2)
    else:
        with clock.at(at(2)):
            mark_not_held(actor=people["周以宁"], meeting_uid=meeting.uid, reason="出差")
    assert in_calendar(smtp, people, GUEST) == []
    method, read = messages(smtp, people, GUEST)[-1]
    assert (method, read.one().uid.value, read.one().status.value) == ("CANCEL", str(meeting.uid), "CANCELLED")


def test_the_file_on_the_page_has_the_uid_of_the_guests_mails(people: People, weekly: Series) -> None:
    meeting = on(weekly, date(2026, 5, 11))
    add(people, meeting, GUEST)
    for who, uid in ((GUEST, meeting.uid), (LIAISON, weekly.uid)):
        browser = Client()
        with clock.at(at(1)):
            browser.force_login(people[who])
            event = Calendar(browser.get(f"{meeting.get_absolute_url()}calendar.ics").content).one()
        assert (event.uid.value, "recurrence-id" in event.contents) == (str(uid), uid == weekly.uid)


def test_whose_the_series_is_has_a_meeting_of_it_by_the_series(smtp: Smtp, people: People, weekly: Series) -> None:
    meeting = on(weekly, date(2026, 5, 11))
    ruled, begins = meeting.starts_at, meeting.starts_at + timedelta(hours=2)
    with clock.at(at(0)):
        move_meeting(
            actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version, starts_at=begins,
            ends_at=begins + timedelta(minutes=30),
        )  # fmt: skip
    off(people, meeting, LIAISON, 1)
    told = messages(smtp, people, LIAISON)[-2:]
    for _method, read in told:
        event = read.one()
        assert (event.uid.value, read.moments(event.recurrence_id)) == (str(weekly.uid), [ruled])
    assert [method for method, _read in told] == ["REQUEST", "CANCEL"]


def test_who_had_the_series_before_and_is_a_guest_now_hears_of_that_meeting_alone(
    smtp: Smtp, people: People, weekly: Series, project: Project
) -> None:
    meeting, before = on(weekly, date(2026, 5, 11)), "周以宁"
    assert on(weekly, date(2026, 4, 20)).attendees.filter(user=people[before], by_hand=False).exists()
    with clock.at(at(0)):
        appoint_liaison(
            actor=people["林书瑶"], party_uid=project.parties.get(department__name="市场部").uid, liaison=people[GUEST]
        )
    add(people, meeting, before, 1)
    change(people, weekly, 2, at=time(9))
    for method, read in messages(smtp, people, before)[-2:]:
        assert (method, read.one().uid.value, "rrule" in read.one().contents) == ("REQUEST", str(meeting.uid), False)
    assert read.moments(read.one().dtstart) == [planned_at(meeting)]


def test_the_only_planned_meeting_that_one_was_taken_off_does_not_come_back_with_the_series(
    smtp: Smtp, people: People, project: Project
) -> None:
    series = started(project, kind="monthly_review", rule="last_workday", minutes=45)
    meeting = series.meetings.get()
    head = project.parties.get(department__name="研发部").head.name
    off(people, meeting, head)
    method, read = messages(smtp, people, head)[-1]
    assert (method, read.one().uid.value) == ("CANCEL", str(series.uid))
    assert read.moments(read.one().recurrence_id) == [meeting.starts_at]
    change(people, series, 1, at=time(9))
    method, read = messages(smtp, people, head)[-1]
    days = [f"{row.starts_at:%m-%d}" for row in read.meetings(YEAR)]
    assert (method, "04-30" in days, "05-29" in days) == ("REQUEST", False, True)


def test_who_stands_in_for_whom_a_meeting_lost_has_it_in_the_calendar_no_longer(
    smtp: Smtp, people: People, weekly: Series
) -> None:
    stands_in(people, LIAISON, GUEST)
    meeting = on(weekly, date(2026, 5, 11))
    off(people, meeting, LIAISON)
    method, read = messages(smtp, people, GUEST)[-1]
    assert (method, read.one().uid.value, read.one().status.value) == ("CANCEL", str(meeting.uid), "CANCELLED")
    assert [line.params["CN"] for line in read.one().contents["attendee"]] == [[GUEST]]


def test_who_stands_in_and_comes_on_the_own_account_reads_of_it_only(smtp: Smtp, people: People, weekly: Series) -> None:
    stands_in(people, LIAISON, GUEST)
    meeting = on(weekly, date(2026, 5, 11))
    add(people, meeting, GUEST)
    off(people, meeting, LIAISON, 1)
    mail = sent(smtp, at(48), people[GUEST])[-1]
    assert LIAISON in mail.text
    assert b"text/calendar" not in mail.raw
    assert in_calendar(smtp, people, GUEST) == [planned_at(meeting)]


@pytest.mark.parametrize("by_edit", [False, True])
def test_of_two_meetings_of_a_guest_the_one_that_falls_away_goes_out_of_the_calendar(
    smtp: Smtp, people: People, weekly: Series, by_edit: bool
) -> None:
    goes, stays = on(weekly, date(2026, 5, 18)), on(weekly, date(2026, 5, 11))
    for meeting in (goes, stays):
        add(people, meeting, GUEST)
    with clock.at(at(1)):
        first = date(2026, 5, 18)
        working_days.set_days(actor=people["毕以恒"], first=first, last=first + timedelta(days=4), is_workday=False, note="厂休")
        working_days.set_days(actor=people["毕以恒"], first=date(2026, 5, 11), is_workday=False, note="厂休")
    if by_edit:
        change(people, weekly, 2, at=time(9))
    with clock.at(at(3)):
        plan_meetings()
    goes.refresh_from_db()
    assert goes.state == "not_held"
    assert in_calendar(smtp, people, GUEST) == [planned_at(stays)]
    assert stays.starts_at.date() == date(2026, 5, 12)
    cancelled = [read.one().uid.value for method, read in messages(smtp, people, GUEST) if method == "CANCEL"]
    assert cancelled == [str(goes.uid)]
    assert [method for method, _read in messages(smtp, people, LIAISON)] == ["REQUEST"] * 2, "told once, with the series"
