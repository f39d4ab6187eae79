"""One meeting as a file for a calendar (rule D1), as its page offers it: one of a series, and one that was cancelled."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from common import clock
from meetings.models import Meeting, Series
from meetings.services import call_meeting, mark_not_held, move_meeting, start_series
from people.models import User
from projects.models import Project
from tests.meetings.second_parser import Calendar

People = dict[str, User]
NOW = datetime(2026, 4, 17, 9, 0, tzinfo=UTC)


@pytest.fixture
def series(project: Project) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(NOW):
        return start_series(
            actor=None, project_uid=project.uid, kind="weekly", rule="weekly", weekday=0, minutes=30, at=time(10),
            first_on=date(2026, 4, 17), last_on=date(2026, 9, 30),
        )  # fmt: skip


@pytest.fixture
def client(people: People) -> Client:
    browser = Client()
    with clock.at(NOW):
        browser.force_login(people["沈嘉禾"])
    return browser


def offered(client: Client, meeting: Meeting, words: str) -> Calendar:
    """The file behind the link that the meeting's page shows with these words."""
    address = f"{meeting.get_absolute_url()}calendar.ics"
    with clock.at(NOW):
        page = client.get(meeting.get_absolute_url()).content.decode()
        link = page.partition(f'href="{address}"')[2].partition("</a>")[0]
        assert words in link
        return Calendar(client.get(address).content)


def test_one_of_a_series_is_named_by_the_series_and_the_moment_of_its_rule(
    client: Client, people: People, series: Series
) -> None:
    meeting = series.meetings.get(series_day=date(2026, 4, 27))
    ruled, begins = meeting.starts_at, meeting.starts_at + timedelta(days=1)
    with clock.at(NOW):
        move_meeting(
            actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=meeting.version, starts_at=begins,
            ends_at=begins + timedelta(hours=1),
        )  # fmt: skip
    read = offered(client, meeting, "加入我的日历")
    event = read.one()
    assert (event.uid.value, event.status.value) == (str(series.uid), "CONFIRMED")
    assert (read.moments(event.recurrence_id), read.moments(event.dtstart)) == ([ruled], [begins])


@pytest.mark.parametrize("of_series", [True, False])
def test_a_cancelled_one_takes_itself_out_again(
    client: Client, people: People, project: Project, series: Series, of_series: bool
) -> None:
    if of_series:
        meeting = series.meetings.get(series_day=date(2026, 5, 11))
    else:
        with clock.at(NOW):
            meeting = call_meeting(
                actor=people["周以宁"], project_uid=project.uid, kind="other", title="评审", attendees=[people["沈嘉禾"]],
                starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=1),
            )  # fmt: skip
    before = offered(client, meeting, "加入我的日历").one()
    with clock.at(NOW):
        mark_not_held(actor=people["林书瑶"], meeting_uid=meeting.uid, reason="出差")
    event = offered(client, meeting, "从我的日历移除").one()
    assert (event.uid.value, event.status.value) == (before.uid.value, "CANCELLED")
    assert int(event.sequence.value) > int(before.sequence.value)


def test_of_what_is_past_no_file_is_offered(client: Client, series: Series) -> None:
    meeting = series.meetings.get(series_day=date(2026, 4, 27))
    with clock.at(meeting.starts_at + timedelta(hours=2)):
        assert "calendar.ics" not in client.get(meeting.get_absolute_url()).content.decode()
