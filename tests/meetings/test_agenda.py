"""The agenda that writes itself (rule D2)."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from meetings.agenda import Word, agenda_of, left_over, parts_of, since_last
from meetings.beat import plan_meetings
from meetings.models import Meeting
from meetings.services import (
    add_action,
    amend_part,
    call_meeting,
    end_meeting,
    lay_agenda,
    mark_not_held,
    publish_minutes,
    write_summary,
)
from people.models import Department, User
from projects.models import Party, Project
from tests import build
from tests.tracking import changing
from tests.tracking.build import moment
from tracking.models import Task, TaskDependency, TaskFigures
from tracking.services import report_progress

People = dict[str, User]


@pytest.fixture
def launch(people: People) -> Project:
    """The launch with its memorandum in force since 14 April, a Tuesday; its meetings exist."""
    return changing.in_force(people)


def weekly_on(project: Project, day: date) -> Meeting:
    """The weekly meeting of a day; a new object, as each request has its own."""
    return Meeting.objects.select_related("project").get(project=project, kind="weekly", series_day=day)


def monday(day: date = date(2026, 4, 20), hour: int = 10, minute: int = 0) -> Any:
    return clock.at(moment(day, hour, minute))


FIRST = date(2026, 4, 20)


def test_before_the_meeting_nothing_is_stored_and_each_department_has_its_part(launch: Project) -> None:
    meeting = weekly_on(launch, FIRST)
    assert not meeting.agenda.exists()
    with monday(hour=9):
        items, parts = agenda_of(meeting), parts_of(meeting)
    assert [item.source for item in items[:5]] == ["part"] * 5
    assert [part.department.name for part in parts] == [party.department.name for party in launch.parties.all()]


def test_when_it_begins_it_is_written_down_once(launch: Project) -> None:
    with monday():
        plan_meetings()
        plan_meetings()
    meeting = weekly_on(launch, FIRST)
    assert meeting.agenda_at == moment(FIRST, 10)
    with monday(hour=11):
        lay_agenda(meeting)
        lay_agenda(weekly_on(launch, FIRST))
    assert meeting.agenda.filter(source="part").count() == 5
    assert weekly_on(launch, FIRST).agenda_at == moment(FIRST, 10)


def test_what_is_written_before_it_begins_leaves_the_agenda_to_the_figures_and_the_liaisons(
    launch: Project, people: People
) -> None:
    meeting = weekly_on(launch, FIRST)
    sales = Department.objects.get(name="销售部")
    with monday(hour=8):
        draft = meeting.minutes_versions.get()
        write_summary(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=draft.version, summary="会前备忘")
        add_action(actor=people["周以宁"], meeting_uid=meeting.uid, text="带样品")
        assert weekly_on(launch, FIRST).agenda_at is None
        amend_part(
            actor=people["许知夏"], meeting_uid=meeting.uid, department_uid=sales.uid, seen_version=0, progress="已铺货 12 家"
        )
    with monday():
        plan_meetings()
    assert weekly_on(launch, FIRST).agenda_at == moment(FIRST, 10)
    (part,) = [item for item in meeting.agenda.all() if item.department == sales and item.source == "part"]
    assert "已铺货 12 家" in str(part.facts)


def test_the_first_line_counts_what_was_kept_broken_and_moved_since_the_last_meeting(launch: Project, people: People) -> None:
    task = changing.task_of(launch, "研发部")
    Task.objects.filter(pk=task.pk).update(due_on=date(2026, 4, 21), starts_on=None)
    with monday():
        plan_meetings()
    second = date(2026, 4, 27)
    with monday(second, 9):
        said = since_last(weekly_on(launch, second))
    assert [row.title for row in said.broken] == [task.title]
    assert (said.kept, said.moved) == ([], [])
    assert said.since == moment(FIRST, 10)
    with monday(second):
        (broken,) = [item for item in agenda_of(weekly_on(launch, second)) if item.source == "broken"]
    assert broken.subject == f"tracking.task:{task.uid}"


def test_a_meeting_that_was_not_held_is_no_last_meeting(launch: Project) -> None:
    first = weekly_on(launch, FIRST)
    with monday(hour=8):
        mark_not_held(actor=None, meeting_uid=first.uid, reason="出差")
    with monday(date(2026, 4, 27), 9):
        assert since_last(weekly_on(launch, date(2026, 4, 27))).since is None


def test_what_does_not_fit_is_left_over(launch: Project) -> None:
    Task.objects.filter(project=launch).update(due_on=date(2026, 4, 16), starts_on=None)
    meeting = weekly_on(launch, FIRST)
    with monday(hour=9):
        items, left = agenda_of(meeting), left_over(meeting)
    assert sum(item.slot for item in items) <= 30
    assert len(items) + len(left) == 5 + Task.objects.filter(project=launch).count()
    assert [item.source for item in items[5:]] == ["broken"] * (len(items) - 5)
    assert timedelta(minutes=30) == meeting.ends_at - meeting.starts_at


def test_four_weeks_in_a_row_a_matter_that_never_fits_says_how_often(launch: Project) -> None:
    """Ten promises are late and nobody waits: the youngest of them never gets its turn."""
    youngest = make_late(launch, 10)[-1]
    days = [FIRST, date(2026, 4, 27), date(2026, 5, 6), date(2026, 5, 11)]
    last = []
    for day in days:
        with monday(day):
            plan_meetings()
        with monday(day, 11):
            meeting = Meeting.objects.get(project=launch, kind="weekly", agenda_at=moment(day, 10))
            last += [matter.carried for matter in left_over(meeting) if matter.subject == f"tracking.task:{youngest.uid}"]
            mark_held(meeting)
    assert last == [0, 1, 2, 3]


def make_late(project: Project, number: int) -> list[Task]:
    """So many promises of the memorandum and tasks with risks, all late since before the first meeting."""
    first = Task.objects.filter(project=project, clause__isnull=False).order_by("pk")[0]
    made = []
    for n in range(number):
        clause = first.clause
        clause.pk, clause.uid, clause.number = None, uuid.uuid4(), f"9.{n}"
        clause.save()
        made.append(
            Task.objects.create(
                project=project, clause=clause, title=f"逾期事项 {n}", department=first.department,
                due_on=date(2026, 4, 16) - timedelta(number - n),
            )
        )  # fmt: skip
    return made


def mark_held(meeting: Meeting) -> None:
    """It was held, and nothing was written on it."""
    meeting.state, meeting.ended_at = "held", meeting.ends_at
    meeting.save(update_fields=["state", "ended_at"])


def test_what_was_talked_about_begins_to_count_anew(launch: Project) -> None:
    task = make_late(launch, 1)[0]
    for day in (FIRST, date(2026, 4, 27)):
        with monday(day):
            plan_meetings()
    meeting = Meeting.objects.get(agenda_at=moment(date(2026, 4, 27), 10), kind="weekly")
    item = meeting.agenda.get(subject=f"tracking.task:{task.uid}")
    assert item.carried == 1
    item.notes = "下周完成"
    item.save(update_fields=["notes"])
    third = Meeting.objects.get(project=launch, kind="weekly", series_day=date(2026, 5, 4))
    with clock.at(third.starts_at - timedelta(hours=1)):
        (again,) = [row for row in agenda_of(third) if row.subject == item.subject]
    assert again.carried == 0


def test_what_more_departments_wait_on_comes_first_then_what_is_older(launch: Project) -> None:
    old, young, awaited = make_late(launch, 3)
    others = Department.objects.filter(parties__project=launch).exclude(pk=awaited.department_id)[:2]
    Task.objects.filter(pk=awaited.pk).update(handed_to=others[0])
    needing = Task.objects.create(project=launch, title="后续", department=others[1], due_on=date(2026, 6, 1))
    TaskDependency.objects.create(task=needing, needs=awaited)
    with monday(hour=9):
        rows = [item for item in agenda_of(weekly_on(launch, FIRST)) if item.source == "broken"]
    assert [item.title for item in rows] == [awaited.title, old.title, young.title]
    assert [item.waits for item in rows] == [2, 0, 0]


def test_equal_matters_stand_in_the_same_order_each_time(launch: Project) -> None:
    made = make_late(launch, 3)
    Task.objects.filter(pk__in=[row.pk for row in made]).update(due_on=date(2026, 4, 10))
    with monday(hour=9):
        first, second = ([item.subject for item in agenda_of(weekly_on(launch, FIRST))] for _n in range(2))
    assert first == second


def test_a_promise_heading_over_the_threshold_is_slipping_and_its_risk_is_not_told_twice(launch: Project) -> None:
    task = changing.task_of(launch, "研发部")
    TaskFigures.objects.filter(task=task).delete()
    TaskFigures.objects.create(task=task, day=FIRST, planned=3000, actual=2300, deviation=700)
    with monday(hour=9):
        (slips,) = [item for item in agenda_of(weekly_on(launch, FIRST)) if item.source == "slipping"]
    assert slips.title == task.title
    TaskFigures.objects.filter(task=task).update(planned=9000, actual=8300, deviation=700)  # so near the end it stays under
    with monday(hour=9):
        assert [item for item in agenda_of(weekly_on(launch, FIRST)) if item.source == "slipping"] == []


def test_when_all_is_kept_the_agenda_is_the_parts_alone(launch: Project, people: People) -> None:
    with monday(hour=9):
        items, said = agenda_of(weekly_on(launch, FIRST)), since_last(weekly_on(launch, FIRST))
    assert {item.source for item in items} == {"part"}
    assert said.is_silent


def test_a_project_without_tasks_has_an_agenda_too(people: People) -> None:
    project = build.prepared(people)
    with monday(hour=9):
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="weekly", title="周例会",
            starts_at=moment(FIRST, 10), ends_at=moment(FIRST, 10, 30),
        )  # fmt: skip
        assert all(part.is_silent for part in parts_of(meeting))
        assert since_last(meeting).since is None


def test_the_agenda_of_a_suspended_project_is_not_written_down(launch: Project) -> None:
    Project.objects.filter(pk=launch.pk).update(hold="suspended")
    with monday():
        plan_meetings()
    assert weekly_on(launch, FIRST).agenda_at is None


def test_last_week_and_this_week_say_their_word_and_the_note_of_the_report(launch: Project, people: People) -> None:
    task = changing.task_of(launch, "研发部")
    done = task.target * Decimal("0.2") if task.target else 20
    with monday(date(2026, 4, 17), 15):
        report_progress(actor=people["沈嘉禾"], task_uid=task.uid, done=done, seen_version=task.version, note="样机已到")
    with monday(hour=9):
        (part,) = [row for row in parts_of(weekly_on(launch, FIRST)) if row.department.name == "研发部"]
    line = next(line for line in part.progress if line.title == task.title)
    assert (line.word, line.note) == (Word.ON_TIME, "样机已到")
    assert task.title in [line.title for line in part.plan]


def test_undone_actions_are_carried_over_and_a_late_one_is_talked_about(launch: Project, people: People) -> None:
    first = weekly_on(launch, FIRST)
    with monday(hour=11):
        end_meeting(actor=people["周以宁"], meeting_uid=first.uid, ended_at=moment(FIRST, 10, 40))
        action = add_action(
            actor=people["周以宁"], meeting_uid=first.uid, text="补签样品单", owner=people["沈嘉禾"], due_on=date(2026, 4, 24)
        )
        publish_minutes(actor=people["周以宁"], meeting_uid=first.uid)
    second = date(2026, 4, 27)
    with monday(second, 9):
        meeting = weekly_on(launch, second)
        (part,) = [row for row in parts_of(meeting) if row.department.name == "研发部"]
        matters = [item.subject for item in agenda_of(meeting)]
    assert [row.text for row in part.undone] == ["补签样品单"]
    assert f"meetings.action:{action.lineage}" in matters


def test_the_minutes_carry_the_first_line_the_parts_and_the_figures(launch: Project, people: People) -> None:
    task = make_late(launch, 12)[0]
    meeting = weekly_on(launch, FIRST)
    with monday(hour=11):
        write_summary(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=1, summary="按计划推进")
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid, ended_at=moment(FIRST, 10, 40))
        content = publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid).content
    assert len(content["since_last"]["broken"]) == 12
    assert [item["source"] for item in content["items"]][:6] == ["part"] * 5 + ["broken"]
    assert content["items"][5]["title"] == task.title
    assert content["items"][5]["facts"]["due_on"] == task.due_on.isoformat()
    assert content["left"][0]["carried"] == 1


@pytest.mark.parametrize(("kind", "day"), [("weekly", FIRST), ("monthly_review", date(2026, 4, 30))])
def test_the_page_asks_the_database_little_whatever_there_is(
    launch: Project, people: People, client: Client, kind: str, day: date
) -> None:
    """Twelve departments, a thousand tasks, a promise that is late, an earlier meeting."""
    make_late(launch, 3)
    _fill(launch, people, 1000)
    with monday(date(2026, 4, 20)):
        plan_meetings()
    meeting = Meeting.objects.filter(project=launch, kind=kind, agenda_at=None, starts_at__gte=moment(day, 0)).order_by(
        "starts_at"
    )[0]
    client.force_login(people["周以宁"])
    for url in (reverse("meeting", args=[meeting.uid]), reverse("agenda", args=[meeting.uid])):
        with clock.at(meeting.starts_at - timedelta(hours=1)):
            said = {"HX-Request": "true"} if "agenda" in url else {}
            client.get(url, headers=said)
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(url, headers=said)
        assert answer.status_code == 200
        assert len(asked) <= 15, [row["sql"][:90] for row in asked.captured_queries]


def _fill(project: Project, people: People, number: int) -> None:
    """Departments up to twelve, and tasks of all of them with figures."""
    known = list(Department.objects.filter(parties__project=project))
    for n in range(12 - len(known)):
        department = Department.objects.create(name=f"部门{n}", head=people["林书瑶"])
        Party.objects.create(project=project, department=department, head=people["林书瑶"])
        known.append(department)
    at = moment(date(2026, 4, 21), 9)
    rows = Task.objects.bulk_create(
        Task(
            project=project, title=f"任务{n}", department=known[n % len(known)], starts_on=date(2026, 4, 17),
            due_on=date(2026, 5, 20), reported_at=at, done=10, state="in_progress",
        )
        for n in range(number)
    )  # fmt: skip
    TaskFigures.objects.bulk_create(
        TaskFigures(task=row, day=date(2026, 4, 21), planned=1500, actual=1000, deviation=500) for row in rows
    )
