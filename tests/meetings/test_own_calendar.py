"""Whoever calls, moves or cancels a meeting and comes to it has it in the own calendar as everybody else (rule D1)."""

from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from activity.beat import sweep_outbox
from activity.models import Notice
from activity.queries import notices_of, unseen
from common import clock
from meetings.models import Meeting, Series
from meetings.services import call_anew, call_meeting, change_following, edit_series, mark_not_held, move_meeting, start_series
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END, KICKOFF
from tests.meetings.second_parser import Calendar
from tests.servers import Accepted, Smtp

People = dict[str, User]
BEFORE = KICKOFF - timedelta(days=1)
SIGNED = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)
WHO = "周以宁"


def mails(smtp: Smtp, moment: datetime, to: User) -> list[Accepted]:
    """Those that carry something for the calendar."""
    with clock.at(moment):
        sweep_outbox()
    return [mail for mail in smtp.to(to.email or "") if b"text/calendar" in mail.raw]


def calendar_of(mail: Accepted) -> tuple[str, Any]:
    parsed = message_from_bytes(mail.raw, policy=policy.default)
    (found,) = [one for one in parsed.walk() if one.get_content_type() == "text/calendar"]
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return found["Content-Type"].params["method"], Calendar(payload)


@pytest.fixture
def series(people: People, project: Project) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(SIGNED):
        return start_series(
            actor=people[WHO], project_uid=project.uid, kind="weekly", rule="weekly", weekday=0, minutes=30, at=time(10),
            first_on=date(2026, 4, 17), last_on=date(2026, 12, 31),
        )  # fmt: skip


def test_who_calls_moves_and_cancels_gets_one_mail_for_each(smtp: Smtp, people: People, kickoff: Meeting) -> None:
    who = people[WHO]
    assert [calendar_of(mail)[0] for mail in mails(smtp, BEFORE, who)] == ["REQUEST"]
    later = KICKOFF + timedelta(days=1)
    with clock.at(BEFORE):
        move_meeting(
            actor=who, meeting_uid=kickoff.uid, seen_version=kickoff.version, starts_at=later, ends_at=later + timedelta(hours=1)
        )
    method, moved = calendar_of(mails(smtp, BEFORE, who)[-1])
    assert (method, moved.moments(moved.one().dtstart)) == ("REQUEST", [later])
    with clock.at(BEFORE):
        mark_not_held(actor=who, meeting_uid=kickoff.uid, reason="改为书面")
    method, off = calendar_of(mails(smtp, BEFORE, who)[-1])
    assert (method, off.one().uid.value) == ("CANCEL", str(kickoff.uid))
    kickoff.refresh_from_db()
    with clock.at(BEFORE):
        call_anew(actor=who, meeting_uid=kickoff.uid, seen_version=kickoff.version)
    told = [calendar_of(mail) for mail in mails(smtp, BEFORE, who)]
    assert [method for method, _read in told] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
    assert [read.one().sequence.value for _method, read in told] == ["0", "1", "2", "3"]


def test_who_changes_a_series_gets_the_update_once(smtp: Smtp, people: People, series: Series) -> None:
    who = people[WHO]
    assert len(mails(smtp, SIGNED, who)) == 1
    with clock.at(SIGNED):
        edit_series(actor=who, series_uid=series.uid, seen_version=series.version, at=time(9), minutes=30)
    method, read = calendar_of(mails(smtp, SIGNED, who)[-1])
    assert (method, f"{read.meetings(END + timedelta(days=30))[0].starts_at:%m-%d %H:%M}") == ("REQUEST", "04-20 01:00")
    meeting = series.meetings.get(series_day=date(2026, 4, 27))
    with clock.at(SIGNED):
        begins = meeting.starts_at + timedelta(days=1)
        change_following(
            actor=who, meeting_uid=meeting.uid, seen_version=meeting.version, starts_at=begins,
            ends_at=begins + timedelta(minutes=30),
        )  # fmt: skip
    assert [calendar_of(mail)[0] for mail in mails(smtp, SIGNED, who)] == ["REQUEST"] * 3


def test_in_the_application_the_own_act_is_no_news(people: People, kickoff: Meeting) -> None:
    who, other = people[WHO], people["沈嘉禾"]
    before = (unseen(who), unseen(other))
    with clock.at(BEFORE):
        mark_not_held(actor=who, meeting_uid=kickoff.uid, reason="改为书面")
    assert (unseen(who), unseen(other)) == (before[0], before[1] + 1)
    assert not notices_of(who).filter(event__verb__startswith="meeting.").exists()


def test_who_calls_and_does_not_come_gets_no_invitation(smtp: Smtp, people: People, project: Project) -> None:
    with clock.at(BEFORE):
        call_meeting(
            actor=people[WHO], project_uid=project.uid, kind="other", title="评审", starts_at=KICKOFF, ends_at=END,
            attendees=[people["沈嘉禾"], people["田牧野"]], chair=people["林书瑶"],
        )  # fmt: skip
    assert mails(smtp, BEFORE, people[WHO]) == []
    assert len(mails(smtp, BEFORE, people["林书瑶"])) == 1


def test_other_acts_are_told_to_others_alone(people: People, kickoff: Meeting) -> None:
    with clock.at(KICKOFF + timedelta(minutes=30)):
        from_now = Notice.objects.count()
        mark_not_held(actor=people[WHO], meeting_uid=kickoff.uid, reason="人不齐")
    assert Notice.objects.count() == from_now
