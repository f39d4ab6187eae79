"""Pages of meetings and minutes: what they show, what they refuse, and how much they ask of the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from meetings.desk import to_confirm, to_write
from meetings.models import Meeting
from meetings.services import call_meeting, publish_minutes, write_item, write_summary
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END, KICKOFF

People = dict[str, User]


@pytest.fixture
def as_liaison(client: Client, people: People) -> Client:
    """周以宁, liaison of the initiating department, signed in."""
    client.force_login(people["周以宁"])
    return client


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # what is remembered for the life of the process is not counted
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_lists_ask_the_same_of_the_database_for_two_meetings_and_for_twenty(
    as_liaison: Client, people: People, project: Project, weekly: Meeting, kickoff: Meeting
) -> None:
    with clock.at(END + timedelta(hours=1)):
        urls = [f"/projects/{project.uid}/meetings/", "/meetings/"]

        def call(day: int) -> None:
            begins = KICKOFF - timedelta(days=day)
            ends = begins + timedelta(hours=1)
            with clock.at(begins - timedelta(days=1)):
                call_meeting(
                    actor=people["周以宁"], project_uid=project.uid, kind="coordination", title=f"协调会{day}", starts_at=begins,
                    ends_at=ends,
                )  # fmt: skip

        call(1)  # its clock runs: the frame shows the next one
        before = [queries_of(as_liaison, url) for url in urls]
        for day in range(2, 20):
            call(day)
        assert [queries_of(as_liaison, url) for url in urls] == before
    assert max(before) <= 45


def test_the_kickoff_page_shows_the_projects_own_data_under_each_standing_item(as_liaison: Client, kickoff: Meeting) -> None:
    with clock.at(KICKOFF):
        page = as_liaison.get(kickoff.get_absolute_url()).content.decode()
    for said in ("首月销售额", "提出需求、审核设计、准备推广物料", "产品原型图", "启用备选供应商"):
        assert said in page


def test_a_form_that_is_wrong_says_so_at_the_field_and_loses_nothing(
    as_liaison: Client, project: Project, people: People
) -> None:
    said = {"kind": "other", "title": "华北碰头会", "day": "2026-04-20", "begins": "15:00", "until": "14:00", "place": "三楼"}
    ticked = {"attendees": [str(people["沈嘉禾"].uid)]}
    with clock.at(KICKOFF):
        answer = as_liaison.post(f"/projects/{project.uid}/meetings/call/", said | ticked)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"until"}
        page = answer.content.decode()
        for typed in ("华北碰头会", "三楼", str(people["沈嘉禾"].uid)):
            assert typed in page
        assert answer.context["form"]["attendees"].value() == ticked["attendees"]
        answer = as_liaison.post(f"/projects/{project.uid}/meetings/call/", said | {"day": "2026-04-31", "until": "16:00"})
        assert set(answer.context["form"].errors) == {"day"}
        answer = as_liaison.post(f"/projects/{project.uid}/meetings/call/", said | ticked | {"until": "16:00"})
    assert answer.status_code == 302
    meeting = Meeting.objects.get(title="华北碰头会")
    assert {row.user.name for row in meeting.attendees.all()} == {"沈嘉禾", "林书瑶"}


def test_from_the_minutes_page_they_are_out_in_two_clicks(as_liaison: Client, weekly: Meeting) -> None:
    with clock.at(END + timedelta(minutes=20)):
        as_liaison.post(f"/meetings/{weekly.uid}/end/")
        as_liaison.post(f"/meetings/{weekly.uid}/attendance/", {"everybody": "1", "seen_version": "0"})
        as_liaison.post(f"/meetings/{weekly.uid}/minutes/summary/", {"text": "按期。", "seen_version": "1"})
        preview = as_liaison.get(f"/meetings/{weekly.uid}/minutes/distribute/")
        assert preview.context["attendance_missing"] is False
        version = preview.context["minutes"].version
        answer = as_liaison.post(f"/meetings/{weekly.uid}/minutes/distribute/", {"seen_version": str(version)})
    assert answer.status_code == 302
    assert weekly.minutes_versions.get().state == "distributed"


def test_who_writes_sees_the_draft_and_others_when_it_will_come(client: Client, people: People, weekly: Meeting) -> None:
    url = f"/meetings/{weekly.uid}/minutes/"
    with clock.at(END + timedelta(minutes=20)):
        write_summary(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, summary="尚未分发的话")
        for name, status, shown in (
            ("周以宁", 200, True),
            ("田牧野", 200, False),
            ("米小禾", 403, False),
            ("霍思远", 404, False),
        ):
            client.force_login(people[name])
            answer = client.get(url)
            assert (name, answer.status_code) == (name, status)
            assert ("尚未分发的话" in answer.content.decode()) is shown


def test_long_after_the_end_the_page_asks_for_the_time_and_marks_it_not_held_with_a_reason(
    as_liaison: Client, weekly: Meeting
) -> None:
    with clock.at(END + timedelta(hours=12)):
        answer = as_liaison.post(f"/meetings/{weekly.uid}/end/")
        assert answer.status_code == 422
        assert "2026-04-14T15:30" in answer.content.decode()
        answer = as_liaison.post(f"/meetings/{weekly.uid}/not-held/", {"reason": ""})
        assert (answer.status_code, list(answer.context["reason_form"].errors)) == (422, ["reason"])
        assert as_liaison.post(f"/meetings/{weekly.uid}/not-held/", {"reason": "改为书面"}).status_code == 302


def test_my_desk_holds_minutes_to_write_with_their_clock_then_minutes_to_confirm(
    people: People, weekly: Meeting, client: Client
) -> None:
    with clock.at(END + timedelta(hours=1)):
        assert [row.title for row in to_write(people["周以宁"])["answer"].rows] == ["周例会"]
        assert to_write(people["田牧野"])["answer"].total == 0
        write_summary(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, summary="按期。")
        minutes = publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
        assert to_write(people["周以宁"])["answer"].total == 0
        assert to_confirm(people["周以宁"]).total == 0
        assert to_confirm(people["田牧野"]).total == 1
        client.force_login(people["田牧野"])
        page = client.get("/").content.decode()
        assert f"/minutes/{minutes.uid}/confirm/" in page
        done = client.post(f"/minutes/{minutes.uid}/confirm/", headers={"HX-Request": "true"})
        assert "已确认" in done.content.decode()
        assert to_confirm(people["田牧野"]).total == 0


def test_the_screen_of_the_room_shows_one_department_per_page_in_their_order(
    client: Client, people: People, weekly: Meeting
) -> None:
    client.force_login(people["田牧野"])  # whoever sees the meeting
    url = f"/meetings/{weekly.uid}/room/"
    with clock.at(KICKOFF + timedelta(minutes=5)):
        first = client.get(url)
        assert first.context["timer"].state == "running"
        pages = first.context["pages"]
        assert [page.title for page in pages if page.kind == "part"] == [
            row.department.name for row in weekly.project.parties.select_related("department").order_by("order")
        ]
        for page in pages:
            assert client.get(f"{url}?page={page.number}").context["page"].number == page.number
        for odd in ("0", "99", "²", "x"):
            assert client.get(f"{url}?page={odd}").status_code == 200
    with clock.at(END + timedelta(minutes=1)):
        assert client.get(url).context["timer"].state == "over"
    client.force_login(people["霍思远"])
    assert client.get(url).status_code == 404


def test_the_end_is_typed_in_the_time_of_the_project(as_liaison: Client, weekly: Meeting) -> None:
    Project.objects.filter(pk=weekly.project_id).update(time_zone="Europe/Berlin")
    with clock.at(END + timedelta(hours=3)):
        asked = as_liaison.post(f"/meetings/{weekly.uid}/end/", {})
        assert 'value="2026-04-14T09:30"' in asked.content.decode()
        assert as_liaison.post(f"/meetings/{weekly.uid}/end/", {"ended": "2026-04-14T09:30"}).status_code == 302
    weekly.refresh_from_db()
    assert weekly.ended_at == END


def test_what_is_written_of_a_draft_stands_on_the_screen_of_its_writers_alone(
    client: Client, people: People, kickoff: Meeting
) -> None:
    item = kickoff.agenda.first()
    url = f"/meetings/{kickoff.uid}/room/"
    with clock.at(KICKOFF + timedelta(minutes=5)):
        write_item(actor=people["周以宁"], item_uid=item.uid, seen_version=item.version, notes="铺货名单未定")
        for name, reads in {"周以宁": True, "林书瑶": True, "米小禾": False, "沈嘉禾": False}.items():
            client.force_login(people[name])
            for headers in ({}, {"HX-Request": "true"}):
                assert ("铺货名单未定" in client.get(url, headers=headers).content.decode()) is reads


def test_the_screen_asks_the_same_of_the_database_on_each_page(as_liaison: Client, weekly: Meeting) -> None:
    url = f"/meetings/{weekly.uid}/room/"
    with clock.at(KICKOFF + timedelta(minutes=5)):
        asked = [queries_of(as_liaison, f"{url}?page={n}") for n in (1, 2, 3)]
    assert len(set(asked)) <= 2
    assert max(asked) <= 30
