"""A department's own part: amended until the start, asked by the report template, copied as the weekly report (rules C3, D2)."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from common.refusals import Conflict, Refused, Unseen
from meetings.agenda import parts_of
from meetings.agenda.asks import asked_by, split_answers
from meetings.beat import plan_meetings
from meetings.models import Meeting
from meetings.services import amend_part
from people.models import Department, User
from projects.models import CommunicationRule, Project
from tests.meetings.test_agenda import FIRST, monday, weekly_on
from tests.tracking import changing

People = dict[str, User]


@pytest.fixture
def launch(people: People) -> Project:
    return changing.in_force(people)


@pytest.fixture
def meeting(launch: Project) -> Meeting:
    """The first weekly meeting, an hour before it."""
    return weekly_on(launch, FIRST)


@pytest.fixture
def sales(launch: Project) -> Department:
    return Department.objects.get(name="销售部")


def amend(people: People, meeting: Meeting, by: str, *, version: int | None = 0, department: str = "销售部", **said: str) -> Any:
    uid = Department.objects.get(name=department).uid
    return amend_part(actor=people[by], meeting_uid=meeting.uid, department_uid=uid, seen_version=version, **said)


def part_of(meeting: Meeting, name: str) -> Any:
    fresh = Meeting.objects.select_related("project").get(pk=meeting.pk)
    return next(part for part in parts_of(fresh) if part.department.name == name)


def test_the_liaison_amends_the_own_part_and_what_is_empty_follows_the_figures(meeting: Meeting, people: People) -> None:
    with monday(hour=9):
        amend(people, meeting, "许知夏", matters="仓库周三盘点")
        part = part_of(meeting, "销售部")
    assert (part.matters, part.progress_text, part.plan_text) == ("仓库周三盘点", "", "")


def test_each_speaks_for_the_own_department_the_lead_for_all(meeting: Meeting, people: People) -> None:
    with monday(hour=9):
        amend(people, meeting, "周以宁", matters="主持人补充")
        for name in ("沈嘉禾", "米小禾", "钟鉴明"):
            with pytest.raises(PermissionDenied):
                amend(people, meeting, name, version=1, matters="x")


def test_once_it_has_begun_the_part_stays_and_the_refusal_says_what_to_do(meeting: Meeting, people: People) -> None:
    with monday(hour=10), pytest.raises(Refused, match="会议已经开始"):
        amend(people, meeting, "许知夏", matters="晚了")
    with monday(hour=9):
        amend(people, meeting, "许知夏", matters="仓库周三盘点")
    with monday(hour=10):
        plan_meetings()
        assert part_of(meeting, "销售部").matters == "仓库周三盘点"
    with monday(hour=12):
        assert part_of(meeting, "销售部").matters == "仓库周三盘点"


def test_two_who_amend_at_once_see_both_texts(meeting: Meeting, people: People) -> None:
    with monday(hour=9):
        amend(people, meeting, "许知夏", matters="仓库周三盘点")
        with pytest.raises(Conflict) as said:
            amend(people, meeting, "周以宁", matters="门店开业晚一天")
        assert (said.value.theirs["matters"], said.value.mine["matters"]) == ("仓库周三盘点", "门店开业晚一天")
        with pytest.raises(Unseen):
            amend(people, meeting, "许知夏", version=None, matters="x")
        assert amend(people, meeting, "周以宁", version=1, matters="门店开业晚一天").version == 2


def test_the_form_leaves_what_was_not_touched_to_the_figures(
    client: Client, meeting: Meeting, people: People, sales: Department
) -> None:
    url = reverse("agenda_part", args=[meeting.uid, sales.uid])
    client.force_login(people["许知夏"])
    with monday(hour=9):
        form = client.get(url).context["form"]
        said = {field.html_name: field.value() if field.value() is not None else "" for field in form}
        said[form["matters"].html_name] = "仓库周三盘点"
        answer = client.post(url, said)
        assert answer.status_code == 302
        row = part_of(meeting, "销售部").row
        assert (row.progress, row.plan, row.matters) == ("", "", "仓库周三盘点")
        stale = client.post(url, said | {form["matters"].html_name: "又一句"})
    assert stale.status_code == 412
    assert "仓库周三盘点" in stale.content.decode()
    assert "又一句" in stale.content.decode()
    with monday(hour=9):
        assert client.post(url, {form["matters"].html_name: "又一句"}).status_code == 428


def test_the_report_template_names_the_fields_and_asks_its_own_points(
    client: Client, launch: Project, meeting: Meeting, people: People, sales: Department
) -> None:
    CommunicationRule.objects.filter(project=launch).update(template="本周完成、下周计划、预算使用、需要的支持")
    client.force_login(people["许知夏"])
    url = reverse("agenda_part", args=[meeting.uid, sales.uid])
    with monday(hour=9):
        form = client.get(url).context["form"]
        assert [str(field.label) for field in form.shown_fields] == ["本周完成", "下周计划", "预算使用", "需要的支持"]
        said = {field.html_name: field.value() if field.value() is not None else "" for field in form}
        client.post(url, said | {form["point0"].html_name: "已用 30%"})
        assert part_of(meeting, "销售部").matters == "预算使用: 已用 30%"
        assert client.get(url).context["form"]["point0"].value() == "已用 30%"


def test_what_was_answered_to_a_point_is_found_again() -> None:
    points = asked_by("上周进展、风险、预算").points
    assert points == ["风险", "预算"]
    assert split_answers("先说一句\n风险: 无\n预算: 够", points) == ("先说一句", {"风险": "无", "预算": "够"})


def test_the_own_part_stands_first_and_can_be_copied_as_the_weekly_report(
    client: Client, meeting: Meeting, people: People
) -> None:
    client.force_login(people["许知夏"])
    with monday(hour=9):
        amend(people, meeting, "许知夏", matters="仓库周三盘点")
        answer = client.get(reverse("agenda", args=[meeting.uid]), headers={"HX-Request": "true"})
    (own,) = answer.context["own"]
    assert own.part.department.name == "销售部"
    assert own.may_amend
    assert "仓库周三盘点" in own.text
    assert "销售部" in own.text
    assert len(answer.context["others"]) == 4


def test_actions_are_shown_only_to_who_reads_minutes(client: Client, meeting: Meeting, people: People) -> None:
    assert meeting.starts_at.date() == date(2026, 4, 20)
    client.force_login(people["米小禾"])  # another member of the initiating department: sees the meeting, reads no minutes
    with monday(hour=9):
        answer = client.get(reverse("agenda", args=[meeting.uid]), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert all(not shown.part.undone for shown in answer.context["others"])
