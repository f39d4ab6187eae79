"""A memorandum in force turns each promising clause into a task and freezes the plan (rule C8)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from common import clock
from common.ports import record
from documents.models import Document
from people.models import User
from projects.models import Clause, Memorandum, Party, Project
from projects.services.project import note_assignee
from tracking import figures
from tracking.models import Baseline, Task
from tracking.services.checklists import checklist_of_node


@transaction.atomic
def tasks_of_memorandum(document: Document) -> list[Task]:
    """The tasks of a memorandum that is in force, linked both ways, with the plan as signed; twice is once."""
    memorandum: Any = document.subject
    made = make_tasks(memorandum)
    freeze_plan(document, memorandum)
    if made:
        figures.refresh(memorandum.project, {task.pk for task in made})
        record(
            actor=None, verb="task.made_from_memorandum", subject=memorandum, project=memorandum.project,
            facts={"count": len(made), "number": memorandum.number}, tell=_to_confirm(made),
        )  # fmt: skip
    return made


def make_tasks(memorandum: Memorandum) -> list[Task]:
    """A task for every promise that has none yet; figures follow in the caller's act."""
    project = memorandum.project
    figures.beside_others(project.pk)
    in_force_on = clock.today(project.time_zone)
    parties = {party.department_id: party for party in project.parties.select_related("liaison")}
    clauses = list(memorandum.clauses.select_related("node").filter(task=None, ended_at=None).order_by("order", "id"))
    older = _older(project, clauses)
    made = []
    for clause in clauses:
        task = older.pop((clause.department_id, clause.text), None) or Task(project=project, created_at=clock.now())
        if task.pk is not None:  # who looked at it before sees that it is another's word now
            task.version += 1
        _promise(task, clause, in_force_on, parties.get(clause.department_id))
        task.save()
        checklist_of_node(task)
        if task.assignee is not None:
            note_assignee(project, task.assignee)
        made.append(task)
    return made


def _older(project: Project, clauses: list[Clause]) -> dict[tuple[int, str], Task]:
    """In an incident tasks may be older than the memorandum; a clause links the one that it names. Locked in the one order."""
    rows = Task.objects.filter(project=project, parent=None, clause=None, title__in=[clause.text for clause in clauses])
    found: dict[tuple[int, str], Task] = {}
    for task in figures.in_lock_order(rows) if clauses else ():
        found.setdefault((task.department_id, task.title), task)
    return found


def _promise(task: Task, clause: Clause, in_force_on: date, party: Party | None) -> None:
    """Department, deliverable, quantity, due date and receiver are the clause's; the standard the node's, where it says none."""
    task.clause = clause
    task.node = clause.node
    task.title = clause.text
    task.department_id = clause.department_id
    task.deliverable = clause.deliverable
    task.target, task.unit = clause.quantity, clause.unit
    task.due_on, task.starts_on = clause.due_on, start_of(clause, in_force_on)
    task.handed_to_id = clause.handed_to_id
    task.standard = (clause.standard or "、".join(clause.node.standard if clause.node else []))[:200]
    task.confirmed_at = None
    if task.assignee is None and party is not None:
        task.assignee = party.liaison


def start_of(clause: Clause, in_force_on: date) -> date:
    """The clause's start, else the day after the latest due date of the node's predecessors, else the day it enters into force;
    never after the due date, nor before the work calendar begins.
    """
    start = clause.starts_on
    if start is None and clause.node is not None:
        last = clause.node.needs.aggregate(last=Max("due_on"))["last"]
        start = last + timedelta(1) if last else None
    start = max(start or in_force_on, figures.FIRST_DAY)
    return min(start, clause.due_on) if clause.due_on else start


def freeze_plan(document: Document, memorandum: Memorandum) -> None:
    """The plan as signed (原计划): one row per task and document, with the day that the clause says, slips or not."""
    tasks = Task.objects.filter(clause__memorandum=memorandum, clause__ended_at=None, due_on__isnull=False)
    kept = set(Baseline.objects.filter(document=document).values_list("task_id", flat=True))
    rows = []
    for task in tasks.select_related("clause"):
        assert task.clause is not None
        due = task.clause.due_on or task.due_on
        if task.pk in kept or task.starts_on is None or due is None:
            continue
        plan = {"starts_on": task.starts_on, "due_on": due, "target": task.target, "unit": task.unit}
        rows.append(Baseline(task=task, document=document, at=clock.now(), **plan))
    Baseline.objects.bulk_create(rows)


def _to_confirm(tasks: list[Task]) -> list[User]:
    return [task.assignee for task in tasks if task.assignee is not None]
