"""The agenda of the monthly review (rule D2): key results, how the deviation went, and next month's plan."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from meetings.agenda import agenda_of
from meetings.beat import plan_meetings
from meetings.models import Meeting
from people.models import User
from projects.models import Kpi, Project
from tests.tracking import changing
from tests.tracking.build import moment
from tracking.models import Task, TaskFigures
from tracking.services import scan_evening

People = dict[str, User]
DAY = date(2026, 4, 30)


@pytest.fixture
def launch(people: People) -> Project:
    return changing.in_force(people)


@pytest.fixture
def review(launch: Project) -> Meeting:
    return Meeting.objects.select_related("project").get(project=launch, kind="monthly_review", series_day=DAY)


def shown(meeting: Meeting, shows: str) -> dict[str, Any]:
    with clock.at(moment(DAY, 9)):
        facts: dict[str, Any] = next(item.facts for item in agenda_of(meeting) if item.shows == shows)
    return facts


def test_key_results_stand_with_target_and_actual(launch: Project, review: Meeting) -> None:
    row = Kpi.objects.filter(project=launch, kind="number")[0]
    row.actual = 42
    row.save(update_fields=["actual"])
    assert [kpi["actual"] for kpi in shown(review, "goal")["kpis"] if kpi["name"] == row.name] == ["42"]


def test_the_deviation_of_the_evenings_is_told_from_the_scans(launch: Project, review: Meeting) -> None:
    for day in (date(2026, 4, 27), date(2026, 4, 28)):
        with clock.at(moment(day, 18, 30)):
            scan_evening(launch, day)
    evenings = shown(review, "trend")["evenings"]
    assert [row["day"] for row in evenings] == ["2026-04-27", "2026-04-28"]
    assert all(row["deviation"] == row["planned"] - row["actual"] for row in evenings)


def test_a_promise_that_slips_is_proposed_with_the_day_at_which_it_would_end(
    launch: Project, review: Meeting, people: People, client: Client
) -> None:
    task = changing.task_of(launch, "研发部")
    Task.objects.filter(pk=task.pk).update(starts_on=date(2026, 4, 15), due_on=date(2026, 5, 15))
    TaskFigures.objects.filter(task=task).delete()
    TaskFigures.objects.create(task=task, day=date(2026, 4, 29), planned=5000, actual=2500, deviation=2500)
    (row,) = [row for row in shown(review, "next_month")["changes"] if row["uid"] == str(task.uid)]
    assert row["likely_on"] == "2026-06-15"  # a quarter in fifteen days; 14 June is a Sunday
    client.force_login(people["林书瑶"])
    with clock.at(moment(DAY, 9)):
        page = client.get(reverse("agenda", args=[review.uid]), headers={"HX-Request": "true"}).content.decode()
    assert f"{reverse('request_change', args=[launch.uid])}?task={task.uid}&amp;due=2026-06-15" in page


def test_it_is_written_down_when_the_review_begins(launch: Project, review: Meeting) -> None:
    with clock.at(moment(DAY, 10)):
        plan_meetings()
    review.refresh_from_db()
    assert [item.shows for item in review.agenda.filter(source="standing")] == ["goal", "trend", "next_month"]
    assert review.agenda.get(shows="goal").facts["kpis"]
