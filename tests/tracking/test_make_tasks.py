"""Making, splitting, editing, confirming, assigning: what adds up, what is inherited, what a clause promises."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from common import clock
from common.refusals import Conflict, Refused
from people.models import Department
from projects.models import Clause, Memorandum, Participant, Project
from tests.tracking.build import People, july, quantified, rollout, say, task
from tracking.models import Task
from tracking.queries.sums import left_to_distribute
from tracking.services import assign_task, confirm_task, create_task, edit_task, split_task

pytestmark = pytest.mark.django_db


def confirm(people: People, row: Task, by: str = "许知夏") -> Task:
    confirm_task(actor=people[by], task_uid=row.uid)
    row.refresh_from_db()
    return row


def edit(people: People, row: Task, by: str = "许知夏", **fields: Any) -> Task:
    row.refresh_from_db()
    edit_task(actor=people[by], task_uid=row.uid, seen_version=row.version, **fields)
    row.refresh_from_db()
    return row


def promised(people: People, project: Project, row: Task) -> Task:
    """The task as one made from a clause."""
    memorandum = Memorandum.objects.create(project=project, number="M")
    row.clause = Clause.objects.create(
        memorandum=memorandum, number="2.4", department=row.department, text=row.title, deliverable=row.deliverable
    )
    row.save(update_fields=["clause"])
    return row


def test_parts_inherit_department_deliverable_standard_unit_and_window(people: People, project: Project) -> None:
    whole = quantified(people, project, 100)
    with clock.at(july(1)):
        rows = split_task(
            actor=people["许知夏"],
            task_uid=whole.uid,
            parts=[{"title": "华东区铺货", "target": Decimal(30)}, {"title": "华南区铺货", "target": Decimal(25)}],
            seen_version=whole.version,
        )
    part = rows[0]
    assert (part.deliverable, part.standard, part.unit) == ("上架照片与签收单", "首批到货齐全", "家")
    assert (part.starts_on, part.due_on, part.level, part.root_id) == (whole.starts_on, whole.due_on, 1, whole.pk)
    assert [row.rank for row in rows] == sorted(row.rank for row in rows)
    assert left_to_distribute(whole) == 45


def test_a_breakdown_that_does_not_add_up_cannot_be_confirmed(people: People, project: Project) -> None:
    whole = quantified(people, project, 100)
    parts = [quantified(people, project, number, title=f"{number}", parent=whole) for number in (30, 25, 40)]
    for row in (whole, parts[0]):
        with pytest.raises(Refused, match="5家") as caught:
            confirm(people, row)
        assert caught.value.code == "sum"
    edit(people, parts[2], target=Decimal(50))
    with pytest.raises(Refused, match="5家"):
        confirm(people, whole)
    edit(people, parts[2], target=Decimal(45))
    assert confirm(people, whole).confirmed_at
    assert confirm(people, parts[0]).confirmed_at


def test_confirming_needs_assignee_dates_deliverable_and_standard(people: People, project: Project) -> None:
    row = task(people, project, assignee=None, standard="")
    with pytest.raises(Refused) as caught:
        confirm(people, row)
    assert caught.value.field == "assignee"
    assign_task(actor=people["许知夏"], task_uid=row.uid, assignee=people["郭砚秋"])
    edit(people, row, standard="首批到货齐全")
    version = row.version
    assert confirm(people, row).confirmed_at
    assert row.version == version + 1
    assert confirm(people, row).version == version + 1  # twice is once
    assert edit(people, row, due_on=date(2026, 7, 31)).confirmed_at is None  # agreed anew


def test_only_the_own_department_confirms(people: People, project: Project) -> None:
    row = task(people, project)
    for name in ("周以宁", "林书瑶", "沈嘉禾"):
        with pytest.raises(PermissionDenied):
            confirm(people, row, by=name)
    assert confirm(people, row, by="蒋明远").confirmed_at


def test_what_a_clause_promises_changes_only_by_change_request(people: People, project: Project) -> None:
    row = promised(people, project, quantified(people, project))
    for name, value in {
        "due_on": date(2026, 8, 5), "starts_on": date(2026, 7, 1), "target": Decimal(40), "unit": "台", "title": "x",
        "deliverable": "x", "standard": "x", "department": Department.objects.get(name="市场部"),
    }.items():  # fmt: skip
        with pytest.raises(Refused) as caught:
            edit(people, row, by="林书瑶", **{name: value})
        assert (caught.value.field, caught.value.code) == (name, "promised")
    edit(people, row, weight=3, assignee=people["郭砚秋"])
    assert (row.weight, row.assignee) == (3, people["郭砚秋"])


def test_bad_fields_are_named(people: People, project: Project) -> None:
    for field, value in {
        "title": " ", "due_on": date(2026, 7, 1), "target": Decimal(0), "weight": 0,
        "department": Department.objects.get(name="人力资源部") if Department.objects.filter(name="人力资源部") else None,
        "starts_on": date(1999, 1, 1),
    }.items():  # fmt: skip
        if value is None:
            continue
        with pytest.raises((Refused, PermissionDenied)) as caught:
            task(people, project, **{field: value})
        assert getattr(caught.value, "field", field) == field
    with pytest.raises(TypeError):
        task(people, project, state="done")


def test_a_part_is_not_due_after_the_whole(people: People, project: Project) -> None:
    whole = task(people, project)
    with pytest.raises(Refused) as caught:
        task(people, project, parent=whole, due_on=date(2026, 8, 2))
    assert caught.value.field == "due_on"


def test_a_task_with_progress_is_divided_only_from_nothing(people: People, project: Project) -> None:
    whole = quantified(people, project)
    say(people, whole, Decimal(8), at=july(17))
    with pytest.raises(Refused):
        task(people, project, parent=whole)
    say(people, whole, Decimal(0), at=july(17), reason="分解到各区")
    assert task(people, project, parent=whole).parent == whole


def test_an_assignee_makes_and_edits_parts_of_the_own_task_only(people: People, project: Project) -> None:
    rows = rollout(people, project)
    actor = people["郭砚秋"]
    with clock.at(july(2)):
        part = create_task(actor=actor, project_uid=project.uid, parent_uid=rows["T8c"].uid, title="北京", target=Decimal(20))
    edit(people, part, by="郭砚秋", target=Decimal(21))
    for attempt in (
        lambda: edit(people, rows["T8c"], by="郭砚秋", weight=2),
        lambda: create_task(actor=actor, project_uid=project.uid, parent_uid=rows["T8"].uid, title="x"),
        lambda: create_task(actor=actor, project_uid=project.uid, title="x"),
        lambda: assign_task(actor=actor, task_uid=part.uid, assignee=people["程子昂"]),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_a_liaison_makes_tasks_of_the_own_department_only(people: People, project: Project) -> None:
    with pytest.raises(PermissionDenied):
        task(people, project, department=Department.objects.get(name="研发部"))


def test_an_assignee_is_named_in_the_project(people: People, project: Project) -> None:
    row = task(people, project, assignee=None)
    assert not Participant.objects.filter(user=people["郭砚秋"]).exists()
    assign_task(actor=people["林书瑶"], task_uid=row.uid, assignee=people["郭砚秋"], seen_version=row.version)
    assert Participant.objects.filter(user=people["郭砚秋"], project=project).exists()


def test_a_second_editor_is_shown_both(people: People, project: Project) -> None:
    row = task(people, project)
    seen = row.version
    edit(people, row, title="铺货一百家")
    with pytest.raises(Conflict) as caught:
        edit_task(actor=people["林书瑶"], task_uid=row.uid, seen_version=seen, title="铺货")
    assert caught.value.mine == {"title": "铺货"}
    assert caught.value.theirs["title"] == "铺货一百家"
    assert caught.value.theirs["who"] == people["许知夏"]


def test_a_parent_of_another_project_is_not_found(people: People, project: Project) -> None:
    row = task(people, project)
    other = Project.objects.create(
        code="B", name="B", initiating_dept=project.initiating_dept, lead_dept=project.lead_dept, state="execution",
        created_by=people["周以宁"], started_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(Http404):
        create_task(actor=people["许知夏"], project_uid=other.uid, parent_uid=row.uid, title="x")


def test_nothing_changes_in_an_archived_or_suspended_project(people: People, project: Project) -> None:
    row = task(people, project)
    for change in ({"state": "archived"}, {"state": "execution", "hold": "suspended"}):
        Project.objects.filter(pk=project.pk).update(**change)
        for attempt in (
            lambda: say(people, row, Decimal(5), at=july(17)),
            lambda: edit(people, row, weight=2),
            lambda: confirm(people, row),
            lambda: task(people, project),
        ):
            with pytest.raises(Refused) as caught:
                attempt()
            assert caught.value.code == "frozen"
