"""A guest of one meeting comes to belong to its series, and the other way round: calendars have what is theirs (rule D1)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from activity.models import Notice
from common import clock
from meetings.feed import feed_of
from meetings.models import Attendee, Meeting, Series
from meetings.month import shown_to
from meetings.services import SeriesPeople, add_copy, add_person, edit_series, name_keepers, remove_copy, take_off
from people.models import User
from projects.models import Project
from projects.services.parties import appoint_liaison
from tests.meetings.second_parser import Calendar
from tests.meetings.test_held_up import letters
from tests.meetings.test_stop_series import started
from tests.servers import Smtp

People = dict[str, User]
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEAR = datetime(2027, 4, 1, tzinfo=UTC)
CHAIR = "周以宁"  # liaison of the lead, chairs the weekly meeting
GUEST = "裴念安"
HEAD = "林书瑶"


@pytest.fixture
def weekly(project: Project) -> Series:
    return started(project, "weekly", "weekly")


def only(series: Series) -> Meeting:
    """The series has one meeting to come."""
    first, *rest = series.meetings.filter(starts_at__gt=NOW)
    for row in rest:
        row.attendees.all().delete()
        row.agenda.all().delete()
        row.minutes_versions.all().delete()
        row.delete()
    return first


def line(meeting: Meeting, person: User) -> Attendee:
    return meeting.attendees.get(user=person)


def liaison(people: People, project: Project, name: str, at: datetime, department: str = "市场部") -> None:
    party = project.parties.get(department__name=department)
    with clock.at(at):
        appoint_liaison(actor=party.head, party_uid=party.uid, liaison=people[name])


def in_copy(people: People, series: Series, names: Sequence[str], at: datetime) -> None:
    series.refresh_from_db()
    with clock.at(at):
        edit_series(
            actor=people[CHAIR], series_uid=series.uid, seen_version=series.version, at=series.at, minutes=series.minutes,
            people=SeriesPeople(None, [people[name] for name in names]),
        )  # fmt: skip


def add(people: People, meeting: Meeting, name: str, at: datetime) -> Attendee:
    with clock.at(at):
        return add_person(actor=people[CHAIR], meeting_uid=meeting.uid, person=people[name])


def repeats(user: User, at: datetime) -> bool:
    with clock.at(at):
        return any("rrule" in event.contents for event in Calendar(feed_of(user).content).events)


class TestAGuestBelongsToIt:
    """Who was invited to one meeting becomes a liaison, or in copy of all."""

    def test_who_becomes_liaison_gets_the_whole_series(
        self, smtp: Smtp, weekly: Series, people: People, project: Project
    ) -> None:
        meeting = only(weekly)
        assert add(people, meeting, GUEST, NOW).by_hand
        liaison(people, project, GUEST, NOW + HOUR)
        assert not line(meeting, people[GUEST]).by_hand
        told = Notice.objects.filter(event__verb="meeting.people_changed").values_list("reader__name", flat=True)
        assert set(told) == {GUEST, CHAIR}
        method, read = letters(smtp, people[GUEST], NOW + HOUR)[-1]
        assert (method, any("rrule" in event.contents for event in read.events)) == ("REQUEST", True)
        assert repeats(people[GUEST], NOW + HOUR)

    def test_and_leaves_it_with_that_office(self, weekly: Series, people: People, project: Project) -> None:
        meeting = only(weekly)
        add(people, meeting, GUEST, NOW)
        liaison(people, project, GUEST, NOW + HOUR)
        liaison(people, project, CHAIR, NOW + 2 * HOUR)
        assert not meeting.attendees.filter(user=people[GUEST]).exists()

    def test_who_was_in_copy_of_one_alone_is_in_copy_of_all(self, smtp: Smtp, weekly: Series, people: People) -> None:
        meeting = only(weekly)
        with clock.at(NOW):
            add_copy(actor=people[CHAIR], meeting_uid=meeting.uid, person=people[GUEST])
        in_copy(people, weekly, [GUEST], NOW + HOUR)
        assert not line(meeting, people[GUEST]).by_hand
        method, read = letters(smtp, people[GUEST], NOW + HOUR)[-1]
        assert (method, any("rrule" in event.contents for event in read.events)) == ("REQUEST", True)

    def test_who_belongs_to_it_and_is_back_on_the_list_of_one_is_no_guest(self, weekly: Series, people: People) -> None:
        meeting = weekly.meetings.filter(starts_at__gt=NOW)[0]
        with clock.at(NOW):
            take_off(actor=people[CHAIR], meeting_uid=meeting.uid, person_uid=people["沈嘉禾"].uid)
        assert not add(people, meeting, "沈嘉禾", NOW + HOUR).by_hand

    def test_a_guest_sees_no_meetings_that_exist_by_the_rule_alone(self, weekly: Series, people: People) -> None:
        add(people, weekly.meetings.filter(starts_at__gt=NOW)[0], GUEST, NOW)
        later = datetime(2026, 7, 1, tzinfo=UTC).date()
        with clock.at(NOW):
            assert shown_to(people[GUEST], later, later + timedelta(30)) == []
            assert shown_to(people["沈嘉禾"], later, later + timedelta(30)) != []


class TestWhoIsLetOffKeepsOne:
    """Who leaves a series is still invited to one of its meetings."""

    def test_who_is_in_copy_no_longer_and_chairs_one_keeps_that_one(self, smtp: Smtp, weekly: Series, people: People) -> None:
        in_copy(people, weekly, [HEAD], NOW)
        meeting = weekly.meetings.filter(starts_at__gt=NOW)[1]
        with clock.at(NOW):
            name_keepers(
                actor=people[CHAIR], meeting_uid=meeting.uid, chair=people[HEAD], recorder=people[CHAIR],
                seen_version=meeting.version,
            )  # fmt: skip
        before = len(letters(smtp, people[HEAD], NOW))
        in_copy(people, weekly, [], NOW + HOUR)
        told = letters(smtp, people[HEAD], NOW + HOUR)[before:]
        assert [method for method, _read in told] == ["CANCEL", "REQUEST"]
        assert told[-1][1].moments(told[-1][1].one().dtstart) == [meeting.starts_at]
        assert not repeats(people[HEAD], NOW + HOUR)

    def test_a_liaison_of_before_who_writes_the_minutes_of_one_is_its_guest(
        self, smtp: Smtp, weekly: Series, people: People, project: Project
    ) -> None:
        head = project.parties.get(department__name="研发部").head
        liaison(people, project, head.name, NOW, "研发部")
        meeting = weekly.meetings.filter(starts_at__gt=NOW)[1]
        with clock.at(NOW):
            name_keepers(
                actor=people[CHAIR], meeting_uid=meeting.uid, chair=people[CHAIR], recorder=head, seen_version=meeting.version
            )
        before = len(letters(smtp, head, NOW))
        liaison(people, project, "沈嘉禾", NOW + HOUR, "研发部")
        assert list(Attendee.objects.filter(user=head, meeting__starts_at__gt=NOW).values_list("meeting", "by_hand")) == [
            (meeting.pk, True)
        ]
        told = letters(smtp, head, NOW + HOUR)[before:]
        assert [method for method, _read in told] == ["CANCEL", "REQUEST"]
        assert told[-1][1].moments(told[-1][1].one().dtstart) == [meeting.starts_at]
        assert not repeats(head, NOW + HOUR)


class TestOutOfCopyOfOne:
    """Who is in copy of a series is taken out of copy of one meeting."""

    def test_and_comes_to_it_as_liaison_of_later(self, weekly: Series, people: People, project: Project) -> None:
        later = project.parties.get(department__name="研发部").head.name
        in_copy(people, weekly, [later, HEAD], NOW)
        meeting = weekly.meetings.filter(starts_at__gt=NOW)[0]
        with clock.at(NOW):
            remove_copy(actor=people[CHAIR], meeting_uid=meeting.uid, person_uid=people[later].uid)
            remove_copy(actor=people[CHAIR], meeting_uid=meeting.uid, person_uid=people[HEAD].uid)
        liaison(people, project, later, NOW + HOUR, "研发部")
        assert not line(meeting, people[later]).in_copy
        assert not meeting.attendees.filter(user=people[HEAD]).exists()

    def test_whom_one_took_off_as_a_guest_is_not_in_copy_of_it_again_and_comes_as_liaison(
        self, weekly: Series, people: People, project: Project
    ) -> None:
        later = project.parties.get(department__name="研发部").head.name
        in_copy(people, weekly, [later], NOW)
        meeting = weekly.meetings.filter(starts_at__gt=NOW)[0]
        add(people, meeting, later, NOW)
        with clock.at(NOW):
            take_off(actor=people[CHAIR], meeting_uid=meeting.uid, person_uid=people[later].uid)
        in_copy(people, weekly, [later, HEAD], NOW + HOUR)
        assert set(meeting.attendees.filter(in_copy=True).values_list("user__name", flat=True)) == {HEAD}
        liaison(people, project, later, NOW + 2 * HOUR, "研发部")
        assert not line(meeting, people[later]).in_copy

    def test_the_feed_has_the_series_still(self, weekly: Series, people: People) -> None:
        in_copy(people, weekly, [GUEST], NOW)
        meeting = weekly.meetings.order_by("starts_at").last()
        assert meeting is not None
        with clock.at(NOW):
            remove_copy(actor=people[CHAIR], meeting_uid=meeting.uid, person_uid=people[GUEST].uid)
        assert repeats(people[GUEST], NOW + HOUR)
