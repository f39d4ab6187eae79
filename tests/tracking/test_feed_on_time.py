"""The on-time rate is counted from the department's own tasks (rule B2)."""

from datetime import date
from decimal import Decimal

import pytest

from common import clock
from common.refusals import Refused
from people.models import Department, User
from projects.models import Kpi, Project
from projects.services.goal import enter_actual
from tests.tracking.build import july, moment, task
from tracking.models import Task
from tracking.services import report_progress, scan_evening


@pytest.fixture
def rate(people: dict[str, User], project: Project) -> Kpi:
    sales = Department.objects.get(name="销售部")
    return Kpi.objects.create(project=project, name="按时交付率", kind="on_time", target=100, unit="%", department=sales)


def _report(people: dict[str, User], row: Task, done: int) -> None:
    row.refresh_from_db()
    report_progress(actor=people["许知夏"], task_uid=row.uid, done=Decimal(done), seen_version=row.version)


def test_it_counts_what_was_finished_by_its_due_date(people: dict[str, User], project: Project, rate: Kpi) -> None:
    punctual = task(people, project, "一", due_on=date(2026, 7, 15))
    late = task(people, project, "二", due_on=date(2026, 7, 15))
    task(people, project, "三", due_on=date(2026, 8, 1))  # not due: does not count
    with clock.at(july(15, 12)):
        _report(people, punctual, 100)
    rate.refresh_from_db()
    assert rate.actual == Decimal(100)
    with clock.at(july(16, 12)):
        _report(people, late, 100)
    rate.refresh_from_db()
    assert rate.actual == Decimal(50)
    assert rate.version == 1
    assert [row.actual for row in rate.history.order_by("history_id")] == [None, Decimal(100), Decimal(50)]


def test_the_evening_counts_what_has_become_late_unreported(people: dict[str, User], project: Project, rate: Kpi) -> None:
    done = task(people, project, "一", due_on=date(2026, 7, 15))
    task(people, project, "二", due_on=date(2026, 7, 15))
    task(people, project, "三", due_on=date(2026, 7, 15))
    with clock.at(july(15, 12)):
        _report(people, done, 100)
    with clock.at(moment(date(2026, 7, 16), 18, 1)):
        scan_evening(project, date(2026, 7, 16))
    rate.refresh_from_db()
    assert rate.actual == Decimal("33.33")


def test_nobody_types_it(people: dict[str, User], project: Project, rate: Kpi) -> None:
    with pytest.raises(Refused) as refusal:
        enter_actual(actor=people["周以宁"], project_uid=project.uid, kpi_uid=rate.uid, seen_version=1, actual=Decimal(100))
    assert refusal.value.field == "actual"
