"""The one drag (rule E3): order, status, department, node; and taking it back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Event, Notice
from common import clock
from common.refusals import Conflict, NeedsConfirmation, Refused
from people.models import Department, User
from projects.models import Node, Project
from tests.tracking.build import People, july, quantified, rollout, say, task
from tracking.models import Review, Task
from tracking.services import confirm_task, edit_task, move_task, undo_move

pytestmark = pytest.mark.django_db
NOW = july(16)


def drag(actor: User, row: Task, **more: Any) -> Task:
    row.refresh_from_db()
    with clock.at(more.pop("at", NOW)):
        move_task(actor=actor, task_uid=row.uid, seen_version=more.pop("seen_version", row.version), **more)
    row.refresh_from_db()
    return row


def undo(actor: User, row: Task, at: Any = NOW) -> Task:
    row.refresh_from_db()
    with clock.at(at):
        undo_move(actor=actor, task_uid=row.uid, seen_version=row.version)
    row.refresh_from_db()
    return row


def order(project: Project) -> str:
    return "".join(Task.objects.filter(project=project).order_by("rank").values_list("title", flat=True))


@pytest.fixture
def abcd(people: People, project: Project) -> dict[str, Task]:
    return {name: task(people, project, name) for name in "ABCD"}


@pytest.mark.parametrize(
    ("moved", "where", "found"),
    [
        ("D", {"after_uid": "A"}, "ADBC"),
        ("A", {"before_uid": "D"}, "BCAD"),
        ("A", {"after_uid": "D"}, "BCDA"),
        ("D", {"before_uid": "A"}, "DABC"),
        ("C", {"after_uid": "A", "before_uid": "B"}, "ACBD"),
        ("A", {"after_uid": "C", "before_uid": "B"}, "BCAD"),
        ("C", {"edge": "start"}, "CABD"),
        ("B", {"edge": "end"}, "ACDB"),
    ],
)
def test_a_drag_within_a_column_changes_the_shared_order_only(
    people: People, project: Project, abcd: dict[str, Task], moved: str, where: dict[str, str], found: str
) -> None:
    row = abcd[moved]
    version, history = row.version, row.history.count()
    said = {key: abcd[value].uid if key != "edge" else value for key, value in where.items()}
    drag(people["许知夏"], row, **said)
    assert order(project) == found
    assert (row.version, row.history.count(), row.state, row.reported_at) == (version + 1, history + 1, "not_started", None)
    event = Event.objects.latest("id")
    assert (event.verb, event.object_id) == ("task.ordered", row.pk)
    for other in set("ABCD") - {moved}:
        assert Task.objects.get(pk=abcd[other].pk).version == abcd[other].version
    undo(people["许知夏"], row)
    assert order(project) == "ABCD"
    assert row.version == version + 2


def test_a_place_beside_what_is_gone_is_refused(people: People, project: Project, abcd: dict[str, Task]) -> None:
    with pytest.raises(Refused) as caught:
        drag(people["许知夏"], abcd["A"], after_uid=project.uid)
    assert caught.value.field == "place"


def test_a_hundred_drops_at_the_same_place_keep_their_order(people: People, project: Project, abcd: dict[str, Task]) -> None:
    for number in range(100):
        drag(people["许知夏"], abcd["CD"[number % 2]], after_uid=abcd["A"].uid)
    assert order(project) == "ADCB"
    assert max(len(rank) for rank in Task.objects.values_list("rank", flat=True)) < 100


def test_to_in_progress_is_a_report_of_nought_and_to_done_one_of_the_target(people: People, project: Project) -> None:
    row, actor = quantified(people, project), people["许知夏"]
    drag(actor, row, to="in_progress")
    assert (row.state, row.done, row.started_at, row.reports.count()) == ("in_progress", 0, NOW, 1)
    assert Event.objects.latest("id").verb == "task.progress_reported"
    version = row.version
    drag(actor, row, to="done")
    assert (row.state, row.done, row.finished_at, row.version) == ("done", 45, NOW, version + 1)
    with pytest.raises(NeedsConfirmation) as caught:
        drag(actor, row, to="in_progress", done=Decimal(40))
    assert caught.value.need == "reason"
    with pytest.raises(NeedsConfirmation) as caught:
        drag(actor, row, to="in_progress", reason="退货")
    assert caught.value.field == "done"
    drag(actor, row, to="in_progress", done=Decimal(40), reason="退货")
    assert (row.state, row.done, row.reports.first().reason) == ("in_progress", 40, "退货")
    with pytest.raises(Refused):
        drag(actor, row, to="in_progress")
    with pytest.raises(Refused):
        drag(actor, row, to="awaiting_acceptance")
    with pytest.raises(Refused):
        drag(actor, row, to="cancelled")


def test_status_and_place_are_one_write(people: People, project: Project, abcd: dict[str, Task]) -> None:
    row, version = abcd["D"], abcd["D"].version
    drag(people["许知夏"], row, to="in_progress", before_uid=abcd["B"].uid)
    assert (order(project), row.state, row.version) == ("ADBC", "in_progress", version + 1)
    assert Event.objects.filter(object_id=row.pk, verb__startswith="task.").count() == 2  # made, and this
    undo(people["许知夏"], row)
    assert (order(project), row.state, row.started_at, row.version) == ("ABCD", "not_started", None, version + 2)
    assert [report.done for report in row.reports.all()] == [0, 0]
    assert row.reports.first().reason


def test_what_is_handed_over_awaits_its_receiver(people: People, project: Project, departments: dict[str, Department]) -> None:
    row = quantified(people, project, handed_to=departments["市场部"])
    drag(people["许知夏"], row, to="done")
    assert (row.state, row.done, row.finished_at) == ("awaiting_acceptance", 45, None)
    assert row.reviews.get().kind == Review.Kind.SUBMITTED
    event = Event.objects.latest("id")
    assert event.verb == "task.submitted"
    assert set(Notice.objects.filter(event=event).values_list("reader__name", flat=True)) == {"周以宁"}
    with pytest.raises(Refused, match="市场部") as caught:
        drag(people["许知夏"], row, to="done")
    assert caught.value.code == "acceptance"
    version = row.version
    drag(people["周以宁"], row, to="done")
    assert (row.state, row.finished_at, row.version) == ("done", NOW, version + 1)
    with pytest.raises(Refused):
        undo(people["周以宁"], row)


def test_a_drag_to_awaiting_acceptance_submits(people: People, project: Project, departments: dict[str, Department]) -> None:
    row = quantified(people, project, handed_to=departments["市场部"])
    drag(people["许知夏"], row, to="awaiting_acceptance")
    assert (row.state, row.done, row.reviews.count()) == ("awaiting_acceptance", 45, 1)
    undo(people["许知夏"], row)
    assert (row.state, row.done, row.started_at) == ("not_started", 0, None)


def test_another_department_gets_what_no_clause_promises(
    people: People, project: Project, departments: dict[str, Department]
) -> None:
    row = quantified(people, project)
    with clock.at(july(2)):
        confirm_task(actor=people["许知夏"], task_uid=row.uid)
    with pytest.raises(PermissionDenied):
        drag(people["许知夏"], row, department=departments["生产部"])
    drag(people["周以宁"], row, department=departments["生产部"])
    assert (row.department.name, row.assignee.name, row.confirmed_at) == ("生产部", "田牧野", None)
    event = Event.objects.latest("id")
    assert (event.verb, event.facts["to"]) == ("task.moved", "生产部")
    assert set(Notice.objects.filter(event=event).values_list("reader__name", flat=True)) == {"田牧野"}
    undo(people["周以宁"], row)
    assert (row.department.name, row.assignee.name, row.confirmed_at) == ("销售部", "许知夏", july(2))
    with pytest.raises(Refused) as caught:
        drag(people["周以宁"], row, department=departments["行政部"])
    assert caught.value.code == "not_party"


def test_another_node_brings_its_standard_as_a_checklist(people: People, project: Project) -> None:
    node = Node.objects.create(project=project, name="开发测试", department=project.lead_dept, standard=["bug数量", "修复率"])
    row = quantified(people, project)
    drag(people["许知夏"], row, node=node)
    assert row.node == node
    assert list(row.checklist.values_list("text", flat=True)) == ["bug数量", "修复率"]
    drag(people["许知夏"], row, off_node=True)
    assert row.node is None


def test_what_a_clause_promises_is_not_dragged_elsewhere(
    people: People, project: Project, departments: dict[str, Department], promised: Task
) -> None:
    with pytest.raises(Refused) as caught:
        drag(people["周以宁"], promised, department=departments["生产部"])
    assert (caught.value.code, caught.value.field) == ("promised", "department")
    assert "林书瑶" in str(caught.value)  # who decides on the change request that it takes
    drag(people["许知夏"], promised, to="in_progress")
    assert promised.state == "in_progress"


def test_a_stale_drag_shows_both_and_order_counts_as_a_write(people: People, project: Project, abcd: dict[str, Task]) -> None:
    seen = abcd["A"].version
    drag(people["周以宁"], abcd["A"], edge="end")
    with pytest.raises(Conflict) as caught:
        drag(people["许知夏"], abcd["A"], edge="start", seen_version=seen)
    assert caught.value.theirs["who"] == people["周以宁"]


def test_undo_is_ones_own_last_move_within_ten_minutes(people: People, project: Project) -> None:
    row, actor = quantified(people, project), people["许知夏"]
    drag(actor, row, to="in_progress")
    with pytest.raises(Refused):
        undo(people["周以宁"], row)
    with pytest.raises(Refused):
        undo(actor, row, NOW + timedelta(minutes=10, seconds=1))
    undo(actor, row, NOW + timedelta(minutes=10))
    assert (row.state, row.done) == ("not_started", 0)
    with pytest.raises(Refused):
        undo(actor, row)
    drag(actor, row, to="in_progress")
    say(people, row, Decimal(3), at=NOW)
    with pytest.raises(Refused):
        undo(actor, row)
    drag(actor, row, edge="end")
    with clock.at(NOW):
        edit_task(actor=actor, task_uid=row.uid, seen_version=row.version, title="别的")
    with pytest.raises(Refused):
        undo(actor, row)


def test_a_done_card_taken_back_leads_to_where_it_came_from(people: People, project: Project) -> None:
    row, actor = quantified(people, project), people["许知夏"]
    say(people, row, Decimal(20), at=july(14))
    drag(actor, row, to="done")
    undo(actor, row)
    assert (row.state, row.done, row.finished_at, row.started_at) == ("in_progress", 20, None, july(14))


def test_a_reader_moves_nothing(people: People, project: Project, abcd: dict[str, Task]) -> None:
    for said in ({"edge": "end"}, {"to": "in_progress"}):
        with pytest.raises(PermissionDenied):
            drag(people["陆景行"], abcd["A"], **said)
    with pytest.raises(PermissionDenied):
        drag(people["沈嘉禾"], abcd["A"], edge="end")


def test_a_whole_with_parts_is_ordered_but_not_reported(people: People, project: Project) -> None:
    rows = rollout(people, project)
    drag(people["许知夏"], rows["T8"], edge="start")
    with pytest.raises(Refused) as caught:
        drag(people["许知夏"], rows["T8"], to="done")
    assert caught.value.code == "has_parts"


@pytest.mark.parametrize("number", [3, 40])
def test_a_move_costs_the_same_with_many_siblings(
    people: People, project: Project, number: int, django_assert_max_num_queries: Any
) -> None:
    whole = task(people, project)
    parts = [task(people, project, f"第{n}批", parent=whole) for n in range(number)]
    with django_assert_max_num_queries(25):
        drag(people["许知夏"], parts[1], to="in_progress", after_uid=parts[2].uid, at=july(12, 9))
    with django_assert_max_num_queries(14):
        drag(people["许知夏"], parts[0], edge="end")
