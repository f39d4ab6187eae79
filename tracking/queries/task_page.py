"""What the page of a task shows of it, asked at once."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import JSONObject
from django.http import Http404

from people.models import User
from tracking import figures
from tracking.access import Act, check_task, tasks_visible_to
from tracking.models import Baseline, EveningScan, Issue, Measure, Report, Task
from tracking.queries.board import CARD_ROWS, dressed

_OF_TASK = Report.objects.filter(task=OuterRef("pk")).order_by().values("task")
_PARTS = Task.objects.filter(parent=OuterRef("pk"), unit=OuterRef("unit")).exclude(state=Task.State.CANCELLED).order_by()
_OF_MEASURE = Measure.objects.filter(task=OuterRef("pk")).order_by()
_RAISED = Issue.objects.filter(task=OuterRef("pk")).order_by("-raised_at", "-id")
_AS_SIGNED = Baseline.objects.filter(task=OuterRef("pk")).order_by("-id")


def task_to_show(user: User, uid: UUID) -> Task:
    """The door of the page: 404 unseen; with the task come evening, number of reports, plan as signed, and what parts have."""
    plan = JSONObject(starts_on="starts_on", due_on="due_on", target="target", unit="unit")
    task: Any = (
        tasks_visible_to(user)
        .filter(uid=uid)
        .select_related("project", *CARD_ROWS)
        .annotate(
            scanned=Subquery(EveningScan.objects.filter(project=OuterRef("project")).order_by("-day").values("day")[:1]),
            number_of_reports=Subquery(_OF_TASK.annotate(n=Count("pk")).values("n")),
            given=Subquery(_PARTS.values("parent").annotate(n=Sum("target")).values("n")),
            as_signed=Subquery(_AS_SIGNED.values(said=plan)[:1]),
            measure_of=Subquery(_OF_MEASURE.values(said=JSONObject(uid="issue__uid", title="issue__title"))[:1]),
            raised_here=Subquery(_RAISED.values(said=JSONObject(uid="uid", title="title"))[:1]),
        )
        .first()
    )
    if task is None:
        raise Http404
    check_task(user, task, Act.VIEW)
    return dressed(task, task.project, user)


def evening_of(task: Any) -> date:
    """The evening of which the planned figures on the page are."""
    evening = figures.last_evening(task.project)
    return min(task.scanned, evening) if task.scanned else evening


def baseline_of(task: Any) -> Baseline | None:
    """The plan of the task as last signed."""
    said = task.as_signed
    if said is None:
        return None
    field = Baseline._meta.get_field("target")
    days = {name: date.fromisoformat(said[name]) for name in ("starts_on", "due_on")}
    return Baseline(**days, target=field.to_python(said["target"]), unit=said["unit"])


def issue_of(said: dict[str, str] | None) -> Issue | None:
    """An issue as the page names it: the one whose measure the task is, or the last one raised from it."""
    return Issue(uid=UUID(said["uid"]), title=said["title"]) if said else None
