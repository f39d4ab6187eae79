"""My desk leads whoever speaks for a department to its part of the weekly agenda, from the workday before (rule D2)."""

from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from meetings.desk_parts import to_look_at, unseen_parts
from meetings.models import Attendee, Meeting
from meetings.services import amend_part
from people.models import Department, User
from projects.models import Project
from tests.meetings.test_agenda import FIRST, weekly_on
from tests.meetings.test_answer_in_anothers_place import away
from tests.tracking import changing

People = dict[str, User]
FRIDAY, SATURDAY = date(2026, 4, 17), date(2026, 4, 18)  # FIRST is the Monday after them
assert (FIRST - FRIDAY).days == 3


def at(day: date, hour: int = 9) -> Any:
    return clock.at(clock.local(day, time(hour), "Asia/Shanghai"))


@pytest.fixture
def launch(people: People) -> Project:
    return changing.in_force(people)


@pytest.fixture
def meeting(launch: Project) -> Meeting:
    """The first weekly meeting, Monday 10:00."""
    return weekly_on(launch, FIRST)


@pytest.fixture
def sales(launch: Project) -> Department:
    return Department.objects.get(name="销售部")


def address(meeting: Meeting, department: Department) -> str:
    return reverse("agenda_part", args=[meeting.uid, department.uid])


@pytest.mark.parametrize(
    ("day", "hour", "rows"), [(date(2026, 4, 16), 23, 0), (FRIDAY, 0, 1), (SATURDAY, 12, 1), (FIRST, 9, 1), (FIRST, 10, 0)]
)
def test_it_stands_there_from_the_workday_before_until_the_meeting_begins(
    meeting: Meeting, people: People, day: date, hour: int, rows: int
) -> None:
    with at(day, hour):
        assert to_look_at(people["许知夏"]).total == rows


def test_it_leads_to_the_own_part_and_is_gone_once_that_was_looked_at(
    meeting: Meeting, sales: Department, people: People, client: Client
) -> None:
    client.force_login(people["许知夏"])
    with at(FRIDAY):
        desk = client.get("/").content.decode()
        assert "看一下本部门部分" in desk
        assert address(meeting, sales) in desk
        assert client.get(address(meeting, sales)).status_code == 200
        assert "看一下本部门部分" not in client.get("/").content.decode()
        assert to_look_at(people["田牧野"]).total == 1  # who looks looks for oneself


def test_looked_at_long_before_it_is_shown_all_the_same(
    meeting: Meeting, sales: Department, people: People, client: Client
) -> None:
    client.force_login(people["许知夏"])
    with at(date(2026, 4, 16)):
        client.get(address(meeting, sales))
    with at(FRIDAY):
        assert to_look_at(people["许知夏"]).total == 1
        client.get(address(meeting, sales))
        assert to_look_at(people["许知夏"]).total == 0


def test_amended_by_whomever_it_is_gone(meeting: Meeting, sales: Department, people: People) -> None:
    with at(FRIDAY):
        amend_part(
            actor=people["周以宁"], meeting_uid=meeting.uid, department_uid=sales.uid, seen_version=0, matters="仓库周三盘点"
        )
        assert to_look_at(people["许知夏"]).total == 0


def test_the_head_stands_there_only_where_there_is_no_liaison(
    meeting: Meeting, sales: Department, launch: Project, people: People
) -> None:
    head = people["蒋明远"]
    with at(FRIDAY):
        assert to_look_at(head).total == 0
        Attendee.objects.filter(meeting=meeting, department=sales).delete()
        Attendee.objects.create(meeting=meeting, user=head, department=sales)
        assert to_look_at(head).total == 0
        party = launch.parties.get(department=sales)
        party.liaison = None
        party.save(update_fields=["liaison"])
        assert to_look_at(head).total == 1


def test_whoever_stands_in_is_led_there_and_what_is_looked_at_is_so_for_both(
    meeting: Meeting, sales: Department, people: People, client: Client
) -> None:
    away(people, "许知夏", "程子昂", days=10)
    client.force_login(people["程子昂"])
    with at(FRIDAY):
        (row,) = to_look_at(people["程子昂"]).rows
        assert row.url == address(meeting, sales)
        assert "代 许知夏" in client.get("/").content.decode()
        assert client.get(row.url).status_code == 200
        assert to_look_at(people["程子昂"]).total == to_look_at(people["许知夏"]).total == 0


def test_a_project_that_is_held_up_asks_nothing(meeting: Meeting, launch: Project, people: People) -> None:
    launch.hold = Project.Hold.SUSPENDED
    launch.bump("hold")
    with at(FRIDAY):
        assert to_look_at(people["许知夏"]).total == 0


def test_one_question_finds_them_and_none_more_while_no_meeting_is_near(meeting: Meeting, people: People) -> None:
    with at(FRIDAY), CaptureQueriesContext(connection) as asked:
        assert to_look_at(people["许知夏"]).total == 1
    assert len([row for row in asked if "meetings_attendee" in row["sql"]]) == 1
    with at(date(2026, 4, 14)):
        assert not unseen_parts(people["许知夏"]).exists()
