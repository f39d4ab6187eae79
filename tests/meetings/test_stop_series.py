"""A series is stopped after a day, or from one of its meetings on, and goes on again; one update for the whole (rule D1)."""

from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.html import strip_tags

from activity.beat import sweep_outbox
from activity.models import Event, Notice
from common import clock
from common.refusals import Conflict, Refused, Unseen
from meetings.beat import plan_meetings
from meetings.feed import feed_of
from meetings.models import Meeting, Series
from meetings.services import (
    call_anew,
    continue_series,
    edit_series,
    mark_not_held,
    move_meeting,
    start_series,
    stop_following,
    stop_series,
)
from people import working_days
from people.models import User
from projects.models import Project
from projects.services.project import edit_project
from tests.meetings.second_parser import Calendar
from tests.servers import Smtp

People = dict[str, User]
SIGNED = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FAR = datetime(2027, 4, 1, tzinfo=UTC)
READER = "沈嘉禾"


def started(project: Project, kind: str, rule: str) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution", ends_on=date(2026, 9, 30))
    with clock.at(SIGNED):
        return start_series(
            actor=None, project_uid=project.uid, kind=kind, rule=rule, minutes=30, at=time(10), first_on=date(2026, 4, 17),
            last_on=date(2026, 9, 30),
        )  # fmt: skip


@pytest.fixture
def weekly(project: Project) -> Series:
    """Planned: 20 and 27 April, 6 May (for the 4th, a holiday), 11 and 18 May."""
    return started(project, "weekly", "weekly")


def begins(series: Series, state: str = "planned") -> list[str]:
    return [f"{row.starts_at.astimezone(SHANGHAI):%m-%d}" for row in series.meetings.filter(state=state)]


def on(series: Series, day: date) -> Meeting:
    return series.meetings.get(series_day=day)


def stop(people: People, series: Series, day: date, reason: str = "改为书面周报", at: datetime = NOW) -> None:
    series.refresh_from_db()
    with clock.at(at):
        stop_series(actor=people["周以宁"], series_uid=series.uid, seen_version=series.version, last_on=day, reason=reason)
        plan_meetings()


def go_on(people: People, series: Series, at: datetime = NOW) -> None:
    series.refresh_from_db()
    with clock.at(at):
        continue_series(actor=people["周以宁"], series_uid=series.uid, seen_version=series.version)
        plan_meetings()


def in_feed(user: User, at: datetime = NOW) -> list[str]:
    with clock.at(at):
        read = Calendar(feed_of(user).content)
    return [f"{row.starts_at.astimezone(SHANGHAI):%m-%d}" for row in read.meetings(FAR)]


def letters(smtp: Smtp, to: User, at: datetime = NOW) -> list[tuple[str, Any]]:
    """What came for the calendar: method and contents."""
    with clock.at(at):
        sweep_outbox()
    found = []
    for mail in smtp.to(to.email or ""):
        for one in message_from_bytes(mail.raw, policy=policy.default).walk():
            payload = one.get_payload(decode=True)
            if one.get_content_type() == "text/calendar" and isinstance(payload, bytes):
                found.append((one["Content-Type"].params["method"], Calendar(payload)))
    return found


class TestAfterADay:
    """The last meeting is on a day."""

    def test_later_ones_are_off_with_the_reason_and_none_is_planned_again(self, weekly: Series, people: People) -> None:
        stop(people, weekly, date(2026, 5, 6))
        assert (begins(weekly), begins(weekly, "not_held")) == (["04-20", "04-27", "05-06"], ["05-11", "05-18"])
        assert {row.reason for row in weekly.meetings.filter(state="not_held")} == {"改为书面周报"}
        with clock.at(NOW + timedelta(weeks=4)):
            plan_meetings()
        assert weekly.meetings.count() == 5
        assert in_feed(people[READER]) == ["04-20", "04-27", "05-06"]

    def test_everybody_gets_one_update_that_ends_the_series_then(self, smtp: Smtp, weekly: Series, people: People) -> None:
        before = {name: len(letters(smtp, people[name])) for name in (READER, "周以宁")}
        stop(people, weekly, date(2026, 5, 8))
        for name, count in before.items():
            told = letters(smtp, people[name])
            assert len(told) == count + 1
            method, read = told[-1]
            rules = [event.rrule.value for event in read.events if "rrule" in event.contents]
            assert (method, rules) == ("REQUEST", ["FREQ=WEEKLY;UNTIL=20260504T020000Z;BYDAY=MO"])
            assert [f"{row.starts_at:%m-%d}" for row in read.meetings(FAR)] == ["04-20", "04-27", "05-06"]
            sequences = [int(said.events[0].sequence.value) for _method, said in told]
            assert sequences == sorted(set(sequences))

    def test_a_meeting_that_a_holiday_moves_beyond_the_day_is_off(self, weekly: Series, people: People) -> None:
        stop(people, weekly, date(2026, 5, 5))  # that of 4 May is held on the 6th
        assert begins(weekly) == ["04-20", "04-27"]

    def test_a_review_that_a_day_off_draws_before_the_day_is_held(self, project: Project, people: People) -> None:
        monthly = started(project, "monthly_review", "last_workday")
        with clock.at(NOW):
            edit_series(
                actor=people["周以宁"], series_uid=monthly.uid, seen_version=monthly.version, at=time(10), minutes=60,
                rule="month_day", month_day=31,
            )  # fmt: skip
        with clock.at(NOW + timedelta(weeks=3)):
            plan_meetings()
        assert begins(monthly) == ["04-30", "05-29"]  # 31 May is a Sunday, its month has no later workday
        stop(people, monthly, date(2026, 5, 29), at=NOW + timedelta(weeks=3))
        assert begins(monthly) == ["04-30", "05-29"]

    def test_one_that_a_person_moved_beyond_it_is_off_as_well_and_comes_back_where_it_was(
        self, weekly: Series, people: People
    ) -> None:
        meeting = on(weekly, date(2026, 4, 27))
        later = datetime(2026, 5, 12, 15, 0, tzinfo=SHANGHAI)
        with clock.at(NOW):
            move_meeting(
                actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version, starts_at=later,
                ends_at=later + timedelta(minutes=30),
            )  # fmt: skip
        stop(people, weekly, date(2026, 5, 11))
        assert begins(weekly) == ["04-20", "05-06", "05-11"]
        assert in_feed(people[READER]) == ["04-20", "05-06", "05-11"]
        go_on(people, weekly)
        assert begins(weekly) == ["04-20", "05-06", "05-11", "05-12", "05-18", "05-25"]

    def test_what_a_person_cancelled_stays_off_when_the_series_goes_on(self, weekly: Series, people: People) -> None:
        with clock.at(NOW):
            mark_not_held(actor=people["周以宁"], meeting_uid=on(weekly, date(2026, 5, 18)).uid, reason="出差")
        stop(people, weekly, date(2026, 4, 27))
        go_on(people, weekly)
        assert begins(weekly) == ["04-20", "04-27", "05-06", "05-11", "05-25"]

    def test_it_is_stopped_earlier_or_later_than_before(self, weekly: Series, people: People) -> None:
        stop(people, weekly, date(2026, 4, 27))
        stop(people, weekly, date(2026, 5, 11))
        assert begins(weekly) == ["04-20", "04-27", "05-06", "05-11"]
        stop(people, weekly, date(2026, 5, 6))
        assert begins(weekly) == ["04-20", "04-27", "05-06"]
        assert Event.objects.filter(verb="meeting.cancelled").count() == 0

    @pytest.mark.parametrize(
        ("day", "reason", "field"),
        [
            (date(2026, 4, 20), "改为书面", "last_on"),
            (date(2026, 9, 30), "改为书面", "last_on"),
            (date(2026, 5, 6), " ", "reason"),
        ],
    )
    def test_a_day_that_is_past_or_after_the_project_and_no_reason_are_refused(
        self, weekly: Series, people: People, day: date, reason: str, field: str
    ) -> None:
        with pytest.raises(Refused) as refusal:
            stop(people, weekly, day, reason)
        assert refusal.value.field == field
        assert len(begins(weekly)) == 5

    def test_who_may_not_call_stops_nothing_and_nobody_overwrites_what_was_not_seen(self, weekly: Series, people: People) -> None:
        said = {"series_uid": weekly.uid, "last_on": date(2026, 5, 6), "reason": "改为书面"}
        with clock.at(NOW):
            with pytest.raises(PermissionDenied):
                stop_series(actor=people[READER], seen_version=weekly.version, **said)
            with pytest.raises(Unseen):
                stop_series(actor=people["周以宁"], seen_version=None, **said)
            with pytest.raises(Conflict):
                stop_series(actor=people["周以宁"], seen_version=weekly.version + 1, **said)
            with pytest.raises(Refused):
                continue_series(actor=people["周以宁"], series_uid=weekly.uid, seen_version=weekly.version)


class TestThisAndAllThatFollow:
    """A meeting is cancelled with all that follow."""

    def follow(self, people: People, meeting: Meeting, by: str = "周以宁") -> None:
        with clock.at(NOW):
            stop_following(actor=people[by], meeting_uid=meeting.uid, seen_version=meeting.version, reason="项目收尾")
            plan_meetings()

    def test_earlier_ones_stay_and_one_update_goes_out(self, smtp: Smtp, weekly: Series, people: People) -> None:
        before = len(letters(smtp, people[READER]))
        self.follow(people, on(weekly, date(2026, 5, 11)))
        assert (begins(weekly), begins(weekly, "not_held")) == (["04-20", "04-27", "05-06"], ["05-11", "05-18"])
        told = letters(smtp, people[READER])
        assert len(told) == before + 1
        assert [f"{row.starts_at:%m-%d}" for row in told[-1][1].meetings(FAR)] == ["04-20", "04-27", "05-06"]
        assert Notice.objects.filter(event__verb="meeting.series_stopped").count() == 5

    def test_from_one_that_a_holiday_moved(self, weekly: Series, people: People) -> None:
        self.follow(people, on(weekly, date(2026, 5, 4)))
        assert begins(weekly) == ["04-20", "04-27"]

    def test_from_the_first_on_the_whole_series_leaves_the_calendars(self, smtp: Smtp, project: Project, people: People) -> None:
        weekly = started(project, "weekly", "weekly")
        meeting = on(weekly, date(2026, 4, 20))
        with clock.at(SIGNED):
            stop_following(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version, reason="暂不开会")
        assert begins(weekly) == []
        method, read = letters(smtp, people[READER], SIGNED)[-1]
        assert (method, read.one().uid.value, read.one().status.value) == ("CANCEL", str(weekly.uid), "CANCELLED")
        assert in_feed(people[READER]) == []

    def test_one_of_them_is_not_called_anew_alone(self, weekly: Series, people: People) -> None:
        self.follow(people, on(weekly, date(2026, 5, 11)))
        meeting = on(weekly, date(2026, 5, 18))
        with clock.at(NOW), pytest.raises(Refused) as refusal:
            call_anew(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version)
        assert refusal.value.code == "off_with"

    def test_what_is_past_or_changed_meanwhile_or_of_no_series_is_refused(
        self, weekly: Series, kickoff: Meeting, people: People
    ) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        with clock.at(NOW):
            for row, version, wrong in (
                (on(weekly, date(2026, 4, 20)), 1, Refused),
                (meeting, meeting.version + 1, Conflict),
                (meeting, None, Unseen),
                (kickoff, kickoff.version, Refused),
            ):
                with pytest.raises(wrong):
                    stop_following(actor=people["周以宁"], meeting_uid=row.uid, seen_version=version, reason="项目收尾")
        assert len(begins(weekly)) == 5

    def test_a_guest_of_one_of_them_hears_of_that_one(self, smtp: Smtp, weekly: Series, people: People) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        meeting.attendees.create(user=people["陆景行"], department=people["陆景行"].department, by_hand=True)
        self.follow(people, meeting)
        told = letters(smtp, people["陆景行"])
        assert [(method, read.one().uid.value) for method, read in told] == [("CANCEL", str(meeting.uid))]


class TestItGoesOn:
    """A stopped series goes on."""

    def test_its_meetings_are_back_where_rule_and_calendar_have_them_and_calendars_have_them_again(
        self, smtp: Smtp, weekly: Series, people: People
    ) -> None:
        stop(people, weekly, date(2026, 4, 27))
        with clock.at(NOW):
            working_days.set_days(
                actor=people["毕以恒"], first=date(2026, 5, 11), last=date(2026, 5, 11), is_workday=False, note="厂休"
            )
            plan_meetings()
        go_on(people, weekly)
        assert begins(weekly) == ["04-20", "04-27", "05-06", "05-12", "05-18", "05-25"]
        weekly.refresh_from_db()
        assert (weekly.last_on, weekly.stop_reason) == (date(2026, 9, 30), "")
        told = letters(smtp, people[READER])
        assert [method for method, _read in told] == ["REQUEST"] * 3
        assert [f"{row.starts_at:%m-%d}" for row in told[-1][1].meetings(FAR)] == in_feed(people[READER])
        assert in_feed(people[READER])[-1] == "09-28"

    def test_after_weeks_it_goes_on_from_then(self, weekly: Series, people: People) -> None:
        stop(people, weekly, date(2026, 4, 27))
        later = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
        with clock.at(later):
            plan_meetings()
        go_on(people, weekly, later)
        assert begins(weekly) == ["04-20", "04-27", "07-06", "07-13", "07-20", "07-27", "08-03"]

    def test_another_end_of_the_project_leaves_it_stopped(self, weekly: Series, people: People, project: Project) -> None:
        stop(people, weekly, date(2026, 5, 6))
        with clock.at(NOW):
            edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, ends_on=date(2026, 12, 31))
            plan_meetings()
        weekly.refresh_from_db()
        assert (weekly.last_on, begins(weekly)) == (date(2026, 5, 6), ["04-20", "04-27", "05-06"])

    def test_nobody_hears_of_another_end_of_the_project_that_leaves_its_last_day(
        self, weekly: Series, people: People, project: Project
    ) -> None:
        stop(people, weekly, date(2026, 5, 6))
        with clock.at(NOW):
            edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, ends_on=date(2026, 12, 31))
        assert Event.objects.filter(verb="meeting.series_changed").count() == 0

    def test_a_project_that_ends_earlier_and_later_again_leaves_the_day_of_the_stop(
        self, weekly: Series, people: People, project: Project
    ) -> None:
        stop(people, weekly, date(2026, 5, 11))
        for end, last in ((date(2026, 4, 30), date(2026, 4, 30)), (date(2026, 12, 31), date(2026, 5, 11))):
            with clock.at(NOW):
                edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, ends_on=end)
            weekly.refresh_from_db()
            assert (weekly.last_on, weekly.stop_day, weekly.stop_reason) == (last, date(2026, 5, 11), "改为书面周报")
        assert begins(weekly) == ["04-20", "04-27", "05-06", "05-11"]
        go_on(people, weekly)
        weekly.refresh_from_db()
        assert (weekly.last_on, weekly.stop_day) == (date(2026, 12, 31), None)


class TestPages:
    """The page of the series, and that of a meeting."""

    @pytest.fixture
    def client(self, people: People) -> Client:
        browser = Client()
        with clock.at(NOW):
            browser.force_login(people["周以宁"])
        return browser

    def test_the_series_is_stopped_and_goes_on_by_its_page(self, weekly: Series, client: Client, project: Project) -> None:
        url = f"/meetings/series/{weekly.uid}/"
        typed = {"stop-last_on": "2026-05-06", "stop-reason": "改为书面周报", "stop-seen_version": weekly.version}
        with clock.at(NOW):
            answer = client.post(f"{url}stop/", typed | {"stop-last_on": "2026-04-01"})
            assert (answer.status_code, set(answer.context["stop_form"].errors)) == (422, {"last_on"})
            assert 'value="改为书面周报"' in answer.content.decode()
            assert client.post(f"{url}stop/", typed | {"stop-seen_version": ""}).status_code == 428
            assert client.post(f"{url}stop/", typed).status_code == 302
            for page in (url, f"/projects/{project.uid}/meetings/"):
                assert "改为书面周报" in strip_tags(client.get(page).content.decode())
            answer = client.post(f"{url}stop/", typed | {"stop-reason": "别的原因"})
            assert answer.status_code == 412
            assert "改为书面周报" in strip_tags(answer.content.decode())
            weekly.refresh_from_db()
            assert client.post(f"{url}continue/", {"seen_version": weekly.version}).status_code == 302
            assert "改为书面周报" not in client.get(url).content.decode()
        assert "05-18" in begins(weekly)

    def test_cancelling_offers_this_one_or_all_that_follow(self, weekly: Series, client: Client) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        url = f"{meeting.get_absolute_url()}not-held/"
        with clock.at(NOW):
            assert "这一次和以后各次" in client.get(meeting.get_absolute_url()).content.decode()
            typed = {"reason": "项目收尾", "scope": "following", "seen_version": meeting.version}
            assert client.post(url, typed | {"seen_version": meeting.version + 1}).status_code == 412
            assert client.post(url, typed).status_code == 302
            page = client.get(meeting.get_absolute_url()).content.decode()
        assert begins(weekly, "not_held") == ["05-11", "05-18"]
        assert "call-anew" not in page

    def test_this_one_alone_leaves_the_others(self, weekly: Series, client: Client) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        with clock.at(NOW):
            typed = {"reason": "出差", "scope": "this", "seen_version": meeting.version}
            assert client.post(f"{meeting.get_absolute_url()}not-held/", typed).status_code == 302
        assert begins(weekly, "not_held") == ["05-11"]

    def test_a_meeting_of_no_series_is_cancelled_alone(self, kickoff: Meeting, client: Client) -> None:
        with clock.at(kickoff.starts_at - timedelta(hours=2)):
            page = client.get(kickoff.get_absolute_url())
            assert "这一次和以后各次" not in page.content.decode()
