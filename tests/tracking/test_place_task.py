"""The place of a task in the tree: order, indent, outdent; root and level of the whole branch follow."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Event
from common import clock
from common.refusals import Conflict, Refused
from projects.models import Project
from tests.tracking.build import People, july, quantified, rollout, say, task
from tracking.figures import computing, last_evening, tree_items
from tracking.models import Task, TaskFigures
from tracking.services import create_task, place_task

pytestmark = pytest.mark.django_db
NOW = july(16)


def place(people: People, row: Task, *, by: str = "许知夏", **more: Any) -> Task:
    row.refresh_from_db()
    with clock.at(NOW):
        place_task(actor=people[by], task_uid=row.uid, seen_version=more.pop("seen_version", row.version), **more)
    return Task.objects.get(pk=row.pk)


def parts(row: Task | None, project: Project) -> str:
    return "".join(Task.objects.filter(project=project, parent=row).order_by("rank").values_list("title", flat=True))


def check_tree(project: Project) -> None:
    """Levels and tops are what the parents say, and what is kept of the figures is what the definition says."""
    for row in Task.objects.filter(project=project).select_related("parent"):
        above = row.parent
        assert row.level == (above.level + 1 if above else 0)
        assert row.root_id == ((above.root_id or above.pk) if above else None)
    with clock.at(NOW):
        day = last_evening(project)
        found = computing(project, tree_items(project), [day])(day)
    kept = TaskFigures.objects.filter(task__project=project).values_list("task_id", "planned", "actual")
    assert {key: (planned, actual) for key, planned, actual in kept} == found


def test_before_and_behind_a_sibling(people: People, project: Project) -> None:
    rows = {name: task(people, project, name) for name in "ABC"}
    place(people, rows["C"], before_uid=rows["A"].uid)
    assert parts(None, project) == "CAB"
    row = place(people, rows["C"], after_uid=rows["A"].uid)
    assert (parts(None, project), row.version) == ("ACB", rows["C"].version + 1)
    assert Event.objects.latest("id").verb == "task.ordered"


def test_a_new_task_stands_behind_the_one_named(people: People, project: Project) -> None:
    rows = {name: task(people, project, name) for name in "AC"}
    with clock.at(NOW):
        department = rows["A"].department
        create_task(actor=people["许知夏"], project_uid=project.uid, after_uid=rows["A"].uid, title="B", department=department)
    assert parts(None, project) == "ABC"


def test_indent_and_outdent_take_the_whole_branch_along(people: People, project: Project) -> None:
    whole, other = task(people, project, "A"), task(people, project, "B")
    part = task(people, project, "a", parent=whole)
    deep = task(people, project, "x", parent=part)
    task(people, project, "y", parent=deep)
    say(people, deep.children.get(), Decimal(50), at=july(15))
    row = place(people, part, parent_uid=other.uid)
    assert (row.parent, row.level, row.version) == (other, 1, part.version + 1)
    assert Task.objects.get(title="y").root == other
    check_tree(project)
    assert (parts(whole, project), parts(other, project)) == ("", "a")
    place(people, row, parent_uid=None, before_uid=whole.uid)
    assert parts(None, project) == "aAB"
    check_tree(project)
    assert list(Event.objects.order_by("-id").values_list("verb", flat=True)[:2]) == ["task.put_on_top", "task.put_under"]


def test_the_states_of_both_wholes_follow(people: People, project: Project) -> None:
    rows = rollout(people, project)
    other = quantified(people, project, 50)
    say(people, rows["T8a"], Decimal(30), at=july(15))
    place(people, rows["T8a"], parent_uid=other.uid)
    states = dict(Task.objects.values_list("title", "state"))
    assert states["华东区铺货"] == "done"
    assert {row.pk: row.state for row in Task.objects.filter(parent=None)} == {rows["T8"].pk: "not_started", other.pk: "done"}
    check_tree(project)


def test_what_cannot_go_under_is_refused(people: People, project: Project, promised: Task) -> None:
    whole = task(people, project, "A")
    part = task(people, project, "a", parent=whole)
    deep = task(people, project, "x", parent=part)
    reported = task(people, project, "R")
    say(people, reported, Decimal(5), at=july(15))
    late = task(people, project, "L", due_on=date(2026, 8, 20))
    for row, under, code in (
        (whole, whole, "cycle"), (whole, deep, "cycle"), (part, reported, "reported"), (promised, whole, "promised"),
        (late, whole, "late"),
    ):  # fmt: skip
        with pytest.raises(Refused) as caught:
            place(people, row, parent_uid=under.uid)
        assert caught.value.code == code


def test_versions_and_rights(people: People, project: Project) -> None:
    rows = rollout(people, project)
    with pytest.raises(Conflict):
        place(people, rows["T8a"], after_uid=rows["T8b"].uid, seen_version=rows["T8a"].version + 7)
    for name in ("沈嘉禾", "陆景行"):
        with pytest.raises(PermissionDenied):
            place(people, rows["T8a"], by=name, after_uid=rows["T8b"].uid)


@pytest.mark.parametrize("number", [2, 30])
def test_costs_do_not_grow(people: People, project: Project, number: int, django_assert_max_num_queries: Any) -> None:
    whole, other = task(people, project, "A"), task(people, project, "B")
    for n in range(number):
        task(people, project, f"a{n}", parent=whole)
        task(people, project, f"b{n}", parent=other)
    moved = task(people, project, "m", parent=whole)
    neighbour = Task.objects.get(title="b0")
    with clock.at(NOW), django_assert_max_num_queries(25):
        said = {"parent_uid": other.uid, "after_uid": neighbour.uid}
        place_task(actor=people["许知夏"], task_uid=moved.uid, seen_version=moved.version, **said)
