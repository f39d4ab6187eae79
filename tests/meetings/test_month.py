"""Month and week of meetings: for eye and list the same, never more than exists for the reader, in a bounded window (A3, D1)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from meetings.models import Series
from meetings.services import call_meeting, mark_not_held, start_series
from people.models import User
from projects.models import Project
from projects.services.project import edit_project

People = dict[str, User]
NOW = datetime(2026, 4, 17, 9, 0, tzinfo=UTC)
APRIL_TO_MAY = {"start": "2026-04-20", "end": "2026-06-01"}
CANARY = "金丝雀"


@pytest.fixture
def weekly_series(people: People, project: Project) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(NOW):
        return start_series(
            actor=None, project_uid=project.uid, kind="weekly", rule="weekly", weekday=0, minutes=30, at=time(10),
            first_on=date(2026, 4, 17), last_on=date(2026, 9, 30),
        )  # fmt: skip


def get(who: User, url: str, **asked: str) -> Any:
    client = Client()
    client.force_login(who)
    with clock.at(NOW):
        return client.get(url, asked)


def events(who: User, url: str = "/meetings/calendar/events/", **asked: str) -> list[dict[str, Any]]:
    response = get(who, url, **(asked or APRIL_TO_MAY))
    assert response.status_code == 200
    return response.json()  # type: ignore[no-any-return]


def test_my_meetings_and_the_named_days_off_by_the_clocks_of_the_page(people: People, weekly_series: Series) -> None:
    found = events(people["沈嘉禾"])
    meetings = [row for row in found if "url" in row]
    assert [row["start"] for row in meetings][:4] == [
        "2026-04-20T10:00", "2026-04-27T10:00", "2026-05-06T10:00", "2026-05-11T10:00",
    ]  # fmt: skip
    assert meetings[0]["url"] == weekly_series.meetings.all()[0].get_absolute_url()
    days = {row["start"]: (row["title"], row["classNames"]) for row in found if "url" not in row}
    assert days["2026-05-01"] == ("劳动节", ["day-named"])
    assert days["2026-05-09"][1] == ["day-made-up"]
    assert days["2026-04-25"] == ("", ["day-off"])


def test_a_month_that_is_not_planned_yet_shows_what_the_rule_says(people: People, weekly_series: Series) -> None:
    found = events(people["沈嘉禾"], start="2026-09-01", end="2026-10-01")
    assert [(row["start"], row["classNames"]) for row in found if "url" in row] == [
        (f"2026-09-{day:02d}T10:00", ["is-by-rule"]) for day in (7, 14, 21, 28)
    ]
    assert not [row for row in events(people["顾承泽"], start="2026-09-01", end="2026-10-01") if "url" in row]


def test_the_list_says_the_same_without_script_in_both_languages(people: People, weekly_series: Series) -> None:
    with clock.at(NOW):
        mark_not_held(actor=people["林书瑶"], meeting_uid=weekly_series.meetings.all()[3].uid, reason="出差")
    said = get(people["沈嘉禾"], "/meetings/calendar/", month="2026-05").content.decode()
    assert said.count('class="month-hour"') == 4
    assert "劳动节" in said
    assert "未召开" in said
    assert 'href="?month=2026-06"' in said
    people["沈嘉禾"].language = "en"
    people["沈嘉禾"].save()
    assert "Labor Day" in get(people["沈嘉禾"], "/meetings/calendar/", month="2026-05").content.decode()


def test_what_does_not_exist_for_a_reader_stands_in_no_calendar_of_his(people: People, project: Project) -> None:
    with clock.at(NOW):
        at = datetime(2026, 5, 12, 2, tzinfo=UTC)
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="other", title=CANARY, attendees=[people["沈嘉禾"]],
            starts_at=at, ends_at=at + timedelta(hours=1),
        )  # fmt: skip
        meeting.attendees.create(user=people["裴念安"], department=people["裴念安"].department)
    url = f"/projects/{project.uid}/meetings/calendar/"
    assert [CANARY in str(events(people["裴念安"], said)) for said in ("/meetings/calendar/events/", f"{url}events/")] == [
        True,
        True,
    ]
    with clock.at(NOW):
        edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, confidential=True)
    assert CANARY in str(events(people["沈嘉禾"]))
    assert CANARY not in str(events(people["裴念安"]))
    assert CANARY not in get(people["裴念安"], "/meetings/calendar/", month="2026-05").content.decode()
    assert [get(people["裴念安"], said, **APRIL_TO_MAY).status_code for said in (url, f"{url}events/")] == [404, 404]


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"start": "2026-04-01"}, {"start": "2026-04-01", "end": "2026-04-01"}, {"start": "2026-05-01", "end": "2026-04-01"},
        {"start": "2026-01-01", "end": "2027-01-01"}, {"start": "nonsense", "end": "2026-05-01"},
        {"start": "2026-02-31", "end": "2026-03-05"}, {"start": "0001-01-01", "end": "0001-02-01"},
    ],
)  # fmt: skip
def test_a_window_that_is_none_or_too_wide_is_refused(people: People, asked: dict[str, str]) -> None:
    assert get(people["沈嘉禾"], "/meetings/calendar/events/", **asked).status_code == 422


@pytest.mark.parametrize("month", ["", "nonsense", "2026-13", "1999-01", "9999-12", "2026-05-01", "2035-12", "2020-01"])
def test_any_month_that_is_asked_for_shows_a_page(people: People, month: str) -> None:
    assert get(people["沈嘉禾"], "/meetings/calendar/", month=month).status_code == 200


def test_the_style_of_the_drawing_is_let_in_by_a_nonce_on_this_page_alone(people: People) -> None:
    page = get(people["沈嘉禾"], "/meetings/calendar/")
    nonce = page.content.decode().split('name="csp-nonce" content="')[1].split('"')[0]
    assert f"style-src 'self' 'nonce-{nonce}'" in page["Content-Security-Policy"]
    assert "nonce" not in get(people["沈嘉禾"], "/meetings/")["Content-Security-Policy"]


def test_the_queries_do_not_grow_with_the_meetings(people: People, project: Project, weekly_series: Series) -> None:
    client = Client()
    client.force_login(people["沈嘉禾"])

    def asked(url: str = "/meetings/calendar/events/") -> int:
        with clock.at(NOW), CaptureQueriesContext(connection) as queries:
            assert client.get(url, APRIL_TO_MAY).status_code == 200
        return len(queries)

    asked()
    before = asked()
    assert asked("/meetings/calendar/") <= 15
    assert asked(f"/projects/{project.uid}/meetings/calendar/") <= 15
    with clock.at(NOW):
        for day in range(1, 6):
            at = datetime(2026, 5, day, 2, tzinfo=UTC)
            call_meeting(
                actor=people["周以宁"], project_uid=project.uid, kind="other", title="评审", attendees=[people["沈嘉禾"]],
                starts_at=at, ends_at=at + timedelta(hours=1),
            )  # fmt: skip
    assert asked() == before <= 15
