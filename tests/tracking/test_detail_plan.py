"""Planned steps, dependencies, checklist (rules E1, F1)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from common import clock
from common.refusals import Conflict, Refused
from projects.models import Node, Project
from tests.tracking.build import People, july, quantified, rollout, task
from tracking.models import PlannedStep, Task, TaskDependency
from tracking.services import confirm_task, save_checklist, save_steps, set_dependencies, tick

pytestmark = pytest.mark.django_db
NOW = july(21, 9)


def steps(people: People, row: Task, *said: tuple[date, Any], by: str = "许知夏") -> Task:
    row.refresh_from_db()
    with clock.at(NOW):
        points = [(day, Decimal(percent)) for day, percent in said]
        save_steps(actor=people[by], task_uid=row.uid, seen_version=row.version, steps=points)
    row.refresh_from_db()
    return row


def test_steps_are_joined_in_straight_lines(people: People, project: Project) -> None:
    row = quantified(people, project)  # 12 July – 1 August, calendar days
    steps(people, row, (date(2026, 7, 20), 40))
    assert row.figures.planned == 4000  # on the evening of the 20th
    steps(people, row, (date(2026, 7, 22), 40))
    assert row.figures.planned == 3200
    steps(people, row)
    assert row.figures.planned == 4000
    assert not PlannedStep.objects.exists()
    assert list(PlannedStep.history.values_list("history_type", flat=True).order_by("history_id")) == ["+", "-", "+", "-"]


@pytest.mark.parametrize(
    "said",
    [
        [(date(2026, 7, 12), 40)], [(date(2026, 8, 1), 40)], [(date(2026, 7, 1), 40)], [(date(2026, 7, 20), 101)],
        [(date(2026, 7, 20), -1)], [(date(2026, 7, 20), "1.001")], [(date(2026, 7, 20), 40), (date(2026, 7, 22), 39)],
        [(date(2026, 7, 20), 40), (date(2026, 7, 20), 50)], [(date(2026, 7, 20), "NaN")],
    ],
)  # fmt: skip
def test_steps_lie_within_the_task_and_never_fall(people: People, project: Project, said: list[Any]) -> None:
    row = quantified(people, project)
    with pytest.raises(Refused) as caught:
        steps(people, row, *said)
    assert caught.value.field == "steps"


def test_what_a_clause_promises_may_have_steps_but_only_between_its_promised_dates(people: People, promised: Task) -> None:
    steps(people, promised, (date(2026, 7, 20), 40))
    assert list(promised.steps.values_list("day", "planned")) == [(date(2026, 7, 20), 4000)]
    for outside in (date(2026, 7, 11), date(2026, 8, 1), date(2026, 8, 2)):
        with pytest.raises(Refused) as caught:
            steps(people, promised, (date(2026, 7, 20), 40), (outside, 90))
        assert (caught.value.field, caught.value.code) == ("steps", "window")
    assert promised.steps.count() == 1
    with pytest.raises(PermissionDenied):
        steps(people, promised, by="沈嘉禾")


def test_that_it_begins_with_nothing_and_ends_with_all_need_not_be_said(people: People, project: Project) -> None:
    row = steps(people, quantified(people, project), (date(2026, 7, 12), 0), (date(2026, 7, 20), 40), (date(2026, 8, 1), 100))
    assert list(row.steps.values_list("day", "planned")) == [(date(2026, 7, 20), 4000)]


def test_a_whole_has_no_steps_of_its_own(people: People, project: Project) -> None:
    with pytest.raises(Refused) as caught:
        steps(people, rollout(people, project)["T8"], (date(2026, 7, 20), 40))
    assert caught.value.code == "has_parts"


def need(people: People, row: Task, *needs: Task, by: str = "许知夏") -> Task:
    row.refresh_from_db()
    with clock.at(NOW):
        uids = [one.uid for one in needs]
        set_dependencies(actor=people[by], task_uid=row.uid, seen_version=row.version, needs=uids)
    row.refresh_from_db()
    return row


def test_a_cycle_is_refused_and_named(people: People, project: Project) -> None:
    a, b, c = (task(people, project, name) for name in "甲乙丙")
    version = a.version
    need(people, a, b)
    assert a.version == version + 1
    need(people, b, c)
    with pytest.raises(Refused) as caught:
        need(people, c, a)
    assert "丙 → 甲 → 乙 → 丙" in str(caught.value)
    with pytest.raises(Refused):
        need(people, c, c)
    need(people, a, c)
    assert list(TaskDependency.objects.filter(task=a).values_list("needs__title", flat=True)) == ["丙"]


def test_a_part_and_its_whole_begin_together(people: People, project: Project) -> None:
    rows = rollout(people, project)
    for row, other in ((rows["T8"], rows["T8a"]), (rows["T8a"], rows["T8"])):
        with pytest.raises(Refused) as caught:
            need(people, row, other)
        assert caught.value.code == "part"
    need(people, rows["T8b"], rows["T8a"])


def test_what_is_not_in_the_project_is_not_found(people: People, project: Project) -> None:
    row = task(people, project)
    with pytest.raises(Http404), clock.at(NOW):
        set_dependencies(actor=people["许知夏"], task_uid=row.uid, seen_version=row.version, needs=[project.uid])


def test_the_checklist_comes_from_the_nodes_standard(people: People, project: Project) -> None:
    node = Node.objects.create(project=project, name="开发测试", department=project.lead_dept, standard=["bug数量", "修复率"])
    row = task(people, project, node=node)
    first, second = row.checklist.all()
    assert (first.text, second.text) == ("bug数量", "修复率")
    with clock.at(NOW):
        tick(actor=people["许知夏"], item_uid=first.uid, seen_version=first.version)
    first.refresh_from_db()
    assert (first.done_at, first.done_by, first.version) == (NOW, people["许知夏"], 2)
    with pytest.raises(Conflict), clock.at(NOW):
        tick(actor=people["周以宁"], item_uid=first.uid, seen_version=1, done=False)
    with pytest.raises(PermissionDenied), clock.at(NOW):
        tick(actor=people["沈嘉禾"], item_uid=first.uid, seen_version=2, done=False)
    with clock.at(NOW):
        save_checklist(actor=people["许知夏"], task_uid=row.uid, seen_version=row.version, points=["核心功能", "bug数量", " "])
    assert [(one.text, one.done_at) for one in row.checklist.all()] == [("核心功能", None), ("bug数量", NOW)]
    with clock.at(NOW):
        tick(actor=people["许知夏"], item_uid=first.uid, seen_version=None, done=False)
    first.refresh_from_db()
    assert (first.done_at, first.done_by) == (None, None)


def test_confirming_a_whole_confirms_its_parts_when_all_add_up(people: People, project: Project) -> None:
    rows = rollout(people, project)
    versions = {key: row.version for key, row in rows.items()}
    with clock.at(NOW):
        confirm_task(actor=people["许知夏"], task_uid=rows["T8"].uid, seen_version=rows["T8"].version)
    for key, row in rows.items():
        row.refresh_from_db()
        assert (row.confirmed_at, row.version) == (NOW, versions[key] + 1), key
    assert rows["T8a"].history.first().confirmed_at == NOW


def test_parts_that_lack_something_wait(people: People, project: Project) -> None:
    rows = rollout(people, project)
    Task.objects.filter(pk=rows["T8b"].pk).update(assignee=None)
    with clock.at(NOW):
        confirm_task(actor=people["许知夏"], task_uid=rows["T8"].uid)
    assert dict(Task.objects.values_list("title", "confirmed_at")) == {
        "铺货100家门店": NOW, "华东区铺货": None, "华南区铺货": None, "华北区铺货": None,
    }  # fmt: skip
