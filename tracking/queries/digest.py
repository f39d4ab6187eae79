"""What a project's digest says: what changed since the last one, what is late, what was not updated (rule E6)."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from activity.models import Event
from common import clock, ports
from people.calendar import is_workday
from projects.models import Party, Project
from tracking import figures
from tracking.models import Risk, Task
from tracking.queries.desk import leaves
from tracking.queries.overview import STALE_AFTER, project_figures, workdays_ago

MOST = 40  # lines of one kind that are kept; the rest is counted
OWN = ("digest.made", "report.asked")  # what the digest does itself is no news
KINDS = ("task", "risk")
CLAUSES = ("clause__memorandum", "root__clause__memorandum")


def due_day(project: Project) -> date | None:
    """The day whose digest is due now: the newest workday whose evening has passed; None on days off."""
    if not is_workday(project.today):
        return None
    day = figures.last_evening(project)
    while not is_workday(day):
        day -= timedelta(1)
    return day


def ends_week(day: date) -> bool:
    """Whether no other workday follows in the same week: Friday as a rule, another day around holidays."""
    return not any(is_workday(day + timedelta(n)) for n in range(1, 7 - day.weekday()))


def changes(project: Project, after: datetime, until: datetime) -> tuple[list[Event], int]:
    """What people did with tasks and risks in (after, until], oldest first: the newest of it, and how much there was."""
    verbs = [verb for verb, words in ports.words.items() if words.kind in KINDS and not words.routine and verb not in OWN]
    rows = Event.objects.filter(project_id=project.pk, verb__in=verbs, at__gt=after, at__lte=until)
    newest = list(rows.select_related("actor").order_by("-at", "-id")[: MOST * 5])
    return newest[::-1], len(newest) if len(newest) < MOST * 5 else rows.count()


def change_lines(events: Iterable[Event]) -> list[dict[str, Any]]:
    """A line per change, several reports on one task together; as data, since each reader has a language."""
    kind = ContentType.objects.get_for_model(Task).pk
    lines: dict[Any, dict[str, Any]] = {}
    events = list(events)
    promises = _promises(events)
    for event in events:
        reported = event.verb == "task.progress_reported" and event.content_type_id == kind
        key = ("reported", event.object_id) if reported else event.pk
        before = lines.pop(key, None)
        facts = dict(event.facts)
        if before is not None:
            facts["before"] = before["facts"].get("before")
        who = event.actor.name if event.actor else ""
        lines[key] = {
            "verb": event.verb,
            "who": who,
            "title": event.title,
            "facts": facts,
            "reported": reported,
            "promise": promises.get((event.content_type_id, event.object_id)),
        }
    return list(lines.values())[-MOST:]


def _promises(events: list[Event]) -> dict[tuple[int | None, int | None], dict[str, Any] | None]:
    """What is promised of the tasks that these events are about, and of those whose risks they are about; two queries."""
    of_task, of_risk = (ContentType.objects.get_for_model(model).pk for model in (Task, Risk))
    keys = {kind: [event.object_id for event in events if event.content_type_id == kind] for kind in (of_task, of_risk)}
    tasks = Task.objects.filter(pk__in=keys[of_task]).select_related(*CLAUSES)  # type: ignore[misc]
    risks = Risk.objects.filter(pk__in=keys[of_risk]).select_related(*(f"task__{name}" for name in CLAUSES))  # type: ignore[misc]
    found: dict[tuple[int | None, int | None], dict[str, Any] | None] = {}
    found |= {(of_task, row.pk): promise_of(row) for row in tasks}
    found |= {(of_risk, row.pk): promise_of(row.task) for row in risks}
    return found


def _lines(tasks: QuerySet[Task]) -> list[dict[str, Any]]:
    rows = tasks.select_related("department", "assignee", *CLAUSES).order_by("due_on", "rank")
    return [
        {
            "title": row.title,
            "department": row.department.name,
            "key": row.department_id,
            "who": row.assignee.name if row.assignee else "",
            "assignee": row.assignee_id,
            "due": row.due_on.isoformat() if row.due_on else "",
            "heard": row.reported_at.isoformat() if row.reported_at else "",
            "promise": promise_of(row),
        }
        for row in rows
    ]


def promise_of(task: Task | None) -> dict[str, Any] | None:
    """The clause behind a task, as data: which version of the memorandum, which number."""
    clause = task.promise if task is not None else None
    return {"version": clause.memorandum.edition, "number": clause.number} if clause is not None else None


def late_on(project: Project, day: date, *, since: date | None = None) -> list[dict[str, Any]]:
    """The tasks that were late on a day; with `since`, those alone that became so after that day."""
    rows = leaves(Task.objects.filter(project=project, due_on__lt=day)).exclude(
        state__in=[Task.State.DONE, Task.State.CANCELLED, Task.State.AWAITING_ACCEPTANCE]
    )
    return _lines(rows.filter(due_on__gte=since) if since else rows)


def silent_on(project: Project, day: date) -> list[dict[str, Any]]:
    """Running tasks on which nothing was said for more than two workdays, nor since."""
    last_heard = workdays_ago(day, STALE_AFTER + 1)
    heard = clock.local(last_heard + timedelta(1), time(0), project.time_zone)
    unheard = Q(reported_at__lt=heard) | Q(reported_at__isnull=True, starts_on__lte=last_heard)
    running = Q(state__in=[Task.State.NOT_STARTED, Task.State.IN_PROGRESS])
    return _lines(leaves(Task.objects.filter(unheard, running, project=project)))


def new_risks(project: Project, after: datetime, until: datetime) -> list[dict[str, Any]]:
    """The risks that were opened in (after, until]."""
    rows = Risk.objects.filter(project=project, opened_at__gt=after, opened_at__lte=until).exclude(state=Risk.State.CLOSED)
    found = rows.select_related("task__department", *(f"task__{name}" for name in CLAUSES)).order_by("-deviation", "id")[:MOST]
    return [
        {
            "title": row.title,
            "department": row.task.department.name if row.task else "",
            "key": row.task.department_id if row.task else None,
            "deviation": row.deviation,
            "promise": promise_of(row.task),
        }
        for row in found
    ]


def whole(project: Project) -> list[int]:
    """Planned and actual of the whole project, in hundredths of a percent; nothing without tasks."""
    found = project_figures(project)
    return [found.planned, found.actual] if found else []


def parties_of(project: Project) -> list[Party]:
    """The departments that take part, with those who speak for them."""
    return list(project.parties.select_related("head", "liaison", "department"))
