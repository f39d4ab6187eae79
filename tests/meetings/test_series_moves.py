"""What moves the meetings of a series (rule D1): the work calendar, a change from one meeting on, a cancellation."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Event, Notice
from common import clock, ports
from common.refusals import Conflict, Refused, Unseen
from meetings.beat import plan_meetings
from meetings.models import Meeting, Series
from meetings.services import call_anew, change_following, edit_series, mark_not_held, move_meeting, start_series
from people import working_days
from people.models import DayOverride, User
from people.queries import organisation
from projects.models import Project

People = dict[str, User]
SIGNED = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
LATER = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def weekly(project: Project) -> Series:
    return started(project, kind="weekly", rule="weekly", minutes=30)


@pytest.fixture
def monthly(project: Project) -> Series:
    return started(project, kind="monthly_review", rule="last_workday", minutes=60)


def started(project: Project, **said: object) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(SIGNED):
        return start_series(
            actor=None, project_uid=project.uid, at=time(10), first_on=date(2026, 4, 17), last_on=date(2026, 9, 30), **said
        )  # type: ignore[arg-type]


def begins(series: Series, state: str = "planned") -> list[str]:
    rows = series.meetings.filter(state=state)
    return [f"{row.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}" for row in rows]


def on(series: Series, day: str) -> Meeting:
    return next(row for row in series.meetings.all() if f"{row.starts_at.astimezone(SHANGHAI):%m-%d}" == day)


def at(day: int, hour: int, minute: int = 0, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def move(people: People, meeting: Meeting, starts_at: datetime, place: str = "") -> None:
    move_meeting(
        actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30), place=place,
    )  # fmt: skip


def follow(people: People, meeting: Meeting, starts_at: datetime, minutes: int = 30, place: str = "") -> None:
    change_following(
        actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes), place=place,
    )  # fmt: skip


def off(people: People, first: date, last: date | None = None) -> None:
    working_days.set_days(actor=people["毕以恒"], first=first, last=last, is_workday=False, note="厂休")


class TestWorkCalendar:
    """A change of the work calendar."""

    def test_meetings_that_nobody_moved_are_put_where_the_rule_has_them_and_that_is_announced_once(
        self, weekly: Series, people: People
    ) -> None:
        with clock.at(LATER):
            move(people, on(weekly, "05-11"), at(11, 15))
            off(people, date(2026, 4, 27))
            off(people, date(2026, 5, 11))
            plan_meetings()
            plan_meetings()
        assert begins(weekly)[:5] == ["04-20 10:00", "04-28 10:00", "05-06 10:00", "05-11 15:00", "05-18 10:00"]
        event = Event.objects.get(verb="meeting.series_replanned")
        assert (event.actor, event.facts["moved"], event.facts["off"], event.facts["added"]) == (None, 1, 0, 0)
        told = Notice.objects.filter(event=event).values_list("reader__name", flat=True)
        assert set(told) == {"周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴"}
        weekly.refresh_from_db()
        assert (weekly.sequence, on(weekly, "04-28").sequence) == (1, 1)

    def test_a_week_that_is_off_altogether_loses_its_meeting_and_gets_it_back_with_the_workdays(
        self, weekly: Series, people: People
    ) -> None:
        with clock.at(LATER):
            off(people, date(2026, 5, 18), date(2026, 5, 22))
            plan_meetings()
            assert begins(weekly, "not_held") == ["05-18 10:00"]
            for row in DayOverride.objects.filter(day__in=(date(2026, 5, 18), date(2026, 5, 19))):
                working_days.reset_days(actor=people["毕以恒"], override_uid=row.uid, seen_version=row.version)
            plan_meetings()
        assert begins(weekly)[-2:] == ["05-18 10:00", "05-25 10:00"]
        last = Event.objects.filter(verb="meeting.series_replanned").latest("pk")
        assert (last.facts["moved"], last.facts["added"]) == (0, 1)

    def test_a_week_that_was_off_when_it_was_planned_gets_a_meeting_once_it_is_worked(
        self, project: Project, people: People
    ) -> None:
        off(people, date(2026, 5, 11), date(2026, 5, 15))
        weekly = started(project, kind="weekly", rule="weekly", minutes=30)
        assert "05-11 10:00" not in begins(weekly)
        with clock.at(LATER):
            row = DayOverride.objects.get(day=date(2026, 5, 12))
            working_days.reset_days(actor=people["毕以恒"], override_uid=row.uid, seen_version=row.version)
            plan_meetings()
        assert "05-12 10:00" in begins(weekly)
        assert Event.objects.get(verb="meeting.series_replanned").facts["added"] == 1

    def test_what_a_person_cancelled_does_not_come_back(self, weekly: Series, people: People) -> None:
        with clock.at(LATER):
            mark_not_held(actor=people["周以宁"], meeting_uid=on(weekly, "05-18").uid, reason="出差")
            off(people, date(2026, 5, 18))
            plan_meetings()
        assert begins(weekly, "not_held") == ["05-18 10:00"]
        assert not Event.objects.filter(verb="meeting.series_replanned").exists()

    def test_a_change_that_moves_no_meeting_tells_nobody(self, weekly: Series, people: People) -> None:
        with clock.at(LATER):
            off(people, date(2026, 4, 29))
            plan_meetings()
        weekly.refresh_from_db()
        assert (weekly.sequence, Event.objects.filter(verb="meeting.series_replanned").count()) == (0, 0)

    def test_in_a_six_day_week_the_last_workday_is_a_saturday(self, monthly: Series, people: People) -> None:
        with clock.at(datetime(2026, 5, 2, 2, 0, tzinfo=UTC)):
            plan_meetings()
            assert begins(monthly)[-1] == "05-29 10:00"
            working_days.choose_week(actor=people["毕以恒"], seen_version=organisation().version, week="six")
            plan_meetings()
        assert begins(monthly)[-1] == "05-30 10:00"

    def test_a_project_that_is_held_up_follows_when_it_goes_on(self, weekly: Series, people: People, project: Project) -> None:
        Project.objects.filter(pk=project.pk).update(hold="suspended")
        with clock.at(LATER):
            off(people, date(2026, 4, 27))
            plan_meetings()
            assert "04-27 10:00" in begins(weekly)
            Project.objects.filter(pk=project.pk).update(hold=Project.Hold.NONE)
            plan_meetings()
        assert "04-28 10:00" in begins(weekly)


class TestLetters:
    """What of this goes out by mail carries the calendar's own message."""

    def test_each_says_what_happened_and_has_the_calendars_message(self, weekly: Series, people: People) -> None:
        reader = people["沈嘉禾"]
        with clock.at(LATER):
            off(people, date(2026, 4, 27))
            plan_meetings()
            meeting = on(weekly, "05-11")
            mark_not_held(actor=people["周以宁"], meeting_uid=meeting.uid, reason="劳动节假期")
            meeting.refresh_from_db()
            call_anew(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version)
        said = {
            "meeting.series_replanned": ("工作日历有调整", b"METHOD:REQUEST"),
            "meeting.cancelled": ("劳动节假期", b"METHOD:CANCEL"),
            "meeting.called_anew": ("照常召开", b"METHOD:REQUEST"),
        }
        for verb, (words, method) in said.items():
            letter = ports.letters[verb](Event.objects.get(verb=verb), reader)
            assert words in "\n".join(letter.lines)
            assert method in letter.attachments[0][1]


class TestThisAndAllThatFollow:
    """One meeting, or it and those after it."""

    def test_earlier_ones_stay_later_ones_follow_and_so_does_what_is_planned_next(self, weekly: Series, people: People) -> None:
        with clock.at(LATER):
            follow(people, on(weekly, "05-11"), at(13, 9, 30), minutes=45, place="三楼")
            plan_meetings()
        assert begins(weekly) == ["04-20 10:00", "04-27 10:00", "05-06 10:00", "05-13 09:30", "05-20 09:30"]
        assert [row.place for row in weekly.meetings.all()] == ["", "", "", "三楼", "三楼"]
        with clock.at(LATER + timedelta(weeks=1)):
            plan_meetings()
        assert (begins(weekly)[-1], on(weekly, "05-27").place) == ("05-27 09:30", "三楼")
        event = Event.objects.get(verb="meeting.series_changed")
        assert event.facts["count"] == 2

    def test_one_alone_is_moved_and_the_rest_stays(self, weekly: Series, people: People) -> None:
        with clock.at(LATER):
            move(people, on(weekly, "05-11"), at(13, 9, 30), place="三楼")
        assert begins(weekly) == ["04-20 10:00", "04-27 10:00", "05-06 10:00", "05-13 09:30", "05-18 10:00"]

    def test_who_changes_the_series_leaves_what_a_person_moved(self, weekly: Series, people: People) -> None:
        with clock.at(LATER):
            move(people, on(weekly, "05-11"), at(12, 15))
            edit_series(
                actor=people["周以宁"], series_uid=weekly.uid, seen_version=weekly.version, at=time(9), minutes=30, weekday=2
            )
            plan_meetings()
        # the week of 20 April had its meeting already, on the Monday
        assert begins(weekly) == ["04-20 10:00", "04-29 09:00", "05-06 09:00", "05-12 15:00", "05-20 09:00"]

    def test_a_day_of_another_week_is_refused_at_the_day(self, weekly: Series, monthly: Series, people: People) -> None:
        with clock.at(LATER):
            said = [
                (on(weekly, "05-11"), at(19, 10)),
                (on(weekly, "05-11"), at(17, 10)),
                (on(monthly, "04-30"), at(29, 10, month=4)),
            ]
            for meeting, moment in said:
                with pytest.raises(Refused) as refusal:
                    follow(people, meeting, moment)
                assert refusal.value.field == "day"

    def test_the_monthly_review_takes_another_hour_and_another_rule(self, monthly: Series, people: People) -> None:
        with clock.at(LATER):
            follow(people, on(monthly, "04-30"), at(30, 14, month=4), minutes=90)
            monthly.refresh_from_db()
            edit_series(
                actor=people["周以宁"], series_uid=monthly.uid, seen_version=monthly.version, at=time(14), minutes=90,
                rule="month_day", month_day=25,
            )  # fmt: skip
            plan_meetings()
        assert begins(monthly) == ["04-27 14:00", "05-25 14:00"]  # 25 April is a Saturday

    def test_what_was_not_seen_is_not_overwritten(self, weekly: Series, people: People) -> None:
        meeting = on(weekly, "05-11")
        with clock.at(LATER):
            edit_series(actor=people["林书瑶"], series_uid=weekly.uid, seen_version=weekly.version, at=time(9), minutes=30)
            with pytest.raises(Conflict) as conflict:
                follow(people, meeting, at(13, 9, 30))
            assert conflict.value.theirs["starts_at"] == at(11, 9)
            with pytest.raises(Unseen):
                edit_series(actor=people["林书瑶"], series_uid=weekly.uid, seen_version=None, at=time(9), minutes=30)

    def test_who_may_not_call_changes_nothing(self, weekly: Series, people: People) -> None:
        meeting = on(weekly, "05-11")
        with clock.at(LATER), pytest.raises(PermissionDenied):
            change_following(
                actor=people["沈嘉禾"],
                meeting_uid=meeting.uid,
                seen_version=meeting.version,
                starts_at=at(11, 9),
                ends_at=at(11, 10),
            )


class TestCancelling:
    """Cancelled before it begins; called anew."""

    def test_the_weekly_meeting_of_the_labour_day_is_cancelled_with_its_reason_and_everybody_is_told(
        self, weekly: Series, people: People
    ) -> None:
        meeting = weekly.meetings.get(series_day=date(2026, 5, 4))  # by the rule it had moved to the 6th
        with clock.at(at(28, 9, month=4)):
            mark_not_held(actor=people["周以宁"], meeting_uid=meeting.uid, reason="劳动节假期")
        meeting.refresh_from_db()
        assert (meeting.is_cancelled, meeting.reason) == (True, "劳动节假期")
        event = Event.objects.get(verb="meeting.cancelled")
        told = {row.reader.name for row in Notice.objects.filter(event=event)}
        assert told == {"周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴"}
        with clock.at(at(29, 9, month=4)):
            plan_meetings()
        assert begins(weekly)[:4] == ["04-20 10:00", "04-27 10:00", "05-11 10:00", "05-18 10:00"]

    def test_what_nobody_came_to_was_not_held(self, weekly: Series, people: People) -> None:
        meeting = on(weekly, "05-11")
        with clock.at(at(11, 10, 20)):
            mark_not_held(actor=people["周以宁"], meeting_uid=meeting.uid, reason="人不齐")
        meeting.refresh_from_db()
        assert not meeting.is_cancelled
        with clock.at(at(11, 10, 25)), pytest.raises(Refused):
            call_anew(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version)

    def test_a_cancelled_meeting_is_called_anew_before_its_time(self, weekly: Series, people: People) -> None:
        meeting = on(weekly, "05-11")
        with clock.at(at(8, 9)):
            mark_not_held(actor=people["周以宁"], meeting_uid=meeting.uid, reason="出差")
            meeting.refresh_from_db()
            with pytest.raises(Unseen):
                call_anew(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=None)
            call_anew(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version)
        meeting.refresh_from_db()
        assert (meeting.state, meeting.reason, meeting.called_off_at, meeting.sequence) == ("planned", "", None, 2)
        assert Notice.objects.filter(event__verb="meeting.called_anew").count() == 5  # who calls it is one of them
