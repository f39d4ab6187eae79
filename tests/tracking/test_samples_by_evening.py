"""The three samples, evening by evening through the real scan: all tracking rows, exactly the expected risks."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activity.models import Event
from collab.samples.people import read
from common import clock
from people.models import Department
from projects.models import Party, Project
from tests.tracking.build import People
from tracking.models import Task, TaskFigures
from tracking.services import create_task, report_progress, scan_evening

pytestmark = pytest.mark.django_db


def made(people: People, sample: dict[str, Any], first: date) -> tuple[Project, dict[str, Task]]:
    """The sample's project in execution with its tasks, on the morning before anything happens."""
    departments = {row.name: row for row in Department.objects.all()}
    said = sample["project"]
    with clock.at(clock.local(first, time(7), "Asia/Shanghai")):
        project = Project.objects.create(
            code=said["code"], name=said["name"], state="execution", progress_basis=said["progress_basis"],
            initiating_dept=departments[said["initiating_dept"]], lead_dept=departments[said["lead_dept"]],
            created_by=people["周以宁"], started_at=clock.now(), threshold=100 * said["deviation_threshold_pct"],
        )  # fmt: skip
        for row in sample["departments"]:
            Party.objects.create(
                project=project, department=departments[row["name"]], head=people[row["head"]], liaison=people[row["liaison"]]
            )
        tasks: dict[str, Task] = {}
        for row in sample["tasks"]:
            department = departments[row["dept"]]
            tasks[row["id"]] = create_task(
                actor=project.parties.get(department=department).liaison, project_uid=project.uid,
                parent_uid=tasks[row["parent"]].uid if "parent" in row else None, title=row["name"], department=department,
                assignee=people[row["owner"]], starts_on=row["start"], due_on=row["due"],
                target=Decimal(row["qty"]) if "qty" in row else None, unit=row.get("unit", ""),
            )  # fmt: skip
    return project, tasks


@pytest.mark.parametrize("name", ["new-product-launch", "customer-conference", "complaint-incident"])
def test_figures_and_risks_of_the_sample(people: People, name: str) -> None:
    sample = read(name)
    first, last = min(row["start"] for row in sample["tasks"]), max(row["due"] for row in sample["tasks"])
    project, tasks = made(people, sample, first)
    owners = {row["id"]: people[row["owner"]] for row in sample["tasks"]}
    day = first
    while day <= last + timedelta(3):
        with clock.at(clock.local(day, time(17), "Asia/Shanghai")):
            for key, said in sample["reports"].items():
                if day in said:
                    tasks[key].refresh_from_db()
                    report_progress(
                        actor=owners[key], task_uid=tasks[key].uid, done=Decimal(said[day]), seen_version=tasks[key].version
                    )
        with clock.at(clock.local(day, time(18), "Asia/Shanghai")):
            assert scan_evening(project, day)
            assert scan_evening(project, day) is None
        for row in sample["tracking"]:
            if row["report_date"] == day:
                found = TaskFigures.objects.get(task=tasks[row["task"]])
                written = [round(100 * row[key]) for key in ("planned_pct", "actual_pct", "deviation")]
                assert [found.planned, found.actual, found.deviation] == written
                assert tasks[row["task"]].risks.filter(state="open").exists() == row["risk_item"]
        day += timedelta(1)
    assert spells(tasks) == sample["expected_risks"]


def spells(tasks: dict[str, Task]) -> list[dict[str, Any]]:
    """When each risk was opened and recovered, from the events."""
    names = {risk.pk: key for key, task in tasks.items() for risk in task.risks.all()}
    found = []
    for event in Event.objects.filter(verb__in=["risk.opened", "risk.recovered"]).order_by("id"):
        day = event.at.astimezone(ZoneInfo("Asia/Shanghai")).date()
        if event.verb == "risk.opened":
            found.append({"task": names[event.object_id], "opened": day})
        else:
            next(one for one in found if one["task"] == names[event.object_id] and "recovered" not in one)["recovered"] = day
    return found
