"""Pages that move meetings: one, it and all that follow, a series; cancelled and called anew; errors stand at their field."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from common import clock
from meetings.models import Meeting, Series
from meetings.services import edit_series, start_series
from people.models import User
from projects.models import Project

People = dict[str, User]
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def weekly(project: Project) -> Series:
    return started(project, kind="weekly", rule="weekly", minutes=30)


def started(project: Project, **said: Any) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(datetime(2026, 4, 17, 8, 0, tzinfo=UTC)):
        return start_series(actor=None, project_uid=project.uid, at=time(10), first_on=date(2026, 4, 17), last_on=None, **said)


@pytest.fixture
def client(people: People) -> Client:
    browser = Client()
    with clock.at(NOW):
        browser.force_login(people["周以宁"])
    return browser


def meeting(series: Series) -> Meeting:
    return series.meetings.get(series_day=date(2026, 5, 11))


def said(row: Meeting, **more: Any) -> dict[str, Any]:
    return {"day": "2026-05-13", "begins": "09:30", "until": "10:15", "place": "三楼", "seen_version": row.version} | more


def test_one_form_moves_this_meeting_or_all_that_follow(weekly: Series, client: Client) -> None:
    row = meeting(weekly)
    with clock.at(NOW):
        url = f"/meetings/{row.uid}/move/"
        assert "这一次和以后各次" in client.get(url).content.decode()
        assert client.post(url, said(row, scope="this")).status_code == 302
        days = [f"{each.starts_at:%m-%d %H:%M}" for each in weekly.meetings.all()]
        assert days[-2:] == ["05-13 01:30", "05-18 02:00"]
        row.refresh_from_db()
        assert client.post(url, said(row, scope="following")).status_code == 302
        days = [f"{each.starts_at:%m-%d %H:%M}" for each in weekly.meetings.all()]
    assert days[-2:] == ["05-13 01:30", "05-20 01:30"]


def test_a_move_from_an_older_page_is_answered_with_both_values(weekly: Series, client: Client, people: People) -> None:
    row = meeting(weekly)
    with clock.at(NOW):
        edit_series(actor=people["林书瑶"], series_uid=weekly.uid, seen_version=weekly.version, at=time(8), minutes=30)
        url = f"/meetings/{row.uid}/move/"
        assert client.post(url, said(row, scope="this", seen_version="")).status_code == 428
        answer = client.post(url, said(row, scope="following"))
        page = answer.content.decode()
        assert answer.status_code == 412
        assert "08:00" in strip_tags(page)
        assert 'value="09:30"' in page
        assert 'value="三楼"' in page
        assert client.post(url, said(row, scope="following", seen_version=answer.context["meeting"].version)).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": "09:00"}, "until"),
        ({"day": "2026-04-20"}, "begins"),
        ({"day": "2026-05-20", "scope": "following"}, "day"),
        ({"day": "2026-02-30"}, "day"),
    ],
)
def test_what_is_wrong_stands_at_its_field(weekly: Series, client: Client, wrong: dict[str, str], field: str) -> None:
    row = meeting(weekly)
    with clock.at(NOW):
        answer = client.post(f"/meetings/{row.uid}/move/", said(row, scope="this") | wrong)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert 'value="三楼"' in answer.content.decode()


def test_the_series_page_changes_all_to_come_and_shows_them(weekly: Series, client: Client, people: People) -> None:
    url, typed = f"/meetings/series/{weekly.uid}/", {"weekday": 2, "at": "09:00", "minutes": 45, "place": "线上"}
    with clock.at(NOW):
        assert client.get(url).content.decode().count("/meetings/" + str(meeting(weekly).uid)) == 1
        assert client.post(url, typed).status_code == 428
        edit_series(actor=people["林书瑶"], series_uid=weekly.uid, seen_version=1, at=time(8), minutes=30, weekday=1)
        answer = client.post(url, typed | {"seen_version": 1})
        assert answer.status_code == 412
        assert "周二" in strip_tags(answer.content.decode())
        assert client.post(url, typed | {"seen_version": 2}).status_code == 302
    assert [f"{each.starts_at:%a %H:%M} {each.place}" for each in weekly.meetings.all()][-1] == "Wed 01:00 线上"


def test_a_monthly_series_takes_a_day_of_the_month(project: Project, client: Client) -> None:
    monthly = started(project, kind="monthly_review", rule="last_workday", minutes=60)
    url, typed = f"/meetings/series/{monthly.uid}/", {"rule": "month_day", "at": "14:00", "minutes": 60, "seen_version": 1}
    with clock.at(NOW):
        assert set(client.post(url, typed).context["form"].errors) == {"month_day"}
        assert client.post(url, typed | {"month_day": 25}).status_code == 302
    monthly.refresh_from_db()
    assert (monthly.rule, monthly.month_day) == ("month_day", 25)
    assert f"{monthly.meetings.get().starts_at:%m-%d}" == "04-27"


def test_a_cancelled_meeting_says_so_and_can_be_called_anew(weekly: Series, client: Client, project: Project) -> None:
    row = meeting(weekly)
    with clock.at(NOW):
        assert client.post(f"/meetings/{row.uid}/not-held/", {"reason": " "}).status_code == 422
        client.post(f"/meetings/{row.uid}/not-held/", {"reason": "劳动节假期"})
        page = strip_tags(client.get(row.get_absolute_url()).content.decode())
        assert "已取消" in page
        assert "劳动节假期" in page
        listed = client.get(f"/projects/{project.uid}/meetings/").context
        assert row in [line.meeting for line in listed["coming"]]
        row.refresh_from_db()
        assert client.post(f"/meetings/{row.uid}/call-anew/").status_code == 428
        assert client.post(f"/meetings/{row.uid}/call-anew/", {"seen_version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.state == "planned"


def test_what_the_next_meeting_is_stands_first(weekly: Series, client: Client, project: Project) -> None:
    with clock.at(NOW):
        first = weekly.meetings.get(series_day=date(2026, 4, 27))
        client.post(f"/meetings/{first.uid}/not-held/", {"reason": "出差"})
        context = client.get(f"/projects/{project.uid}/meetings/").context
    assert context["next"].meeting.series_day == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": "13:00"}, "until"),
        ({"day": "2026-04-01"}, "day"),
        ({"day": ""}, "day"),
        ({"begins": "25:00"}, "begins"),
    ],
)
def test_calling_a_meeting_that_cannot_be_is_refused_at_its_field(
    project: Project, client: Client, people: People, wrong: dict[str, str], field: str
) -> None:
    typed = {"kind": "other", "title": "碰头会", "day": "2026-04-23", "begins": "14:00", "until": "15:00", "place": "三楼"}
    ticked = {"attendees": [str(people["沈嘉禾"].uid)], "copies": [str(people["林书瑶"].uid)]}
    with clock.at(NOW):
        answer = client.post(f"/projects/{project.uid}/meetings/call/", typed | ticked | wrong)
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
        page = answer.content.decode()
        assert 'value="碰头会"' in page
        assert page.count("checked") == 2
        only_me = typed | {"attendees": [str(people["周以宁"].uid)], "chair": str(people["周以宁"].uid)}
        answer = client.post(f"/projects/{project.uid}/meetings/call/", only_me)
        assert set(answer.context["form"].errors) == {"attendees"}
