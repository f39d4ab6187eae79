"""The plan on a task's page: checklist and ticks, dependencies with the cycle named, steps as typed; stale saves show both."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from people.models import User
from projects.models import Project
from tests.tracking.build import People, july, quantified, rollout, task, words
from tracking.models import Task
from tracking.pieces import Ground
from tracking.steps import read_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client: Client, people: People) -> Callable[..., Any]:
    """Open an address as a person (许知夏 unless said), on the morning of 2 July, in English."""

    def go(name: str, row: Any, data: dict[str, Any] | None = None, *, by: str = "许知夏", query: str = "") -> Any:
        person = people[by]
        User.objects.filter(pk=person.pk).update(language="en")
        person.refresh_from_db()
        client.force_login(person)
        url = reverse(name, args=[row.uid]) + query
        with clock.at(july(2, 10)):
            headers = {"HX-Request": "true"}
            return client.get(url, headers=headers) if data is None else client.post(url, data, headers=headers)

    return go


def test_the_checklist_is_written_and_ticked(people: People, project: Project, visit: Any) -> None:
    row = task(people, project)
    assert 'name="points"' in words(visit("task_plan", row, query="?edit=checklist"))
    said = {"seen_version": row.version, "points": "照片齐全\n\n 签收单盖章 "}
    page = words(visit("save_checklist", row, said))
    for shown in ("照片齐全", "签收单盖章", "0 / 2"):
        assert shown in page
    point = row.checklist.first()
    ticked = words(visit("tick_point", point, {"seen_version": point.version, "done": "1"}))
    assert 'aria-checked="true"' in ticked
    assert "1 / 2" in ticked
    stale = visit("save_checklist", row, said | {"points": "照片\n盖章"})
    assert stale.status_code == 412
    for shown in ("许知夏", "照片齐全；签收单盖章", "照片 盖章"):
        assert shown in words(stale)
    again = {"seen_version": Task.objects.get(pk=row.pk).version, "points": "照片\n" + "长" * 201}
    assert visit("save_checklist", row, again).status_code == 422
    assert visit("save_checklist", row, again, by="沈嘉禾").status_code == 403


def test_steps_are_read_as_typed(people: People, project: Project, visit: Any) -> None:
    row = task(people, project)
    said = {"seen_version": row.version, "text": "7月20日前 40%，7月25日 ８０％"}
    page = words(visit("save_steps", row, said))
    assert "40.00%" in page
    assert list(row.steps.values_list("day", "planned")) == [(date(2026, 7, 20), 4000), (date(2026, 7, 25), 8000)]
    form = words(visit("task_plan", row, query="?edit=steps"))
    assert "20 Jul 40% 25 Jul 80%" in form
    row.refresh_from_db()
    for text, told in (("7月20日 很多", "很多"), ("7月32日 40%", "7月32日"), ("9月1日 40%", "2026-09-01")):
        wrong = visit("save_steps", row, {"seen_version": row.version, "text": text})
        assert wrong.status_code == 422
        assert told in words(wrong)
        assert text in words(wrong)
    stale = visit("save_steps", row, said | {"text": "7月21日 50%"})
    assert stale.status_code == 412
    assert "20 Jul 40%；25 Jul 80%" in words(stale)
    assert "7月21日 50%" in words(stale)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("7月20日前 40%", [(20, "40")]),
        ("7月20日前40%、7月25日 80.5%", [(20, "40"), (25, "80.5")]),
        ("40% by 20 July; 80 % by 25 July", [(20, "40"), (25, "80")]),
        ("7月25日 80\n7月20日 40", [(20, "40"), (25, "80")]),
        ("", []),
    ],
)
def test_ways_to_write_a_step(text: str, steps: list[tuple[int, str]]) -> None:
    found = read_steps(text, Ground(date(2026, 7, 10), {}))
    assert found.faults == ()
    assert list(found.steps) == [(date(2026, 7, day), Decimal(percent)) for day, percent in steps]


def test_dependencies_are_found_added_and_removed_and_a_cycle_is_named(people: People, project: Project, visit: Any) -> None:
    rows = rollout(people, project)
    first, second = rows["T8a"], quantified(people, project, title="门店盘点")
    found = words(visit("task_plan", second, query="?edit=needs&q=华东"))
    assert "华东区铺货" in found
    assert "华南区铺货" not in found
    page = words(visit("save_needs", second, {"seen_version": second.version, "needs": [str(first.uid)]}))
    assert "华东区铺货" in page
    assert second.dependencies.get().needs == first
    cycle = visit("save_needs", first, {"seen_version": first.version, "needs": [str(second.uid)]})
    assert cycle.status_code == 422
    assert "门店盘点 → 华东区铺货" in words(cycle) or "华东区铺货 → 门店盘点" in words(cycle)
    second.refresh_from_db()
    gone = visit("save_needs", second, {"seen_version": second.version, "needs": [str(first.uid)], "drop": str(first.uid)})
    assert gone.status_code == 200
    assert not second.dependencies.exists()
