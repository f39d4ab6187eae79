"""What tracking answers to files and comments on its rows: tasks, and the reports on them."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from common import ports
from people.models import User
from projects.models import Party, Project
from tracking.access import Act, check_task, may_task, task_for, tasks_visible_to
from tracking.models import Report, Task

ACTS = {"view": Act.VIEW, "comment": Act.COMMENT, "attach": Act.ATTACH, "remove": Act.REMOVE_FILE}


def open_task(uid: UUID, user: User, act: str) -> Task:
    """The door to a task, for talk about it."""
    return task_for(user, uid, ACTS[act])


def open_report(uid: UUID, user: User, act: str) -> Report:
    """The door to a report is that of its task."""
    found = Report.objects.filter(uid=uid, task__in=tasks_visible_to(user)).first()
    if found is None:
        raise Http404
    found.task = task_for(user, found.task.uid, ACTS[act])
    return found


def task_of(row: Task | Report) -> Task:
    """The task that talk about a row is about."""
    return row if isinstance(row, Task) else row.task


def told_of(row: Task | Report) -> list[User]:
    """The assignee, and the liaison of the department the task belongs to."""
    task = task_of(row)
    speaks = Party.objects.filter(project=task.project_id, department=task.department_id).values("liaison")
    wanted = Q(pk__in=speaks) | Q(pk=task.assignee_id) if task.assignee_id else Q(pk__in=speaks)
    return list(User.objects.filter(wanted))


def project_of(row: Task | Report) -> Project:
    """The project of a task or of a report on one."""
    return task_of(row).project


def _check(row: Any, user: User, act: str) -> None:
    check_task(user, task_of(row), ACTS[act])


def _may(row: Any, user: User, act: str) -> bool:
    return may_task(user, task_of(row), ACTS[act])


def _parts(row: Task | Report) -> list[QuerySet[Report]]:
    return [row.reports.order_by()] if isinstance(row, Task) else []


def socket(door: Any) -> ports.SubjectSocket:
    """The socket of a kind of row; all but its door is the task's."""
    return ports.SubjectSocket(
        door=door, check=_check, may=_may, project=project_of, told=told_of, parts=_parts, shown_on=task_of
    )
