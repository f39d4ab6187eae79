"""Steps 4 and 5 as the sample tells it: tasks taken on and split, reports, evenings, answers to risks, what came of the goal."""

from datetime import date, timedelta
from decimal import Decimal

from collab.samples.files import KpiLine, TaskLine, TrackingLine
from collab.samples.story import Story, step
from people.models import User
from projects.services.goal import enter_actual as enter_kpi
from tracking.models import Risk, Task
from tracking.services import (
    accept_task,
    answer_risk,
    assign_task,
    confirm_task,
    report_progress,
    scan_evening,
    set_dependencies,
    split_task,
)  # fmt: skip

CAUSES = {"资源不足": Risk.Cause.RESOURCE_SHORTAGE, "需求变更": Risk.Cause.REQUIREMENT_CHANGE}
WEEK = timedelta(days=7)


@step
def take_on(story: Story, actor: User, line: TaskLine) -> None:
    """The liaison names who does a task of the memorandum, splits it where the file does, and confirms it."""
    task = story.task(line.id)
    if task.assignee_id != story.people[line.owner].pk:
        assign_task(actor=actor, task_uid=task.uid, assignee=story.people[line.owner], seen_version=task.version)
    parts = story.sample.parts(line.id)
    if parts:
        made = split_task(
            actor=actor,
            task_uid=task.uid,
            seen_version=story.task(line.id).version,
            parts=[
                {
                    "title": part.name,
                    "target": part.qty,
                    "unit": part.unit,
                    "assignee": story.people[part.owner],
                    "starts_on": part.start,
                    "due_on": part.due,
                }
                for part in parts
            ],
        )
        story.tasks |= {part.id: row.uid for part, row in zip(parts, made, strict=True)}
    for needy in [line, *parts]:
        if needy.depends_on:
            _depend(story, actor, needy)
    confirm_task(actor=actor, task_uid=task.uid)


def _depend(story: Story, actor: User, line: TaskLine) -> None:
    """What must be done before this begins, as far as the tasks are there."""
    task = story.task(line.id)
    needs = [story.tasks[before] for before in line.depends_on]
    set_dependencies(actor=actor, task_uid=task.uid, seen_version=task.version, needs=needs)


@step
def report(story: Story, actor: User, line: TaskLine, done: Decimal) -> None:
    """The owner says the new total."""
    task = story.task(line.id)
    report_progress(actor=actor, task_uid=task.uid, done=done, seen_version=task.version)
    accept(story, line.parent or line.id)


def accept(story: Story, id: str) -> None:
    """What was handed over is accepted at once by the receiving department's liaison."""
    task = story.task(id)
    if task.state == Task.State.AWAITING_ACCEPTANCE:
        party = story.project.parties.select_related("liaison").get(department=task.handed_to_id)
        assert party.liaison is not None
        accept_task(actor=party.liaison, task_uid=task.uid, seen_version=task.version)


@step
def evening(story: Story, actor: User | None, day: date) -> None:
    """The scan of an evening, from the first on which there is a task."""
    if story.tasks:
        scan_evening(story.project, day)


@step
def answer(story: Story, actor: User, line: TaskLine, row: TrackingLine) -> None:
    """The liaison enters why, what is done about it, and by when: the task's due date, or a week where that is past."""
    risk = Risk.objects.get(task__uid=story.tasks[line.id], source=Risk.Source.DEVIATION)
    answer_risk(
        actor=actor,
        risk_uid=risk.uid,
        seen_version=risk.version,
        cause=CAUSES.get(row.cause, Risk.Cause.OTHER),
        cause_text="" if row.cause in CAUSES else row.cause,
        measure=row.measure,
        owner=actor,
        due_on=line.due if line.due > row.report_date else row.report_date + WEEK,
    )


@step
def enter_actual(story: Story, actor: User, kpi: KpiLine) -> None:
    """What came of a key result."""
    row = story.project.kpis.get(name=kpi.name)
    enter_kpi(actor=actor, project_uid=story.uid, kpi_uid=row.uid, actual=kpi.actual, actual_date=kpi.actual_date)
