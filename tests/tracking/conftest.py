"""A project in execution with its departments, as tracking's tests find it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from common import clock
from people.models import Department, User
from projects.models import Clause, Memorandum, Party, Project
from tests.memory import remembered
from tests.tracking.build import july, rollout, say
from tracking.models import Task
from tracking.services import scan_evening

BEGINS = datetime(2026, 4, 17, 4, 0, tzinfo=UTC)  # Friday noon in Shanghai
LIAISONS = {"市场部": "周以宁", "研发部": "沈嘉禾", "生产部": "田牧野", "销售部": "许知夏", "财务部": "孟初晴"}


@remembered
def project_in_execution(people: dict[str, User], **fields: Any) -> Project:
    """The launch in execution, led by 市场部, with five departments, counting calendar days."""
    market = Department.objects.get(name="市场部")
    said = {"code": "NPL", "name": "新品上市", "state": "execution", "progress_basis": "calendar_days"} | fields
    with clock.at(BEGINS):
        project = Project.objects.create(
            initiating_dept=market, lead_dept=market, created_by=people["周以宁"], started_at=clock.now(), **said
        )
        for name, liaison in LIAISONS.items():
            department = Department.objects.get(name=name)
            Party.objects.create(project=project, department=department, head=department.head, liaison=people[liaison])
    return project


@pytest.fixture
def project(people: dict[str, User]) -> Project:
    return project_in_execution(people)


@pytest.fixture
def departments(people: dict[str, User]) -> dict[str, Department]:
    return {row.name: row for row in Department.objects.all()}


@pytest.fixture
def promised(people: dict[str, User], project: Project) -> Task:
    """A task of 销售部 that a clause of the memorandum promises."""
    with clock.at(BEGINS):
        memorandum = Memorandum.objects.create(project=project, number="MOU-1")
        sales = Department.objects.get(name="销售部")
        clause = Clause.objects.create(memorandum=memorandum, number="3.1", department=sales, text="铺货100家门店")
        return Task.objects.create(
            project=project, clause=clause, title="铺货100家门店", department=sales, assignee=people["许知夏"],
            target=100, unit="家", starts_on=date(2026, 7, 12), due_on=date(2026, 8, 1),
        )  # fmt: skip


@pytest.fixture
def rows(people: dict[str, User], project: Project) -> dict[str, Task]:
    """The evening of 20 July: 华北 is at risk."""
    tasks = rollout(people, project)
    for key, done in (("T8a", 14), ("T8b", 10), ("T8c", 12)):
        say(people, tasks[key], Decimal(done), at=july(18 if key != "T8c" else 20))
    with clock.at(july(20, 18)):
        scan_evening(project, date(2026, 7, 20))
    return tasks


@pytest.fixture
def visit(client: Client) -> Callable[..., Any]:
    """Open an address as a person, in the evening of 20 July."""

    def go(person: User, url: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **headers: str) -> Any:
        User.objects.filter(pk=person.pk).update(language="en")
        person.refresh_from_db()
        client.force_login(person)
        said = ({"HX-Request": "true"} if htmx else {}) | {name.replace("_", "-"): value for name, value in headers.items()}
        with clock.at(july(20, 19)):
            return client.get(url, headers=said) if data is None else client.post(url, data, headers=said)

    return go
