"""A memorandum in force: each promising clause becomes a task, the plan is frozen, twice is once."""

from datetime import date
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from activity.models import Event, Notice
from common import clock
from documents.models import Document
from people.models import Department
from projects.models import Clause, Memorandum, Node, NodeDependency, Participant, Project
from tests.tracking.build import People, july, moment, task
from tracking.models import Baseline, Task, TaskFigures
from tracking.services import report_progress, tasks_of_memorandum

pytestmark = pytest.mark.django_db
SIGNED = moment(date(2026, 4, 17), 16)


@pytest.fixture
def memorandum(project: Project) -> Memorandum:
    row = Memorandum.objects.create(project=project, number="市协〔2026〕3号")
    row.document = Document.objects.create(
        kind="memorandum", project_id=project.pk, content_type=ContentType.objects.get_for_model(Memorandum),
        object_id=row.pk, title="备忘录", snapshot={}, sha256="0" * 64, code="c",
    )  # fmt: skip
    row.save()
    return row


def clause(memorandum: Memorandum, number: str, department: str = "销售部", **fields: Any) -> Clause:
    said = {
        "text": "铺货100家门店", "deliverable": "上架照片与签收单", "quantity": 100, "unit": "家", "due_on": date(2026, 8, 1),
    } | fields  # fmt: skip
    return Clause.objects.create(
        memorandum=memorandum, number=number, order=int(number[-1]), department=Department.objects.get(name=department), **said
    )


def in_force(memorandum: Memorandum) -> list[Task]:
    with clock.at(SIGNED):
        return tasks_of_memorandum(Document.objects.get(pk=memorandum.document_id))


def test_a_clause_becomes_a_task_with_the_plan_frozen(people: People, project: Project, memorandum: Memorandum) -> None:
    market = Department.objects.get(name="市场部")
    promised = clause(memorandum, "2.4", starts_on=date(2026, 7, 12), handed_to=market, standard="首批到货齐全")
    (row,) = in_force(memorandum)
    assert (row.clause, row.title, row.department.name, row.handed_to) == (promised, "铺货100家门店", "销售部", market)
    assert (row.target, row.unit, row.starts_on, row.due_on) == (100, "家", date(2026, 7, 12), date(2026, 8, 1))
    assert (row.standard, row.assignee, row.confirmed_at, row.state) == ("首批到货齐全", people["许知夏"], None, "not_started")
    kept = Baseline.objects.get()
    assert (kept.task, kept.starts_on, kept.due_on, kept.target) == (row, row.starts_on, row.due_on, 100)
    assert TaskFigures.objects.filter(task=row).exists()
    assert Participant.objects.filter(user=people["许知夏"], kind="assignee").exists()
    event = Event.objects.get(verb="task.made_from_memorandum")
    assert list(Notice.objects.filter(event=event).values_list("reader__name", flat=True)) == ["许知夏"]


def test_twice_is_once(memorandum: Memorandum, people: People) -> None:
    clause(memorandum, "2.1")
    clause(memorandum, "2.2")
    assert len(in_force(memorandum)) == 2
    assert in_force(memorandum) == []
    assert (Task.objects.count(), Baseline.objects.count(), Event.objects.count()) == (2, 2, 1)


def test_where_the_start_comes_from(memorandum: Memorandum, project: Project) -> None:
    nodes = [
        Node.objects.create(
            project=project, name=str(due), department=project.lead_dept, due_on=due, standard=["bug数量", "修复率"]
        )
        for due in (date(2026, 5, 20), date(2026, 6, 30), date(2026, 7, 15))
    ]
    for needed in nodes[:2]:
        NodeDependency.objects.create(node=nodes[2], needs=needed)
    clause(memorandum, "2.1", starts_on=date(2026, 7, 3), node=nodes[2])
    clause(memorandum, "2.2", node=nodes[2])
    clause(memorandum, "2.3", node=nodes[0])
    clause(memorandum, "2.4")
    clause(memorandum, "2.5", due_on=date(2026, 4, 10))
    clause(memorandum, "2.6", node=nodes[2], due_on=date(2026, 6, 20))
    rows = in_force(memorandum)
    assert [row.starts_on for row in rows] == [
        date(2026, 7, 3), date(2026, 7, 1), date(2026, 4, 17), date(2026, 4, 17), date(2026, 4, 10), date(2026, 6, 20),
    ]  # fmt: skip
    assert [row.standard for row in rows][:2] == ["bug数量、修复率"] * 2


def test_an_older_task_of_an_incident_is_linked_with_its_progress(
    people: People, project: Project, memorandum: Memorandum
) -> None:
    Project.objects.filter(pk=project.pk).update(scenario="incident", state="kickoff")
    older = task(people, project, due_on=date(2026, 8, 3))
    with clock.at(july(13)):
        report_progress(actor=people["许知夏"], task_uid=older.uid, done=20, seen_version=older.version)
    clause(memorandum, "2.1", starts_on=date(2026, 7, 12))
    clause(memorandum, "2.2", text="另一件")
    rows = in_force(memorandum)
    older.refresh_from_db()
    assert rows[0] == older
    assert (older.done, older.state, older.clause.number, older.due_on, older.target) == (
        20,
        "in_progress",
        "2.1",
        date(2026, 8, 1),
        100,
    )
    assert Task.objects.count() == 2
