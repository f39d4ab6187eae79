"""The tasks and reports of the three samples, evening by evening through the real scan: their figures and their risks."""

from datetime import date, timedelta

import pytest

from activity.models import Event
from collab.samples import files
from people.models import User
from tests.samples import builder
from tracking.models import EveningScan, Risk, Task, TaskFigures

NAMES = ["new-product-launch", "customer-conference", "complaint-incident"]
pytestmark = pytest.mark.django_db


def open_risks(story: builder.Story) -> set[str]:
    """The tasks, by the ids of the file, whose deviation risk is open."""
    by_uid = {uid: id for id, uid in story.tasks.items()}
    rows = Risk.objects.filter(project_id=story.project_id, source=Risk.Source.DEVIATION, state=Risk.State.OPEN)
    return {by_uid[uid] for uid in rows.values_list("task__uid", flat=True)}


def figures(story: builder.Story, id: str) -> tuple[int, int, int]:
    row = TaskFigures.objects.get(task__uid=story.tasks[id])
    return row.planned, row.actual, row.deviation


@pytest.mark.parametrize("name", NAMES)
def test_every_tracking_row_and_exactly_the_expected_risks(name: str, people: dict[str, User]) -> None:
    sample = files.load(name)
    story = builder.begin(sample, people)
    if name == "complaint-incident":
        builder.make_early_tasks(story)
    rows = {(row.report_date, row.task): row for row in sample.tracking}
    checked: set[tuple[date, str]] = set()
    spells: list[tuple[str, date, date | None]] = []
    running: dict[str, date] = {}

    def after_scan(day: date) -> None:
        risks = open_risks(story)
        for id in risks - running.keys():
            running[id] = day
        for id in running.keys() - risks:
            spells.append((id, running.pop(id), day))
        for (when, id), row in rows.items():
            if when == day:
                said = tuple(round(100 * value) for value in (row.planned_pct, row.actual_pct, row.deviation))
                assert figures(story, id) == said, (id, day)
                assert (id in risks) == row.risk_item, (id, day)
                checked.add((when, id))

    builder.live(story, days=21, after_scan=after_scan)
    assert checked == set(rows)
    spells += [(id, opened, None) for id, opened in running.items()]
    assert spells == [(row["task"], row["opened"], row["recovered"]) for row in sample.expected_risks]
    assert Risk.objects.filter(project_id=story.project_id).count() == len(sample.expected_risks)
    assert Task.objects.filter(project_id=story.project_id).count() == len(sample.tasks)


def test_there_are_twenty_tracking_rows_and_one_of_them_is_exactly_ten() -> None:
    rows = [row for name in NAMES for row in files.load(name).tracking]
    assert len(rows) == 20
    ten = [row for row in rows if row.deviation == 10]
    assert [(row.task, row.risk_item) for row in ten] == [("T7", False)]


def test_a_scan_run_twice_changes_nothing(people: dict[str, User]) -> None:
    story = builder.begin(files.load("customer-conference"), people)

    def after_scan(day: date) -> None:
        before = counts(story)
        for earlier in EveningScan.objects.filter(day__gt=day - timedelta(3)).values_list("day", flat=True):
            builder.work.evening(story, None, earlier)
        assert counts(story) == before, day

    builder.live(story, days=3, after_scan=after_scan)
    assert Risk.objects.get(project_id=story.project_id).spells == 1


def counts(story: builder.Story) -> list[object]:
    """All that a scan writes."""
    return [
        Event.objects.count(),
        EveningScan.objects.count(),
        Risk.history.count(),
        Task.history.count(),
        sorted(TaskFigures.objects.values_list("task_id", "day", "planned", "actual", "deviation")),
    ]


def test_the_incidents_earlier_tasks_are_reported_before_the_memorandum_and_linked_by_it(people: dict[str, User]) -> None:
    sample = files.load("complaint-incident")
    story = builder.begin(sample, people)
    builder.make_early_tasks(story)
    seen: list[date] = []

    def after_scan(day: date) -> None:
        if day < sample.memorandum["signed_on"]:
            seen.append(day)
            assert not Task.objects.filter(clause__isnull=False).exists()
            assert figures(story, "T0") == (10000, 10000, 0)

    builder.live(story, days=0, after_scan=after_scan)
    assert seen == [date(2026, 5, 11)]
    tops = Task.objects.filter(project_id=story.project_id, parent__isnull=True).select_related("clause")
    assert {task.title: task.clause.text for task in tops if task.clause} == {
        line.name: line.name for line in sample.tasks if not line.parent
    }
    first = Task.objects.get(uid=story.tasks["T0"])
    assert first.reports.get().at < first.baselines.get().at
