"""The launch as loaded: nothing dated in the future, the story of the file, and the present of whoever loads it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from activity.models import Clock
from collab.samples.people import PASSWORD
from collab.samples.shift import ZONE
from common import clock
from documents.models import Document, Signature
from meetings.models import Meeting, Minutes
from people.models import User
from projects.models import Clause, Memorandum, Project
from tests.samples.moments import assert_nothing_lies_behind, stored_moments
from tracking.models import Issue, Risk, Task, TaskFigures

EVENING = clock.local(date(2026, 7, 20), time(18), ZONE)
STARTED = datetime.now(UTC)


@pytest.fixture(scope="module", autouse=True)
def said(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The launch is loaded once for the tests of this file, none of which writes; gives what the command printed."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = StringIO()
        call_command("load_samples", "--no-shift", "--until", "2026-07-20", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


def test_as_written_until_20_july_everything_stored_lies_before_that_evening() -> None:
    found = stored_moments()
    assert sum(len(moments) for moments in found.values()) > 2000
    assert_nothing_lies_behind(EVENING)
    present = {key for key, moments in found.items() if any(moment >= STARTED - timedelta(1) for moment in moments)}
    assert present == set()


def test_as_written_until_20_july_the_stores_of_the_north_deviate_by_13_33() -> None:
    task = Task.objects.get(title="华北区铺货")
    row = TaskFigures.objects.get(task=task)
    assert (row.planned, row.actual, row.deviation) == (4000, 2667, 1333)
    risk = Risk.objects.get(task=task)
    assert (risk.state, risk.planned, risk.actual, risk.deviation) == ("open", 4000, 2667, 1333)
    assert risk.opened_at == clock.local(date(2026, 7, 18), time(18), ZONE)
    assert (risk.cause, risk.measure) == ("resource_shortage", "抽调华东2名业务代表支援10天")
    whole = TaskFigures.objects.get(task=task.parent)
    assert (whole.planned, whole.actual, whole.deviation) == (4000, 3600, 400)


def test_the_project_is_in_execution_by_a_memorandum_that_five_heads_signed_on_17_april() -> None:
    project = Project.objects.get()
    assert (project.state, project.is_sample, project.code) == ("execution", True, "NPL-2026-01")
    assert not project.gaps.exists()
    memorandum = Memorandum.objects.get()
    assert memorandum.state == "in_force"
    assert memorandum.in_force_at.astimezone(ZoneInfo(ZONE)).date() == date(2026, 4, 17)
    signatures = Signature.objects.filter(slot__document=memorandum.document)
    assert {row.signer.name for row in signatures} == {"林书瑶", "顾承泽", "贺立川", "蒋明远", "宋清越"}
    assert {row.method for row in signatures} == {"replayed"}
    assert Clause.objects.count() == 9
    assert Task.objects.filter(clause__isnull=False, confirmed_at__isnull=False).count() == 9
    assert Task.objects.filter(parent__isnull=False).count() == 6
    assert all(task.assignee for task in Task.objects.select_related("assignee"))


def test_kickoff_minutes_are_signed_by_the_heads_and_filed() -> None:
    minutes = Minutes.objects.get(meeting__kind="kickoff")
    assert minutes.state == "archived"
    assert minutes.distributed_at == clock.local(date(2026, 4, 15), time(10, 20), ZONE)
    assert minutes.archived_at == clock.local(date(2026, 4, 15), time(17), ZONE)
    assert minutes.document.state == Document.State.COMPLETE
    assert minutes.document.completed_at < minutes.archived_at
    assert not minutes.readers.filter(confirmed_at__isnull=True).exists()


def test_minutes_of_past_meetings_went_out_in_time_but_for_one_whose_clock_runs() -> None:
    running = Clock.objects.filter(kind="minutes", stopped_at__isnull=True)
    minutes = Minutes.objects.select_related("meeting").get(pk=running.get().object_id)
    assert "华北铺货" in minutes.meeting.title
    assert minutes.state == "draft"
    assert minutes.meeting.ended_at == EVENING - timedelta(hours=2)
    assert running.get().due_at == EVENING + timedelta(hours=22)
    assert not Clock.objects.filter(breached_at__isnull=False).exists()
    past = Minutes.objects.filter(meeting__ends_at__lt=EVENING, meeting__state="held").exclude(pk=minutes.pk)
    assert past.count() > 15
    assert {row.state for row in past} == {"archived"}
    assert not Meeting.objects.filter(ends_at__lt=EVENING, state="planned").exists()


def test_the_weekly_meeting_follows_its_rule_past_the_holiday() -> None:
    weekly = Meeting.objects.filter(kind="weekly", starts_at__lt=EVENING)
    days = [row.starts_at.astimezone(ZoneInfo(ZONE)).date() for row in weekly]
    assert days[:4] == [date(2026, 4, 20), date(2026, 4, 27), date(2026, 5, 6), date(2026, 5, 11)]
    assert len(days) == 14
    assert Meeting.objects.filter(kind="weekly", starts_at__gt=EVENING).exists()


def test_the_command_names_the_accounts_and_what_it_passes_over(said: str) -> None:
    assert PASSWORD in said
    assert "guoyanqiu" in said
    assert "R1 核心供应商破产" in said
    assert "C1 简化非核心推广功能" in said
    assert User.objects.get(username="guoyanqiu").check_password(PASSWORD)


def test_the_raw_material_was_solved_in_time_by_a_coordination_meeting_whose_minutes_carry_the_solution() -> None:
    issue = Issue.objects.get(title="供应链断裂导致原材料延期")
    running = Clock.objects.get(kind="solution", object_id=issue.pk)
    assert (issue.state, running.breached_at) == ("solved", None)
    assert issue.raised_at == clock.local(date(2026, 7, 2), time(14, 30), ZONE)
    assert running.due_at == clock.local(date(2026, 7, 3), time(14, 30), ZONE)
    assert running.stopped_at == issue.solved_at == clock.local(date(2026, 7, 3), time(11, 20), ZONE)
    assert [party.department.name for party in issue.concerned.all()] == ["生产部", "财务部", "市场部"]
    measures = list(issue.measures.values_list("text", "department__name", "task__state", "quantity"))
    assert measures == [("启用替代料", "生产部", "done", None), ("加急空运800件", "生产部", "done", 800)]
    meeting = Meeting.objects.get(issue=issue)
    assert (meeting.kind, meeting.chair.name, meeting.starts_at) == (
        "coordination", "周以宁", clock.local(date(2026, 7, 2), time(16), ZONE),
    )  # fmt: skip
    minutes = meeting.minutes_versions.get()
    assert minutes.distributed_at is not None
    assert minutes.distributed_at < meeting.ends_at + timedelta(hours=24)
    assert minutes.resolutions.get().text == issue.solution


def test_the_conflict_about_the_campaign_functions_was_settled_within_a_day() -> None:
    issue = Issue.objects.get(kind="requirement_conflict")
    assert (issue.raised_by.name, issue.solution) == ("沈嘉禾", "推广功能拆为核心与非核心,非核心移到上市后")
    assert issue.solved_at is not None
    assert issue.solved_at - issue.raised_at < timedelta(hours=24)
    assert not Clock.objects.filter(kind="solution", breached_at__isnull=False).exists()


def test_the_weekly_meeting_of_the_holiday_is_called_off_with_its_reason_and_no_clock_runs() -> None:
    meeting = Meeting.objects.get(kind="weekly", series_day=date(2026, 5, 4))
    assert (meeting.state, meeting.reason) == ("not_held", "劳动节假期")
    assert not Clock.objects.filter(kind="minutes", object_id__in=meeting.minutes_versions.values("pk")).exists()
    others = Meeting.objects.filter(kind="weekly", ends_at__lt=EVENING).exclude(pk=meeting.pk)
    assert set(others.values_list("state", flat=True)) == {"held"}


def test_minutes_say_on_each_topic_what_was_said() -> None:
    meeting = Meeting.objects.get(kind="coordination")
    assert meeting.agenda.exclude(notes="").count() == 4
    assert "加急空运800件（生产部，7月13日前）" in meeting.agenda.last().notes
