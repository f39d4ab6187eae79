"""Calling a meeting (rules C1, D1)."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from activity.models import Clock
from common import clock
from common.refusals import Refused
from lifecycle.services import cancel_project, resume_project, suspend_project
from meetings.beat import plan_meetings
from meetings.models import Meeting
from meetings.services import (
    add_item,
    call_meeting,
    end_meeting,
    mark_not_held,
    move_meeting,
    publish_minutes,
    set_attendance,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.meetings.conftest import DEADLINE, END, KICKOFF

People = dict[str, User]


def test_the_kickoff_is_chaired_by_the_initiating_head_and_all_heads_and_liaisons_come(kickoff: Meeting, people: People) -> None:
    assert kickoff.chair == people["林书瑶"]
    assert [row.user.name for row in kickoff.attendees.all()] == [
        *["林书瑶", "顾承泽", "贺立川", "蒋明远", "宋清越"],
        *["周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴"],
    ]
    assert {row.department.name for row in kickoff.attendees.filter(user=people["沈嘉禾"])} == {"研发部"}


def test_the_kickoff_has_its_four_standing_items_in_order(kickoff: Meeting) -> None:
    assert [item.shows for item in kickoff.agenda.all()] == ["goal", "duties", "flow", "communication"]


def test_a_project_kicks_off_once(kickoff: Meeting, people: People, project: Project) -> None:
    again = {"project_uid": project.uid, "kind": "kickoff", "title": "启动会", "starts_at": KICKOFF, "ends_at": END}
    with clock.at(KICKOFF - timedelta(hours=2)):
        with pytest.raises(Refused) as said:
            call_meeting(actor=people["林书瑶"], **again)
        assert said.value.field == "kind"
        mark_not_held(actor=people["林书瑶"], meeting_uid=kickoff.uid, reason="改期")
        assert call_meeting(actor=people["林书瑶"], **again).state == "planned"


def test_the_weekly_meeting_is_of_the_liaisons_and_chaired_by_the_leads(weekly: Meeting, people: People) -> None:
    assert weekly.chair == weekly.recorder == people["周以宁"]
    assert {row.user.name for row in weekly.attendees.all()} == {"周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴"}


def test_a_meeting_that_ends_before_it_begins_is_refused_at_its_field(people: People, project: Project) -> None:
    with pytest.raises(Refused) as said:
        call_meeting(actor=people["林书瑶"], project_uid=project.uid, kind="other", title="会", starts_at=END, ends_at=KICKOFF)
    assert said.value.field == "ends_at"
    assert not Meeting.objects.exists()


def test_nobody_is_invited_to_what_does_not_exist_for_them(people: People, project: Project) -> None:
    with clock.at(KICKOFF - timedelta(days=1)), pytest.raises(Refused) as said:
        call_meeting(
            actor=people["林书瑶"],
            project_uid=project.uid,
            kind="other",
            title="会",
            starts_at=KICKOFF,
            ends_at=END,
            attendees=[people["霍思远"]],
        )
    assert "霍思远" in str(said.value)


def test_only_the_steering_department_calls_meetings(people: People, project: Project) -> None:
    asked = {"project_uid": project.uid, "kind": "other", "title": "会", "starts_at": KICKOFF, "ends_at": END}
    for name in ("顾承泽", "沈嘉禾", "米小禾", "陆景行", "钟鉴明"):
        with pytest.raises(PermissionDenied):
            call_meeting(actor=people[name], **asked)
    for name in ("毕以恒", "霍思远"):
        with pytest.raises(Http404):
            call_meeting(actor=people[name], **asked)


def test_a_year_that_is_a_slip_of_the_keyboard_is_refused(weekly: Meeting, people: People, project: Project) -> None:
    far, year = KICKOFF.replace(year=9999), KICKOFF.replace(year=2031)
    asked = {"actor": people["周以宁"], "project_uid": project.uid, "kind": "other", "title": "会"}
    with clock.at(KICKOFF - timedelta(days=1)):
        with pytest.raises(Refused) as said:
            call_meeting(**asked, starts_at=far, ends_at=far + timedelta(hours=1))
        assert said.value.field == "starts_at"
        with pytest.raises(Refused):
            move_meeting(
                actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=weekly.version, starts_at=far,
                ends_at=far + timedelta(hours=1),
            )  # fmt: skip
        call_meeting(**asked, starts_at=year, ends_at=year + timedelta(hours=1))


def test_ending_restarts_the_24_hours(weekly: Meeting, people: People) -> None:
    with clock.at(END + timedelta(minutes=40)):
        end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid)
    (running,) = _clocks(weekly)
    assert running.due_at == DEADLINE + timedelta(minutes=40)
    assert {step.kind: running.due_at - step.at for step in running.steps.all()} == {
        "remind_8h": timedelta(hours=8),
        "remind_2h": timedelta(hours=2),
        "distribute": timedelta(minutes=90),
        "breach": timedelta(0),
    }


def test_long_after_the_planned_end_the_time_must_be_said(weekly: Meeting, people: People) -> None:
    with clock.at(END + timedelta(hours=20)):
        with pytest.raises(Refused) as said:
            end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid)
        assert said.value.field == "ended_at"
        with pytest.raises(Refused):
            end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, ended_at=KICKOFF)
        with pytest.raises(Refused):
            end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, ended_at=clock.now() + timedelta(minutes=1))
        end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, ended_at=END)
    assert _clocks(weekly)[0].due_at == DEADLINE


@pytest.mark.parametrize(
    ("said_at", "ended_at", "holds"),
    [
        (DEADLINE - timedelta(minutes=91), END + timedelta(hours=2), True),
        (DEADLINE - timedelta(minutes=90), END + timedelta(hours=2), False),
        (DEADLINE - timedelta(minutes=90), END, True),
        (DEADLINE - timedelta(minutes=1), DEADLINE - timedelta(minutes=1), False),
        (DEADLINE + timedelta(hours=20), DEADLINE + timedelta(hours=20), False),
        (DEADLINE + timedelta(hours=20), END - timedelta(minutes=5), True),
    ],
)
def test_a_later_end_than_planned_is_said_before_the_system_would_distribute(
    weekly: Meeting, people: People, said_at: datetime, ended_at: datetime, holds: bool
) -> None:
    with clock.at(said_at), nullcontext() if holds else pytest.raises(Refused) as said:
        end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, ended_at=ended_at)
    weekly.refresh_from_db()
    assert weekly.ended_at == (ended_at if holds else None)
    if said is not None:
        assert said.value.field == "ended_at"


def test_what_the_project_was_held_up_leaves_as_much_time_to_say_a_later_end(weekly: Meeting, people: People) -> None:
    head, project = weekly.project.initiating_dept.head, weekly.project.uid
    with clock.at(END):
        plan_meetings()
    with clock.at(END + timedelta(hours=1)):
        suspend_project(actor=head, project_uid=project, reason="预算冻结")
    with clock.at(END + timedelta(days=3)):
        resume_project(actor=head, project_uid=project, reason="预算恢复")
        end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, ended_at=END + timedelta(minutes=30))


def test_a_meeting_ends_within_a_day_of_its_beginning(weekly: Meeting, people: People) -> None:
    weekly.ends_at = KICKOFF + timedelta(hours=23)
    weekly.save(update_fields=["ends_at"])
    end = {"actor": people["周以宁"], "meeting_uid": weekly.uid}
    with clock.at(KICKOFF + timedelta(hours=30)):
        with pytest.raises(Refused) as said:
            end_meeting(**end, ended_at=KICKOFF + timedelta(hours=24, minutes=1))
        assert said.value.field == "ended_at"
        end_meeting(**end, ended_at=KICKOFF + timedelta(hours=24))


def test_a_meeting_marked_not_held_stops_its_clock_and_names_the_reason(weekly: Meeting, people: People) -> None:
    with clock.at(END + timedelta(minutes=5)):
        end = {"actor": people["周以宁"], "meeting_uid": weekly.uid}
        with pytest.raises(Refused) as said:
            mark_not_held(**end, reason="  ")
        assert said.value.field == "reason"
        mark_not_held(**end, reason="全员出差")
        with pytest.raises(Refused):
            end_meeting(**end)
    weekly.refresh_from_db()
    assert (weekly.state, weekly.reason) == ("not_held", "全员出差")
    assert not [row for row in _clocks(weekly) if row.is_running]


def test_a_meeting_that_decides_to_suspend_the_project_was_held_and_its_minutes_go_out(
    weekly: Meeting, people: People, project: Project
) -> None:
    chair, head = {"actor": people["周以宁"], "meeting_uid": weekly.uid}, project.initiating_dept.head
    with clock.at(KICKOFF + timedelta(minutes=20)):
        write_summary(**chair, seen_version=1, summary="会上决定暂停项目")
        suspend_project(actor=head, project_uid=project.uid, reason="会上决定")
    with clock.at(END + timedelta(minutes=1)):
        plan_meetings()
    assert not _clocks(weekly)[0].is_running
    with clock.at(END + timedelta(hours=1)):
        resume_project(actor=head, project_uid=project.uid, reason="继续")
        assert (_clocks(weekly)[0].due_at, _clocks(weekly)[0].is_running) == (DEADLINE + timedelta(hours=1), True)
        assert publish_minutes(**chair).state == "distributed"


def test_a_meeting_held_before_the_suspension_was_held_though_the_scheduler_comes_late(
    weekly: Meeting, people: People, project: Project
) -> None:
    with clock.at(END + timedelta(minutes=5)):
        suspend_project(actor=project.initiating_dept.head, project_uid=project.uid, reason="供应商停产")
    with clock.at(END + timedelta(minutes=10)):
        plan_meetings()
    weekly.refresh_from_db()
    assert weekly.state == "planned"
    assert not _clocks(weekly)[0].is_running
    with clock.at(END + timedelta(minutes=65)):
        resume_project(actor=project.initiating_dept.head, project_uid=project.uid, reason="继续")
    assert (_clocks(weekly)[0].due_at, _clocks(weekly)[0].is_running) == (DEADLINE + timedelta(hours=1), True)


def test_a_meeting_of_a_project_suspended_before_it_was_not_held(weekly: Meeting, people: People, project: Project) -> None:
    head = project.initiating_dept.head
    with clock.at(KICKOFF - timedelta(hours=2)):
        suspend_project(actor=head, project_uid=project.uid, reason="供应商停产")
    with clock.at(END):
        cancel_project(actor=head, project_uid=project.uid, reason="不再做了")
        plan_meetings()
    weekly.refresh_from_db()
    assert (weekly.state, _clocks(weekly)) == ("not_held", [])


def test_a_meeting_to_come_can_be_moved_and_one_that_is_over_cannot(weekly: Meeting, people: People) -> None:
    later = {"starts_at": KICKOFF + timedelta(hours=2), "ends_at": END + timedelta(hours=2)}
    with clock.at(KICKOFF - timedelta(hours=3)):
        moved = move_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, **later)
        assert moved.starts_at == later["starts_at"]
        with pytest.raises(Refused):
            move_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, **later)
    with clock.at(END + timedelta(hours=3)), pytest.raises(Refused):
        move_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=2, **later)


def test_a_meeting_that_has_begun_stays_where_it_is(client: Client, weekly: Meeting, people: People) -> None:
    """Moved to next week, it would take its 24 hours with it; who calls it off says why it was not held."""
    week = timedelta(days=7)
    client.force_login(people["周以宁"])
    move_it, page = reverse("move_meeting", args=[weekly.uid]), reverse("meeting", args=[weekly.uid])
    with clock.at(KICKOFF - timedelta(minutes=1)):
        assert move_it in client.get(page).content.decode()
    with clock.at(KICKOFF + timedelta(minutes=20)):
        with pytest.raises(Refused) as said:
            move_meeting(
                actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=weekly.version, starts_at=KICKOFF + week,
                ends_at=END + week,
            )  # fmt: skip
        assert said.value.code == "past"
        assert move_it not in client.get(page).content.decode()


def test_attendance_is_one_click_then_the_exceptions(weekly: Meeting, people: People) -> None:
    with clock.at(KICKOFF):
        set_attendance(actor=people["周以宁"], meeting_uid=weekly.uid)
        assert set(weekly.attendees.values_list("present", flat=True)) == {True}
        set_attendance(actor=people["周以宁"], meeting_uid=weekly.uid, absent=[people["许知夏"].uid])
    assert [row.user.name for row in weekly.attendees.filter(present=False)] == ["许知夏"]


def test_a_cooperating_department_adds_topics_for_itself_alone(weekly: Meeting, people: People) -> None:
    own, other = people["沈嘉禾"].department, people["许知夏"].department
    with clock.at(KICKOFF - timedelta(hours=1)):
        add_item(actor=people["沈嘉禾"], meeting_uid=weekly.uid, title="样品测试进度", department=own)
        for department in (other, None):
            with pytest.raises(PermissionDenied):
                add_item(actor=people["沈嘉禾"], meeting_uid=weekly.uid, title="别人的事", department=department)
    assert weekly.agenda.last().title == "样品测试进度"


def _clocks(meeting: Meeting) -> list[Clock]:
    return list(Clock.objects.filter(kind="minutes", object_id=meeting.minutes_versions.get().pk))
