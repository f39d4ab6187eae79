"""The private feed (rules A3, D1): only one's own meetings, in the projects that exist for one now, for who holds the address."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collab.quiet_log import HideAddresses
from common import clock
from meetings.models import CalendarFeed, Meeting, Series
from meetings.services import answer_invitation, call_meeting, mark_not_held, move_meeting, start_series
from meetings.services.feeds import end_feed, make_feed
from people.models import User
from projects.models import Project
from projects.services.project import edit_project
from tests.meetings.conftest import KICKOFF
from tests.meetings.second_parser import Calendar

People = dict[str, User]
NOW = datetime(2026, 4, 17, 9, 0, tzinfo=UTC)
CANARY = "金丝雀"


def get(token: str, **headers: str) -> Any:
    with clock.at(NOW):
        return Client().get(f"/calendar/{token}.ics", headers=headers)


def read(token: str) -> Calendar:
    response = get(token)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar(response.content)


@pytest.fixture
def weekly_series(people: People, project: Project) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(NOW):
        return start_series(
            actor=None, project_uid=project.uid, kind="weekly", rule="weekly", weekday=0, minutes=30, at=time(10),
            first_on=date(2026, 4, 17), last_on=None,
        )  # fmt: skip


@pytest.fixture
def token(people: People) -> str:
    return make_feed(actor=people["沈嘉禾"])


def test_single_meetings_and_the_series_for_twelve_months(
    token: str, people: People, kickoff: Meeting, weekly_series: Series
) -> None:
    found = read(token).meetings(datetime(2027, 4, 10, tzinfo=UTC))
    assert [row.starts_at for row in found if row.uid == str(kickoff.uid)] == [KICKOFF]
    days = [f"{row.starts_at:%Y-%m-%d}" for row in found if row.uid == str(weekly_series.uid)]
    assert days[:4] == ["2026-04-20", "2026-04-27", "2026-05-06", "2026-05-11"]
    assert len(days) == len(set(days)) > 48
    assert days[-1] == "2027-04-06"  # the Monday is a holiday


def test_moved_and_cancelled_ones_and_the_own_answer(token: str, people: People, weekly_series: Series) -> None:
    first, second, *_rest = weekly_series.meetings.all()
    with clock.at(NOW):
        answer_invitation(actor=people["沈嘉禾"], meeting_uid=first.uid, answer="declined", seen_sequence=0)
        begins = second.starts_at + timedelta(days=2)
        said = {"starts_at": begins, "ends_at": begins + timedelta(hours=1), "place": "二楼"}
        move_meeting(actor=people["周以宁"], meeting_uid=second.uid, seen_version=1, **said)
        mark_not_held(actor=people["林书瑶"], meeting_uid=weekly_series.meetings.all()[2].uid, reason="出差")
    found = read(token).meetings(datetime(2026, 5, 13, tzinfo=UTC))
    assert [f"{row.starts_at:%m-%d}" for row in found] == ["04-20", "04-29", "05-11"]


def test_only_the_own_line_stands_in_it(token: str, people: People, kickoff: Meeting) -> None:
    with clock.at(KICKOFF - timedelta(hours=1)):
        answer_invitation(actor=people["沈嘉禾"], meeting_uid=kickoff.uid, answer="tentative", seen_sequence=0)
    event = read(token).one()
    assert [(line.value, line.params["PARTSTAT"]) for line in event.contents["attendee"]] == [
        (f"mailto:{people['沈嘉禾'].email}", ["TENTATIVE"])
    ]
    assert b"METHOD" not in get(token).content


def test_who_is_invited_to_one_meeting_of_a_series_sees_that_one(people: People, weekly_series: Series) -> None:
    first = weekly_series.meetings.all()[0]
    first.attendees.create(user=people["顾承泽"], department=people["顾承泽"].department)
    found = read(make_feed(actor=people["顾承泽"])).meetings(datetime(2027, 1, 1, tzinfo=UTC))
    assert [(row.uid, row.starts_at) for row in found] == [(str(first.uid), first.starts_at)]


def test_the_same_meetings_are_the_same_bytes_and_need_not_be_sent_again(token: str, kickoff: Meeting, people: People) -> None:
    first = get(token)
    again = get(token, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert first["Last-Modified"] == "Mon, 13 Apr 2026 06:00:00 GMT"
    later = KICKOFF + timedelta(days=1)
    with clock.at(KICKOFF - timedelta(hours=2)):
        said = {"starts_at": later, "ends_at": later + timedelta(hours=1)}
        move_meeting(actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=kickoff.version, **said)
    changed = get(token, **{"if-none-match": first["ETag"]})
    assert (changed.status_code, changed["Last-Modified"]) == (200, "Tue, 14 Apr 2026 04:00:00 GMT")


def test_no_proxy_keeps_it_and_it_says_nothing_of_where_one_came_from(token: str, kickoff: Meeting) -> None:
    for response in (get(token), get("unknown")):
        assert response["Cache-Control"] == "private, no-cache"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in response.headers


def test_unknown_revoked_and_of_somebody_who_left_are_the_same(token: str, people: People, kickoff: Meeting) -> None:
    new = make_feed(actor=people["沈嘉禾"])
    none = get("unknown")
    assert [(get(said).status_code, get(said).content) for said in (token, new)] == [(404, none.content), (200, get(new).content)]
    people["沈嘉禾"].is_active = False
    people["沈嘉禾"].save()
    assert (get(new).status_code, get(new).content) == (none.status_code, none.content) == (404, b"")
    people["沈嘉禾"].is_active = True
    people["沈嘉禾"].save()
    end_feed(actor=people["沈嘉禾"])
    assert get(new).status_code == 404
    assert not CalendarFeed.objects.filter(revoked_at__isnull=True).exists()


def test_only_the_sha256_of_an_address_is_kept(token: str) -> None:
    feed = CalendarFeed.objects.get()
    assert token not in str(feed.__dict__)
    assert len(feed.sha256) == 64


def test_a_confidential_project_stands_in_no_outsiders_feed(people: People, project: Project) -> None:
    with clock.at(NOW):
        later = {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=1, hours=1)}
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="other", title=CANARY, attendees=[people["沈嘉禾"]], **later
        )
        # they were invited while they saw it; then it became confidential, or they left it
        for name in ("贺立川", "裴念安"):
            meeting.attendees.create(user=people[name], department=people[name].department)
    tokens = {name: make_feed(actor=people[name]) for name in ("裴念安", "沈嘉禾", "毕以恒")}
    assert CANARY.encode() in get(tokens["裴念安"]).content
    with clock.at(NOW):
        edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, confidential=True)
    assert CANARY.encode() in get(tokens["沈嘉禾"]).content
    for outsider in ("裴念安", "毕以恒"):
        assert CANARY.encode() not in get(tokens[outsider]).content
        assert project.name.encode() not in get(tokens[outsider]).content


def test_the_queries_do_not_grow_with_the_meetings(token: str, people: People, project: Project, weekly_series: Series) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert get(token).status_code == 200
        return sum("meetings_" in query["sql"] or "people_" in query["sql"] for query in queries)

    get(token)
    before = asked()
    with clock.at(NOW):
        for day in range(1, 6):
            said = {"starts_at": NOW + timedelta(days=day), "ends_at": NOW + timedelta(days=day, hours=1)}
            call_meeting(
                actor=people["周以宁"], project_uid=project.uid, kind="other", title="评审", attendees=[people["沈嘉禾"]], **said
            )
    assert asked() == before <= 6


def test_the_page_shows_an_address_once_and_ends_it(people: People, kickoff: Meeting) -> None:
    client = Client()
    client.force_login(people["沈嘉禾"])
    made = client.post("/me/calendar/make/")
    address = made.content.decode().split('value="http')[1].split('"')[0]
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert made["Cache-Control"] == "no-store"
    assert get(token).status_code == 200
    assert token not in client.get("/me/calendar/").content.decode()
    client.post("/me/calendar/end/")
    assert get(token).status_code == 404


def test_asked_too_often_from_one_address_is_told_to_wait(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.views.feed.RATE", "2/m/ip")
    assert [get(token).status_code for _time in range(3)] == [200, 200, 429]


def test_no_log_tells_the_address(caplog: pytest.LogCaptureFixture, token: str) -> None:
    caplog.handler.addFilter(HideAddresses())
    with caplog.at_level(logging.INFO):
        assert get(token + "x").status_code == 404
    assert "/calendar/….ics" in caplog.text
    assert token not in caplog.text


def test_one_meeting_is_a_file_for_who_called_it(people: People, kickoff: Meeting) -> None:
    client = Client()
    client.force_login(people["周以宁"])
    response = client.get(f"{kickoff.get_absolute_url()}calendar.ics")
    assert response["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    (found,) = Calendar(response.content).meetings(KICKOFF + timedelta(days=1))
    assert (found.uid, found.starts_at) == (str(kickoff.uid), KICKOFF)
    client.force_login(people["毕以恒"])
    assert client.get(f"{kickoff.get_absolute_url()}calendar.ics").status_code == 404
