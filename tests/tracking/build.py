"""Tasks for tests, made through the services."""

from datetime import UTC, date, datetime
from typing import Any

from common import clock
from people.models import Department, User
from projects.models import Project
from tests.memory import remembered
from tracking.models import Task
from tracking.services import create_task, report_progress

People = dict[str, User]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by Shanghai's clock."""
    return datetime(day.year, day.month, day.day, hour - 8 if hour >= 8 else hour, minute, tzinfo=UTC)


def july(day: int, hour: int = 17, minute: int = 0) -> datetime:
    return moment(date(2026, 7, day), hour, minute)


def task(people: People, project: Project, title: str = "铺货100家门店", *, parent: Task | None = None, **fields: Any) -> Task:
    """A task of 销售部 from 12 July to 1 August, made by its liaison on 1 July."""
    said = {
        "title": title,
        "department": Department.objects.get(name="销售部"),
        "assignee": people["许知夏"],
        "starts_on": date(2026, 7, 12),
        "due_on": date(2026, 8, 1),
        "deliverable": "上架照片与签收单",
        "standard": "首批到货齐全",
    } | fields
    with clock.at(july(1, 10)):
        return create_task(actor=people["许知夏"], project_uid=project.uid, parent_uid=parent.uid if parent else None, **said)


def quantified(people: People, project: Project, target: int = 45, unit: str = "家", **fields: Any) -> Task:
    return task(people, project, target=target, unit=unit, **fields)


@remembered
def rollout(people: People, project: Project) -> dict[str, Task]:
    """铺货100家门店 = 30 + 25 + 45, one region each."""
    whole = quantified(people, project, 100)
    rows = {"T8": whole}
    for key, name, target, who in (("T8a", "华东", 30, "程子昂"), ("T8b", "华南", 25, "黎思齐"), ("T8c", "华北", 45, "郭砚秋")):
        rows[key] = quantified(people, project, target, title=f"{name}区铺货", parent=whole, assignee=people[who])
    return rows


def say(people: People, row: Task, done: Any, *, at: datetime, by: str = "许知夏", **more: Any) -> Task:
    """Report a new total at a moment."""
    row.refresh_from_db()
    with clock.at(at):
        report_progress(actor=people[by], task_uid=row.uid, done=done, seen_version=row.version, **more)
    row.refresh_from_db()
    return row


def words(answer: Any) -> str:
    """An answer as text, with single spaces."""
    return " ".join(answer.content.decode().split())
