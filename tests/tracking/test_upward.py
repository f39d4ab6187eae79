"""A report figures its branch alone; what is kept is what the definition says of the whole tree."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from common import clock
from projects.models import Project
from tests.tracking.build import People, july, moment, say, task
from tests.tracking.test_scan_sql import FIRST, plant
from tracking.figures import computing, last_evening, tree_items
from tracking.models import Report, Risk, Task, TaskFigures
from tracking.services import edit_task, report_progress, scan_evening

pytestmark = pytest.mark.django_db


def kept(project: Project) -> dict[int, tuple[int, int]]:
    rows = TaskFigures.objects.filter(task__project=project).values_list("task_id", "planned", "actual")
    return {key: (planned, actual) for key, planned, actual in rows}


def defined(project: Project) -> dict[int, tuple[int, int]]:
    day = last_evening(project)
    return {key: tuple(found) for key, found in computing(project, tree_items(project), [day])(day).items()}  # type: ignore[misc]


@pytest.mark.parametrize("scanned", [True, False])
@pytest.mark.parametrize("basis", ["workdays", "calendar_days"])
@pytest.mark.parametrize("seed", range(4))
def test_what_reports_keep_is_what_the_definition_says(
    people: People, project: Project, seed: int, basis: str, scanned: bool
) -> None:
    Project.objects.filter(pk=project.pk).update(progress_basis=basis)
    project.refresh_from_db()
    dice = random.Random(seed)
    for _tree in range(2):
        plant(project, project.lead_dept, dice, steps=seed % 2 == 1)
    day = FIRST + timedelta(dice.randint(0, 20))
    with clock.at(moment(day, 18)):
        if scanned:
            scan_evening(project, day)
    leaves = [row for row in Task.objects.filter(project=project).exclude(state="cancelled") if not row.children.exists()]
    with clock.at(moment(day + timedelta(1), 9 if seed < 3 else 19)):
        for row in dice.sample(leaves, min(6, len(leaves))):
            done = (Decimal(dice.randint(0, 10_000)) / 10_000 * (row.target or 100)).quantize(Decimal("0.01"))
            report_progress(
                actor=people["周以宁"], task_uid=row.uid, done=done, seen_version=row.version, confirm=True, reason="x"
            )
            found = kept(project)
            assert {key: figures for key, figures in defined(project).items() if key in found} == found
    assert Report.objects.exists() == bool(leaves)


def test_editing_a_weight_moves_what_is_kept(people: People, project: Project) -> None:
    whole = task(people, project)
    a, b = (task(people, project, name, parent=whole, weight=1) for name in "ab")
    say(people, a, Decimal(80), at=july(20))
    with clock.at(july(20, 19)):
        edit_task(actor=people["许知夏"], task_uid=b.uid, seen_version=b.version, weight=3)
        assert kept(project) == defined(project)
    assert whole.figures.actual == 2000


def test_an_open_risk_of_a_whole_recovers_on_todays_plan(people: People, project: Project) -> None:
    """Before 18:00 the parts beside the branch are figured for today as well, where a risk could recover by it."""
    whole = task(people, project, starts_on=date(2026, 7, 10), due_on=date(2026, 7, 20))
    a, b = (task(people, project, name, parent=whole, starts_on=date(2026, 7, 10), due_on=date(2026, 7, 20)) for name in "ab")
    say(people, a, Decimal(40), at=july(14))
    say(people, b, Decimal(40), at=july(14))
    with clock.at(july(16, 18)):
        scan_evening(project, date(2026, 7, 16))  # 60 planned: all three are late
    assert Risk.objects.filter(state="open").count() == 3
    say(people, a, Decimal(70), at=july(17, 9))  # the whole: 55 of 60 yesterday, of 70 today
    assert Risk.objects.get(task=whole).state == "open"
    say(people, b, Decimal(50), at=july(17, 10))  # 60 of 70
    assert Risk.objects.get(task=whole).state == "monitoring"


@pytest.mark.parametrize("number", [3, 60])
@pytest.mark.parametrize("scanned", [True, False])
def test_a_report_costs_the_same_whatever_the_number_of_tasks(
    people: People, project: Project, number: int, scanned: bool, django_assert_max_num_queries: Any
) -> None:
    whole = task(people, project)
    first = task(people, project, parent=whole)
    copies = [
        Task(
            project=project, department=whole.department, title=f"{n}", parent=whole, root=whole, level=1, created_at=july(1),
            starts_on=whole.starts_on, due_on=whole.due_on,
        )
        for n in range(number)
    ]  # fmt: skip
    Task.objects.bulk_create(copies)
    if scanned:
        with clock.at(july(12, 18)):
            scan_evening(project, date(2026, 7, 12))
    with django_assert_max_num_queries(23 if scanned else 25):
        say(people, first, Decimal(20), at=july(13, 9))
    with django_assert_max_num_queries(25):
        say(people, first, Decimal(100), at=july(13, 10), by="周以宁")


def test_a_report_that_opens_risks_up_the_branch_stays_within_its_budget(
    people: People, project: Project, django_assert_max_num_queries: Any
) -> None:
    top = task(people, project)
    whole = task(people, project, parent=top)
    part = task(people, project, parent=whole)
    say(people, part, Decimal(90), at=july(14))
    with clock.at(july(19, 18)):
        scan_evening(project, date(2026, 7, 19))
    part.refresh_from_db()
    with clock.at(july(20, 9)), django_assert_max_num_queries(25):
        report_progress(actor=people["周以宁"], task_uid=part.uid, done=Decimal(5), seen_version=part.version, reason="返工")
    assert Risk.objects.filter(state="open").count() == 3
