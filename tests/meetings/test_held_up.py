"""A project that is suspended, cancelled or archived has no meetings to come in anybody's calendar; resumed, it has (D1, B7)."""

from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activity.beat import sweep_outbox
from activity.models import Event, Notice
from common import clock, ports
from lifecycle.services import cancel_project, resume_project, suspend_project
from meetings.beat import plan_meetings
from meetings.feed import feed_of
from meetings.models import Attendee, Meeting, Series
from meetings.services import answer_invitation, call_meeting, mark_not_held, move_meeting, start_series
from people import working_days
from people.models import User
from projects.models import Project
from tests.meetings.second_parser import Calendar
from tests.servers import Smtp

People = dict[str, User]
SIGNED = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FAR = datetime(2027, 3, 1, tzinfo=UTC)
READER = "沈嘉禾"  # a liaison
HEAD = "林书瑶"  # of the initiating department


@pytest.fixture
def weekly(project: Project) -> Series:
    """Planned: 20 and 27 April, 6 May (for the 4th, a holiday), 11 and 18 May."""
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(SIGNED):
        return start_series(
            actor=None, project_uid=project.uid, kind="weekly", rule="weekly", minutes=30, at=time(10),
            first_on=date(2026, 4, 17), last_on=date(2026, 9, 30),
        )  # fmt: skip


@pytest.fixture
def single(weekly: Series, project: Project, people: People) -> Meeting:
    """On 29 April; the head chairs it, and the reader comes."""
    begins = datetime(2026, 4, 29, 14, 0, tzinfo=SHANGHAI)
    with clock.at(NOW):
        return call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="other", title="评审", starts_at=begins,
            ends_at=begins + timedelta(hours=1), attendees=[people[READER]], chair=people[HEAD],
        )  # fmt: skip


def suspend(people: People, project: Project, reason: str = "等待预算", at: datetime = NOW + timedelta(minutes=30)) -> None:
    with clock.at(at):
        suspend_project(actor=people[HEAD], project_uid=project.uid, reason=reason)
        plan_meetings()


def resume(people: People, project: Project, at: datetime = NOW + timedelta(hours=1)) -> None:
    with clock.at(at):
        resume_project(actor=people[HEAD], project_uid=project.uid, reason="预算到位")
        plan_meetings()


def planned(series: Series) -> list[str]:
    return [f"{row.starts_at.astimezone(SHANGHAI):%m-%d}" for row in series.meetings.filter(state="planned")]


def in_feed(user: User, at: datetime = NOW) -> list[str]:
    with clock.at(at):
        read = Calendar(feed_of(user).content)
    return sorted(f"{row.starts_at.astimezone(SHANGHAI):%m-%d}" for row in read.meetings(FAR))


def letters(smtp: Smtp, to: User, at: datetime = NOW + timedelta(minutes=30)) -> list[tuple[str, Any]]:
    """What came for the calendar: method, and the one entry or the series."""
    with clock.at(at):
        sweep_outbox()
    found = []
    for mail in smtp.to(to.email or ""):
        for one in message_from_bytes(mail.raw, policy=policy.default).walk():
            payload = one.get_payload(decode=True)
            if one.get_content_type() == "text/calendar" and isinstance(payload, bytes):
                found.append((one["Content-Type"].params["method"], Calendar(payload)))
    return found


class TestHeldUp:
    """Suspended, cancelled or archived."""

    def test_what_is_to_come_is_off_with_the_reason_and_what_is_past_stays(
        self, weekly: Series, single: Meeting, people: People, project: Project
    ) -> None:
        suspend(people, project)
        assert planned(weekly) == ["04-20"]
        single.refresh_from_db()
        assert (single.state, single.reason, single.is_cancelled) == ("not_held", "项目暂停：等待预算", True)
        assert in_feed(people[READER]) == ["04-20"]

    def test_a_meeting_that_has_begun_goes_on(self, weekly: Series, people: People, project: Project) -> None:
        suspend(people, project, at=datetime(2026, 4, 27, 10, 10, tzinfo=SHANGHAI))
        assert planned(weekly) == ["04-20", "04-27"]

    def test_everybody_gets_one_cancellation_of_the_series_and_one_of_each_single_meeting(
        self, smtp: Smtp, weekly: Series, single: Meeting, people: People, project: Project
    ) -> None:
        before = letters(smtp, people[READER])
        suspend(people, project)
        told = letters(smtp, people[READER])
        assert [method for method, _read in told[len(before) :]] == ["CANCEL", "CANCEL"]
        off = {read.one().uid.value: read.one() for _method, read in told[len(before) :]}
        assert set(off) == {str(weekly.uid), str(single.uid)}
        assert {event.status.value for event in off.values()} == {"CANCELLED"}
        assert "rrule" in off[str(weekly.uid)].contents
        sequences = {read.events[0].uid.value: int(read.events[0].sequence.value) for _method, read in before}
        assert all(int(event.sequence.value) > sequences[uid] for uid, event in off.items())
        # who suspends it and comes to the single one has it out of the own calendar, too
        assert [method for method, _read in letters(smtp, people[HEAD])][-1] == "CANCEL"

    def test_twice_is_once_and_they_say_the_newer_reason(
        self, weekly: Series, single: Meeting, people: People, project: Project
    ) -> None:
        suspend(people, project)
        before = Event.objects.filter(verb__startswith="meeting.").count()
        with clock.at(NOW + timedelta(hours=1)):
            cancel_project(actor=people[HEAD], project_uid=project.uid, reason="目标取消")
            plan_meetings()
        assert Event.objects.filter(verb__startswith="meeting.").count() == before
        single.refresh_from_db()
        assert single.reason == "项目取消：目标取消"

    def test_archiving_does_the_same_for_good(self, weekly: Series, people: People, project: Project) -> None:
        project.refresh_from_db()
        event = type("Event", (), {"verb": "project.archived", "subject": project, "actor": people[HEAD], "facts": {}})()
        with clock.at(NOW):
            project.state = Project.State.ARCHIVED
            project.bump("state")
            for reaction in ports.reactions["project.archived"]:
                if reaction.__module__ == "meetings.reactions_holds":
                    reaction(event)
        assert planned(weekly) == ["04-20"]
        assert Notice.objects.filter(event__verb="meeting.series_called_off").count() == 5

    def test_a_series_that_is_over_is_not_spoken_of(self, weekly: Series, people: People, project: Project) -> None:
        suspend(people, project, at=datetime(2026, 10, 9, 2, 0, tzinfo=UTC))
        assert not Event.objects.filter(verb="meeting.series_called_off").exists()

    def test_of_a_project_that_was_held_up_before_the_feed_says_nothing_to_come(
        self, weekly: Series, single: Meeting, people: People, project: Project
    ) -> None:
        for held in ({"hold": "suspended"}, {"hold": "none", "state": "archived"}):
            Project.objects.filter(pk=project.pk).update(**held)
            assert in_feed(people[READER]) == ["04-20"]


class TestResumed:
    """It goes on."""

    def test_all_are_back_in_their_place_and_everybody_has_them_again(
        self, smtp: Smtp, weekly: Series, single: Meeting, people: People, project: Project
    ) -> None:
        before = in_feed(people[READER])
        suspend(people, project)
        resume(people, project)
        assert planned(weekly) == ["04-20", "04-27", "05-06", "05-11", "05-18", "05-25"]
        single.refresh_from_db()
        assert (single.state, single.reason, single.off_with) == ("planned", "", "")
        assert in_feed(people[READER]) == before
        told = letters(smtp, people[READER], NOW + timedelta(hours=1))
        assert [method for method, _read in told] == ["REQUEST", "REQUEST", "CANCEL", "CANCEL", "REQUEST", "REQUEST"]
        found = {row.starts_at for _method, read in told[-2:] for row in read.meetings(FAR)}
        assert sorted(f"{moment.astimezone(SHANGHAI):%m-%d}" for moment in found) == before
        for uid in (weekly.uid, single.uid):
            numbers = [
                int(event.sequence.value)
                for _method, read in told
                for event in read.events
                if event.uid.value == str(uid) and "recurrence-id" not in event.contents
            ]
            assert len(numbers) == 3
            assert numbers == sorted(set(numbers))

    def test_again_and_again(self, weekly: Series, single: Meeting, people: People, project: Project) -> None:
        for step in range(0, 6, 2):
            suspend(people, project, at=NOW + timedelta(hours=step))
            resume(people, project, at=NOW + timedelta(hours=step + 1))
        assert planned(weekly)[:5] == ["04-20", "04-27", "05-06", "05-11", "05-18"]
        assert Event.objects.filter(verb="meeting.series_called_off").count() == 3
        assert Event.objects.filter(verb="meeting.series_goes_on").count() == 3
        assert Event.objects.filter(verb="meeting.called_anew", object_id=single.pk).count() == 3

    def test_they_follow_the_work_calendar_that_changed_meanwhile_and_that_is_told_once(
        self, weekly: Series, people: People, project: Project
    ) -> None:
        suspend(people, project)
        with clock.at(NOW):
            working_days.set_days(
                actor=people["毕以恒"], first=date(2026, 4, 27), last=date(2026, 4, 27), is_workday=False, note="厂休"
            )
        resume(people, project)
        assert planned(weekly)[:3] == ["04-20", "04-28", "05-06"]
        assert not Event.objects.filter(verb="meeting.series_replanned").exists()

    def test_what_lay_in_the_meantime_was_not_held_and_the_rest_is_planned(
        self, weekly: Series, single: Meeting, people: People, project: Project
    ) -> None:
        suspend(people, project)
        later = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
        with clock.at(later):
            plan_meetings()
        resume(people, project, later)
        assert planned(weekly) == ["04-20", "07-06", "07-13", "07-20", "07-27", "08-03"]
        single.refresh_from_db()
        assert (single.state, single.reason) == ("not_held", "项目暂停：等待预算")
        assert not Event.objects.filter(verb="meeting.called_anew").exists()
        assert Notice.objects.filter(event__verb="meeting.series_goes_on").count() == 5

    def test_what_a_person_moved_is_back_where_it_was_and_what_a_person_cancelled_stays_off(
        self, weekly: Series, people: People, project: Project
    ) -> None:
        moved, off = weekly.meetings.get(series_day=date(2026, 4, 27)), weekly.meetings.get(series_day=date(2026, 5, 11))
        begins = moved.starts_at + timedelta(days=1)
        with clock.at(NOW):
            move_meeting(
                actor=people["周以宁"], meeting_uid=moved.uid, seen_version=moved.version, starts_at=begins,
                ends_at=begins + timedelta(minutes=30),
            )  # fmt: skip
            mark_not_held(actor=people["周以宁"], meeting_uid=off.uid, reason="出差")
        suspend(people, project)
        resume(people, project)
        assert planned(weekly) == ["04-20", "04-28", "05-06", "05-18", "05-25"]
        off.refresh_from_db()
        assert off.reason == "出差"

    def test_who_became_head_meanwhile_is_invited_and_who_was_is_not(
        self, smtp: Smtp, weekly: Series, people: People, project: Project
    ) -> None:
        suspend(people, project)
        project.parties.filter(department__name="市场部").update(liaison=people["裴念安"])
        resume(people, project)
        told = Notice.objects.filter(event__verb="meeting.series_goes_on").values_list("reader__name", flat=True)
        assert "裴念安" in told
        assert "周以宁" not in told
        assert [method for method, _read in letters(smtp, people["裴念安"], NOW + timedelta(hours=1))] == ["REQUEST"]
        assert not Event.objects.filter(verb="meeting.people_changed").exists()

    def test_answers_are_asked_for_again(self, weekly: Series, single: Meeting, people: People, project: Project) -> None:
        with clock.at(NOW):
            answer_invitation(actor=people[READER], meeting_uid=single.uid, answer="accepted", seen_sequence=single.sequence)
        suspend(people, project)
        resume(people, project)
        assert Attendee.objects.get(meeting=single, user=people[READER]).answer == "none"
