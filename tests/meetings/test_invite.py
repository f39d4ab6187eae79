"""Invitations, updates and cancellations as iCalendar mails (rule D1); the witness is the mail server's log."""

from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from activity.beat import sweep_outbox
from activity.models import Event
from common import clock
from meetings.models import Meeting, Series
from meetings.services import call_meeting, edit_series, mark_not_held, move_meeting, start_series
from people.models import User
from projects.models import Project
from projects.services.parties import appoint_liaison
from projects.services.project import edit_project
from tests.meetings.conftest import END, KICKOFF
from tests.meetings.second_parser import Calendar
from tests.servers import Accepted, Smtp

People = dict[str, User]
BEFORE = KICKOFF - timedelta(hours=20)
SIGNED = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)
READER = "沈嘉禾"  # liaison of 研发部


@pytest.fixture(autouse=True)
def _server(smtp: Smtp) -> None:
    """Mails leave the house from the first act on."""


def sent(smtp: Smtp, moment: datetime, to: User) -> list[Accepted]:
    with clock.at(moment):
        sweep_outbox()
    return smtp.to(to.email or "")


def part(mail: Accepted) -> tuple[str, bytes]:
    """The calendar beside the text: its method and its bytes."""
    parsed = message_from_bytes(mail.raw, policy=policy.default)
    (found,) = [one for one in parsed.walk() if one.get_content_type() == "text/calendar"]
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return found["Content-Type"].params["method"], payload


def newest(smtp: Smtp, moment: datetime, to: User) -> tuple[str, Any]:
    method, content = part(sent(smtp, moment, to)[-1])
    return method, Calendar(content).one()


def test_an_invitation_is_read_by_another_parser(smtp: Smtp, people: People, kickoff: Meeting) -> None:
    mail = sent(smtp, BEFORE, people[READER])[-1]
    method, content = part(mail)
    read = Calendar(content)
    (found,) = read.meetings(END)
    assert (method, found.uid, found.starts_at, found.ends_at) == ("REQUEST", str(kickoff.uid), KICKOFF, END)
    event = read.one()
    assert (event.sequence.value, event.status.value, event.location.value) == ("0", "CONFIRMED", "三楼会议室")
    assert event.organizer.params["CN"] == ["林书瑶"]
    own = next(line for line in event.contents["attendee"] if line.value == f"mailto:{people[READER].email}")
    assert (own.params["CN"], own.params["PARTSTAT"], own.params["RSVP"]) == ([READER], ["NEEDS-ACTION"], ["TRUE"])
    assert [line.params["RSVP"] for line in event.contents["attendee"]].count(["TRUE"]) == 1
    assert str(kickoff.uid) in event.description.value
    assert "三楼会议室" in mail.text
    attached = message_from_bytes(mail.raw, policy=policy.default).iter_attachments()
    assert [(one.get_content_type(), one.get_payload(decode=True)) for one in attached] == [("application/ics", content)]


def test_who_no_longer_sees_the_project_is_named_to_nobody(smtp: Smtp, people: People, project: Project) -> None:
    guest = people["裴念安"]  # of the initiating department, which sees an open project
    with clock.at(BEFORE):
        call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="other", title="评审", starts_at=KICKOFF, ends_at=END,
            attendees=[people[READER], guest],
        )  # fmt: skip
        edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, confidential=True)
    content = part(sent(smtp, BEFORE, people[READER])[-1])[1]
    assert guest.name.encode() not in content
    assert (guest.email or "").encode() not in content.replace(b"\r\n ", b"")
    assert smtp.to(guest.email or "") == []


def test_moved_the_same_uid_has_a_higher_sequence_and_cancelled_again(smtp: Smtp, people: People, kickoff: Meeting) -> None:
    method, first = newest(smtp, BEFORE, people[READER])
    later = KICKOFF + timedelta(days=1)
    with clock.at(BEFORE):
        move_meeting(
            actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=kickoff.version, starts_at=later,
            ends_at=later + timedelta(hours=1), place="A;B,C\\D",
        )  # fmt: skip
    method, moved = newest(smtp, BEFORE, people[READER])
    assert (method, moved.uid.value) == ("REQUEST", first.uid.value)
    assert int(moved.sequence.value) > int(first.sequence.value)
    assert moved.location.value == "A;B,C\\D"
    assert rb"LOCATION:A\;B\,C\\D" in part(sent(smtp, BEFORE, people[READER])[-1])[1]
    with clock.at(BEFORE):
        mark_not_held(actor=people["林书瑶"], meeting_uid=kickoff.uid, reason="改为书面")
    method, off = newest(smtp, BEFORE, people[READER])
    assert (method, off.uid.value, off.status.value) == ("CANCEL", first.uid.value, "CANCELLED")
    assert int(off.sequence.value) > int(moved.sequence.value)
    assert "改为书面" in smtp.to(people[READER].email or "")[-1].text


def test_a_mail_that_is_sent_late_says_what_was_said_then(smtp: Smtp, people: People, kickoff: Meeting) -> None:
    later = KICKOFF + timedelta(days=1)
    with clock.at(BEFORE):
        move_meeting(
            actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=kickoff.version, starts_at=later,
            ends_at=later + timedelta(hours=1),
        )  # fmt: skip
    first, second = (Calendar(part(mail)[1]) for mail in sent(smtp, BEFORE, people[READER])[-2:])
    assert [read.meetings(later + timedelta(days=1))[0].starts_at for read in (first, second)] == [KICKOFF, later]


def test_a_title_with_signs_and_a_line_break_stays_one_line_of_75_octets(smtp: Smtp, people: People, project: Project) -> None:
    title = "评审；价格, 渠道; 时间\n第二行 " + "很长的标题" * 12
    people["林书瑶"].name = '林"书\r\nX:瑶'
    people["林书瑶"].save()
    with clock.at(BEFORE):
        call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="other", title=title, starts_at=KICKOFF, ends_at=END,
            attendees=[people[READER]], chair=people["林书瑶"],
        )  # fmt: skip
    _method, content = part(sent(smtp, BEFORE, people[READER])[-1])
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() or line == b"" for line in lines), "no character is cut in two"
    assert b"\n" not in content.replace(b"\r\n", b"")
    event = Calendar(content).one()
    assert event.summary.value.startswith("评审；价格, 渠道; 时间 第二行")
    assert event.organizer.params["CN"] == ["林'书 X:瑶"]


def test_the_letter_speaks_the_readers_language(smtp: Smtp, people: People, kickoff: Meeting) -> None:
    people[READER].language = "en"
    people[READER].save()
    mail = sent(smtp, BEFORE, people[READER])[-1]
    assert "Chair: 林书瑶" in mail.text
    assert "Agenda and answer: " in Calendar(part(mail)[1]).one().description.value


@pytest.fixture
def weekly_series(people: People, project: Project) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(SIGNED):
        return start_series(
            actor=None, project_uid=project.uid, kind="weekly", rule="weekly", weekday=0, minutes=30, at=time(10),
            first_on=date(2026, 4, 17), last_on=date(2026, 12, 31),
        )  # fmt: skip


def test_a_series_is_one_recurring_event_without_the_weeks_that_are_off(
    smtp: Smtp, people: People, weekly_series: Series
) -> None:
    method, content = part(sent(smtp, SIGNED, people[READER])[-1])
    read = Calendar(content)
    found = read.meetings(datetime(2027, 1, 1, tzinfo=UTC))
    assert method == "REQUEST"
    assert {row.uid for row in found} == {str(weekly_series.uid)}
    days = [f"{row.starts_at:%m-%d}" for row in found]
    assert days[:4] == ["04-20", "04-27", "05-06", "05-11"]  # 4 May is a holiday
    assert "10-08" in days
    assert days[-1] == "12-28"
    assert [event.rrule.value for event in read.events if "rrule" in event.contents] == [
        "FREQ=WEEKLY;UNTIL=20261228T020000Z;BYDAY=MO"
    ]


def test_one_that_is_moved_or_cancelled_is_told_apart(smtp: Smtp, people: People, weekly_series: Series) -> None:
    meeting = weekly_series.meetings.all()[1]  # 27 April
    later = meeting.starts_at + timedelta(days=1)
    with clock.at(SIGNED):
        move_meeting(
            actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=1, starts_at=later, ends_at=later + timedelta(hours=1)
        )
    content = part(sent(smtp, SIGNED, people[READER])[-1])[1]
    read, event = Calendar(content), Calendar(content).one()
    assert event.uid.value == str(weekly_series.uid)
    assert read.moments(event.recurrence_id) == [meeting.starts_at]
    assert read.moments(event.dtstart) == [later]
    with clock.at(SIGNED):
        mark_not_held(actor=people["林书瑶"], meeting_uid=meeting.uid, reason="出差")
    method, content = part(sent(smtp, SIGNED, people[READER])[-1])
    assert (method, Calendar(content).moments(Calendar(content).one().recurrence_id)) == ("CANCEL", [meeting.starts_at])
    with clock.at(SIGNED + timedelta(days=1)):
        edit_series(actor=people["周以宁"], series_uid=weekly_series.uid, seen_version=1, at=time(9), minutes=45, weekday=1)
    days = [row.starts_at for row in Calendar(part(sent(smtp, SIGNED + timedelta(days=1), people[READER])[-1])[1]).meetings(
        datetime(2026, 5, 13, tzinfo=UTC)
    )]  # fmt: skip
    assert [f"{day:%m-%d %H}" for day in days] == ["04-21 01", "05-06 01", "05-12 01"]


def test_sequences_only_rise(smtp: Smtp, people: People, weekly_series: Series) -> None:
    told = []
    meeting = weekly_series.meetings.all()[2]
    for step in range(1, 4):
        with clock.at(SIGNED + timedelta(hours=step)):
            edit_series(
                actor=people["周以宁"], series_uid=weekly_series.uid, seen_version=step, at=time(8 + step), minutes=30, weekday=0
            )
            meeting.refresh_from_db()
            begins = meeting.starts_at + timedelta(hours=1)
            move_meeting(
                actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version, starts_at=begins,
                ends_at=begins + timedelta(hours=1),
            )  # fmt: skip
    for mail in [one for one in sent(smtp, SIGNED + timedelta(hours=5), people[READER]) if b"text/calendar" in one.raw]:
        told += [(e.contents.get("recurrence-id", [None])[0], int(e.sequence.value)) for e in Calendar(part(mail)[1]).events]
    whole = [number for instance, number in told if instance is None]
    assert whole == sorted(set(whole))
    assert len(whole) == 4


def test_who_becomes_liaison_is_invited_and_who_was_is_let_off(
    smtp: Smtp, people: People, project: Project, weekly_series: Series
) -> None:
    sent(smtp, SIGNED, people[READER])
    now = SIGNED + timedelta(days=1)
    with clock.at(now):
        party = project.parties.get(department__name="市场部")
        appoint_liaison(actor=people["林书瑶"], party_uid=party.uid, liaison=people["裴念安"])
    method, content = part(sent(smtp, now, people["裴念安"])[-1])
    assert (method, len(Calendar(content).meetings(datetime(2026, 5, 1, tzinfo=UTC)))) == ("REQUEST", 2)
    method, content = part(sent(smtp, now, people["周以宁"])[-1])
    assert (method, Calendar(content).one().uid.value) == ("CANCEL", str(weekly_series.uid))


def test_a_meeting_that_had_begun_is_cancelled_in_nobodys_calendar(smtp: Smtp, people: People, kickoff: Meeting) -> None:
    sent(smtp, BEFORE, people[READER])
    before = len(smtp.accepted)
    with clock.at(KICKOFF + timedelta(minutes=5)):
        mark_not_held(actor=people["林书瑶"], meeting_uid=kickoff.uid, reason="人不齐")
        sweep_outbox()
    assert len(smtp.accepted) == before
    assert Event.objects.filter(verb="meeting.not_held").count() == 1
