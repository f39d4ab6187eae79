"""What was called off has the people of its own day when it takes place after all, and its guests hear of it (rule D1)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from activity.models import Notice
from common import clock
from meetings.beat import plan_meetings
from meetings.models import Meeting, Series
from meetings.services import add_person, call_anew, continue_series, mark_not_held, stop_following, stop_series
from people import working_days
from people.models import User
from projects.models import Project
from projects.services.parties import appoint_liaison
from tests.meetings.test_held_up import letters
from tests.meetings.test_series_people import copied, invited, say
from tests.meetings.test_stop_series import started
from tests.servers import Smtp

People = dict[str, User]
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHAIR = "周以宁"  # liaison of the lead, chairs the weekly meeting
NEXT = "裴念安"  # who follows
GUEST = "顾承泽"
LEAD = "林书瑶"


@pytest.fixture
def weekly(project: Project) -> Series:
    """Planned: 20 and 27 April, 6 May (for the 4th, a holiday), 11 and 18 May."""
    return started(project, "weekly", "weekly")


def on(series: Series, day: date) -> Meeting:
    return series.meetings.get(series_day=day)


def stop(people: People, series: Series, day: date, at: datetime) -> None:
    series.refresh_from_db()
    with clock.at(at):
        stop_series(actor=people[LEAD], series_uid=series.uid, seen_version=series.version, last_on=day, reason="书面周报")


def stop_from(people: People, meeting: Meeting, at: datetime) -> None:
    with clock.at(at):
        stop_following(actor=people[LEAD], meeting_uid=meeting.uid, seen_version=meeting.version, reason="书面周报")


def go_on(people: People, series: Series, at: datetime) -> None:
    series.refresh_from_db()
    with clock.at(at):
        continue_series(actor=people[LEAD], series_uid=series.uid, seen_version=series.version)


def another_chair(people: People, project: Project, at: datetime) -> None:
    party = project.parties.get(department__name="市场部")
    with clock.at(at):
        appoint_liaison(actor=party.head, party_uid=party.uid, liaison=people[NEXT])


def told(verb: str, meeting: Meeting | None = None) -> list[set[str]]:
    rows = Notice.objects.filter(event__verb=verb).order_by("event_id")
    if meeting is not None:
        rows = rows.filter(event__object_id=meeting.pk)
    found: dict[int, set[str]] = {}
    for event, name in rows.values_list("event_id", "reader__name"):
        found.setdefault(event, set()).add(name)
    return list(found.values())


class TestThePeopleOfNow:
    """A head or liaison changed while a meeting was off."""

    def test_a_stopped_series_goes_on_with_them(self, smtp: Smtp, weekly: Series, people: People, project: Project) -> None:
        stop_from(people, on(weekly, date(2026, 4, 27)), NOW)
        another_chair(people, project, NOW + HOUR)
        assert told("meeting.people_changed") == [], "there is nothing to come to"
        before = len(letters(smtp, people[CHAIR], NOW + HOUR))
        go_on(people, weekly, NOW + 2 * HOUR)
        coming = weekly.meetings.filter(state="planned", starts_at__gt=NOW)
        assert {row.chair.name for row in coming} == {row.recorder.name for row in coming} == {NEXT}
        assert {(CHAIR in invited(row), NEXT in invited(row)) for row in coming} == {(False, True)}
        assert [(NEXT in names, CHAIR in names) for names in told("meeting.series_goes_on")] == [(True, False)]
        assert letters(smtp, people[NEXT], NOW + 2 * HOUR)[-1][0] == "REQUEST"
        assert len(letters(smtp, people[CHAIR], NOW + 2 * HOUR)) == before

    def test_one_that_was_cancelled_alone_is_called_anew_with_them(
        self, weekly: Series, people: People, project: Project
    ) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        with clock.at(NOW):
            mark_not_held(actor=people[CHAIR], meeting_uid=meeting.uid, reason="出差")
        another_chair(people, project, NOW + HOUR)
        meeting.refresh_from_db()
        with clock.at(NOW + 2 * HOUR):
            call_anew(actor=people[LEAD], meeting_uid=meeting.uid, seen_version=meeting.version)
        meeting.refresh_from_db()
        assert (meeting.chair.name, CHAIR in invited(meeting), NEXT in invited(meeting)) == (NEXT, False, True)
        assert [(NEXT in names, CHAIR in names) for names in told("meeting.called_anew", meeting)] == [(True, False)]

    def test_a_week_that_is_worked_after_all_is_met_in_with_them(self, weekly: Series, people: People, project: Project) -> None:
        office = people["毕以恒"]
        with clock.at(NOW):
            week = working_days.set_days(
                actor=office, first=date(2026, 5, 11), last=date(2026, 5, 17), is_workday=False, note="厂休"
            )
            plan_meetings()
        assert on(weekly, date(2026, 5, 11)).state == "not_held"
        say(people, weekly, None, [LEAD], at=NOW)
        another_chair(people, project, NOW + HOUR)
        with clock.at(NOW + 2 * HOUR):
            for day in week:
                working_days.reset_days(actor=office, override_uid=day.uid, seen_version=day.version)
            plan_meetings()
        meeting = on(weekly, date(2026, 5, 11))
        assert (meeting.state, meeting.chair.name, CHAIR in invited(meeting)) == ("planned", NEXT, False)
        assert copied(meeting) == {LEAD}

    def test_the_series_is_theirs_though_its_last_meeting_is_cancelled(
        self, weekly: Series, people: People, project: Project
    ) -> None:
        with clock.at(NOW):
            mark_not_held(actor=people[CHAIR], meeting_uid=on(weekly, date(2026, 5, 18)).uid, reason="出差")
        another_chair(people, project, NOW + HOUR)
        stop(people, weekly, date(2026, 5, 6), NOW + 2 * HOUR)
        assert [(NEXT in names, CHAIR in names) for names in told("meeting.series_stopped")] == [(True, False)]

    def test_of_a_series_whose_one_meeting_to_come_is_cancelled_they_hear_at_once(self, people: People, project: Project) -> None:
        monthly = started(project, "monthly_review", "last_workday")
        coming = monthly.meetings.filter(starts_at__gt=NOW)
        head = project.parties.get(department__name="研发部").head
        with clock.at(NOW):
            for row in coming:
                mark_not_held(actor=people[LEAD], meeting_uid=row.uid, reason="出差")
        say(people, monthly, None, [NEXT], at=NOW + HOUR)
        assert told("meeting.series_changed") == [{NEXT}]
        assert {head.name in invited(row) for row in coming} == {True}


class TestGuestsHear:
    """Whom a person put on the list of one of the meetings."""

    def test_of_one_that_a_later_stop_leaves(self, smtp: Smtp, weekly: Series, people: People) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        with clock.at(NOW):
            add_person(actor=people[CHAIR], meeting_uid=meeting.uid, person=people[GUEST])
        stop(people, weekly, date(2026, 4, 27), NOW + HOUR)
        assert letters(smtp, people[GUEST], NOW + HOUR)[-1][0] == "CANCEL"
        stop(people, weekly, date(2026, 5, 11), NOW + 2 * HOUR)
        method, read = letters(smtp, people[GUEST], NOW + 2 * HOUR)[-1]
        assert (method, read.moments(read.one().dtstart)) == ("REQUEST", [meeting.starts_at])
        assert told("meeting.called_anew") == [{GUEST}]

    def test_not_of_one_that_the_calendar_took_meanwhile(self, weekly: Series, people: People) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        with clock.at(NOW):
            add_person(actor=people[CHAIR], meeting_uid=meeting.uid, person=people[GUEST])
        stop(people, weekly, date(2026, 4, 27), NOW + HOUR)
        with clock.at(NOW + HOUR):
            working_days.set_days(
                actor=people["毕以恒"], first=date(2026, 5, 11), last=date(2026, 5, 17), is_workday=False, note="厂休"
            )
        go_on(people, weekly, NOW + 2 * HOUR)
        meeting.refresh_from_db()
        assert (meeting.state, told("meeting.called_anew")) == ("not_held", [])

    def test_of_the_time_at_which_it_takes_place_now(self, smtp: Smtp, weekly: Series, people: People) -> None:
        meeting = on(weekly, date(2026, 5, 11))
        with clock.at(NOW):
            add_person(actor=people[CHAIR], meeting_uid=meeting.uid, person=people[GUEST])
        stop(people, weekly, date(2026, 4, 27), NOW + HOUR)
        with clock.at(NOW + HOUR):
            working_days.set_days(
                actor=people["毕以恒"], first=date(2026, 5, 11), last=date(2026, 5, 11), is_workday=False, note="厂休"
            )
        go_on(people, weekly, NOW + 2 * HOUR)
        later = meeting.starts_at + timedelta(days=1)
        method, read = letters(smtp, people[GUEST], NOW + 2 * HOUR)[-1]
        assert (method, read.moments(read.one().dtstart)) == ("REQUEST", [later])
        event = Notice.objects.get(event__verb="meeting.called_anew").event
        assert datetime.fromisoformat(str(event.facts["starts_at"])) == later
