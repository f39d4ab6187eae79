"""The SQL of the scan says what the definition says, on random trees."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from common import clock
from people.models import Department, User
from projects.models import Project
from tracking import scan_sql
from tracking.figures import computing, evening_of, tree_items
from tracking.models import PlannedStep, Report, Task

pytestmark = pytest.mark.django_db
FIRST = date(2026, 9, 14)  # the weeks around the National Day, with its make-up Saturdays


def plant(
    project: Project,
    department: Department,
    dice: random.Random,
    parent: Task | None = None,
    depth: int = 0,
    *,
    steps: bool = False,
) -> None:
    """A random tree: with and without dates, targets, weights; leaves done in part, or more than all; some cancelled."""
    for _number in range(dice.randint(1, 4)):
        start = FIRST + timedelta(dice.randint(0, 25))
        due = start + timedelta(dice.choice([0, 0, 1, 2, 5, 9, 17, 30]))
        target = Decimal(dice.randint(1, 90_000)) / 100 if dice.random() < 0.5 else None
        task = Task.objects.create(
            project=project,
            department=department,
            title="x",
            parent=parent,
            root_id=(parent.root_id or parent.pk) if parent else None,
            level=depth,
            starts_on=start if dice.random() < 0.9 else None,
            due_on=due if dice.random() < 0.9 else None,
            target=target,
            unit=dice.choice(["家", "家", "台"]) if target is not None else "",
            weight=dice.choice([None, 0, 1, 3, 7]) if dice.random() < 0.6 else None,
            done=(Decimal(dice.randint(0, 13_000)) / 10_000 * (target or 100)).quantize(Decimal("0.01")),
            state="cancelled" if dice.random() < 0.1 else "in_progress",
            reported_at=datetime(2026, 9, 1, tzinfo=UTC),
            created_at=datetime(2026, 9, 1, tzinfo=UTC),
        )
        if steps and task.starts_on and task.due_on and dice.random() < 0.7:
            days = sorted({task.starts_on + timedelta(dice.randint(-2, 32)) for _ in range(dice.randint(1, 4))})
            shares = sorted(dice.randint(0, 10_000) for _ in days)
            PlannedStep.objects.bulk_create(  # no history is needed here
                PlannedStep(task=task, day=day, planned=share) for day, share in zip(days, shares, strict=True)
            )
        if depth < 4 and dice.random() < 0.5:
            plant(project, department, dice, task, depth + 1, steps=steps)


@pytest.mark.parametrize("basis", ["workdays", "calendar_days"])
@pytest.mark.parametrize("steps", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_sql_and_definition_agree_on_random_trees(project: Project, seed: int, basis: str, steps: bool) -> None:
    project.progress_basis = basis
    dice = random.Random(seed)
    plant(project, project.lead_dept, dice, steps=steps)
    plant(project, project.lead_dept, dice, steps=steps)
    days = [FIRST + timedelta(dice.randint(-2, 60)) for _ in range(6)]
    at = computing(project, tree_items(project), days)
    for day in days:
        assert scan_sql.all_figures(project, day, evening_of(project, day)) == at(day)


def test_sql_counts_what_was_said_by_that_evening(project: Project, people: dict[str, User]) -> None:
    day = date(2026, 7, 20)
    evening = evening_of(project, day)
    with clock.at(evening - timedelta(30)):
        task = Task.objects.create(
            project=project, department=project.lead_dept, title="x", starts_on=date(2026, 7, 12), due_on=date(2026, 8, 1),
            target=45, unit="家", done=16, state="in_progress", reported_at=evening + timedelta(hours=1),
        )  # fmt: skip
    for version, (done, apart) in enumerate([(8, -3), (12, 0), (16, 1)], 2):
        Report.objects.create(
            task=task, reporter=people["周以宁"], done=done, before=0, task_version=version, at=evening + timedelta(hours=apart)
        )
    assert scan_sql.all_figures(project, day, evening)[task.pk] == (4000, 2667)
    assert scan_sql.all_figures(project, day, evening - timedelta(seconds=1))[task.pk] == (4000, 1778)
    assert scan_sql.all_figures(project, day, evening - timedelta(hours=9))[task.pk] == (4000, 0)
    assert scan_sql.all_figures(project, day, evening - timedelta(31)) == {}


def test_no_tasks_no_figures(project: Project) -> None:
    assert scan_sql.all_figures(project, FIRST, evening_of(project, FIRST)) == {}
