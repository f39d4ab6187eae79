"""What waits for a person on My desk: tasks to confirm, tasks to report, risks that need a measure."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from common import clock
from common.desk import DeskGroup, DeskRow
from people.models import User
from projects.models import Party, Project
from tracking.models import Risk, Task

SHOWN = 20
OVER = (Task.State.DONE, Task.State.CANCELLED)
TO_REPORT = (Task.State.NOT_STARTED, Task.State.IN_PROGRESS)
LACKING = Q(cause="") | Q(measure="") | Q(owner__isnull=True) | Q(due_on__isnull=True)
REST = ("project", "department", "assignee", "root__clause__memorandum__project", "clause__memorandum__project", "figures")


def leaves(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The tasks that are reported on: those without parts."""
    return tasks.filter(~Exists(Task.objects.filter(parent=OuterRef("pk")).exclude(state=Task.State.CANCELLED)))


def _open_projects(user: User) -> QuerySet[Project]:
    """Projects that the person sees and in which something can be done."""
    return Project.objects.visible_to(user).filter(hold=Project.Hold.NONE).exclude(state=Project.State.ARCHIVED)


def _liaison_of(user: User) -> Exists:
    """Whether the person is the liaison of the row's department in its project."""
    return Exists(Party.objects.filter(project=OuterRef("project"), department=OuterRef("department"), liaison=user))


def unconfirmed(user: User) -> QuerySet[Task]:
    """Tasks made from clauses that the person's department has not yet said yes to."""
    rows = Task.objects.filter(_liaison_of(user), project__in=_open_projects(user), clause__isnull=False, confirmed_at=None)
    return rows.exclude(state__in=OVER)


def running(user: User) -> QuerySet[Task]:
    """The running tasks whose figures this person owes: the own, and those that nobody has in a department one speaks for."""
    today = clock.today(settings.TIME_ZONE)
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
    owed = Q(assignee=user) | Q(_liaison_of(user), assignee__isnull=True)
    rows = Task.objects.filter(begun, owed, project__in=_open_projects(user), state__in=TO_REPORT)
    return leaves(rows)


def unreported(user: User) -> QuerySet[Task]:
    """Those of the person's running tasks on which nothing was reported today."""
    return unreported_of(running(user))


def unreported_of(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those of some tasks on which nothing was reported today."""
    return tasks.filter(Q(reported_at__isnull=True) | Q(reported_at__date__lt=clock.today(settings.TIME_ZONE)))


def _answers(user: User) -> Q:
    """Whether the person is asked for the cause and measure of a risk."""
    liaison = Party.objects.filter(project=OuterRef("project"), department=OuterRef("task__department"), liaison=user)
    assigned = Q(task__assignee=user, task__isnull=False)
    return Q(Exists(liaison)) | assigned | Q(owner=user, owner__isnull=False)


def unanswered(user: User) -> QuerySet[Risk]:
    """Open risks of the person's department or task that lack cause, measure, owner or date."""
    return Risk.objects.filter(LACKING, _answers(user), project__in=_open_projects(user), state=Risk.State.OPEN)


def unanswered_by_others(user: User) -> QuerySet[Risk]:
    """Open risks that others must answer: of the department that the person heads, and of projects that theirs leads."""
    parties = Party.objects.filter(project=OuterRef("project"))
    heads = parties.filter(department=OuterRef("task__department"), head=user)
    leads = parties.filter(Q(head=user) | Q(liaison=user), department=OuterRef("project__lead_dept"))
    rows = Risk.objects.filter(LACKING, Exists(heads) | Exists(leads), project__in=_open_projects(user))
    return rows.filter(~_answers(user), state=Risk.State.OPEN)


def _group(rows: QuerySet[Any], template: str, title: Any, when: Any) -> DeskGroup:
    shown = list(rows[:SHOWN])
    total = len(shown) if len(shown) < SHOWN else rows.count()
    made = [
        DeskRow(
            title=title(row), url=row.get_absolute_url(), project_name=row.project.name, when=when(row),
            template=template, context={type(row).__name__.lower(): row, "project": row.project},
        )
        for row in shown
    ]  # fmt: skip
    return DeskGroup(made, total)


def to_confirm(user: User) -> DeskGroup:
    """One click each."""
    rows = unconfirmed(user).select_related(*REST).order_by("due_on", "id")
    return _group(rows, "tracking/_desk_confirm.html", str, lambda task: task.due_on)


def to_report(user: User) -> DeskGroup:
    """A figure and one click each."""
    rows = unreported(user).select_related(*REST).order_by("due_on", "id")
    return _group(rows, "tracking/_desk_report.html", str, lambda task: task.due_on)


def to_answer(user: User) -> DeskGroup:
    """One form each."""
    rows = unanswered(user).select_related("project", "task", "owner").order_by("-deviation", "id")
    return _group(rows, "tracking/_desk_answer.html", str, lambda risk: risk.opened_at)


def to_wait_for(user: User) -> DeskGroup:
    """What others owe the person's department or project; nothing to do here but to look."""
    rows = unanswered_by_others(user).select_related("project", "task__department", "task__assignee", "owner")
    return _group(rows.order_by("-deviation", "id"), "tracking/_desk_waiting.html", str, lambda risk: risk.opened_at)
