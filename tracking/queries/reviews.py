"""Deliverables that were handed over: who waits for whom, since when, and what came back (rule E3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from people.models import User
from people.queries import daily_for
from projects.models import Party
from tracking.access import Act, may_task
from tracking.models import Review, Task


@dataclass(frozen=True)
class ReviewLine:
    """Where a handed-over deliverable stands, and what this person may do about it."""

    awaits: bool
    kind: str = ""
    at: datetime | None = None
    who: str = ""
    reason: str = ""
    seen: int = 0  # the version that the newest review made: what the next act has seen
    may_submit: bool = False
    may_accept: bool = False

    @property
    def is_shown(self) -> bool:
        """Something was handed over, or can be."""
        return bool(self.awaits or self.may_submit or self.kind)


def _newest(field: str) -> Subquery:
    return Subquery(Review.objects.filter(task=OuterRef("pk")).order_by("-at", "-id").values(field)[:1])


def reviewed(tasks: QuerySet[Task]) -> QuerySet[Any]:
    """Tasks with their newest review."""
    return tasks.annotate(
        review_kind=_newest("kind"), review_at=_newest("at"), review_who=_newest("by__name"), review_reason=_newest("reason"),
        review_version=_newest("task_version"),
    )  # fmt: skip


def line_of(task: Any, *, may_submit: bool = False, may_accept: bool = False) -> ReviewLine:
    """The state of a `reviewed` task's acceptance."""
    return ReviewLine(
        awaits=task.state == Task.State.AWAITING_ACCEPTANCE,
        kind=task.review_kind or "",
        at=task.review_at,
        who=task.review_who or "",
        reason=task.review_reason or "",
        seen=task.review_version or 0,
        may_submit=may_submit,
        may_accept=may_accept,
    )


def review_line(task: Task, user: User) -> ReviewLine:
    """The state of a task's acceptance for one reader; one query for its newest review, none where nobody receives it."""
    running = task.state in (Task.State.NOT_STARTED, Task.State.IN_PROGRESS)
    awaits = task.state == Task.State.AWAITING_ACCEPTANCE
    if task.receiver_id is None and not awaits:
        return ReviewLine(awaits=False)
    return line_of(
        reviewed(Task.objects.filter(pk=task.pk)).get(),
        may_submit=running and task.receiver_id is not None and may_task(user, task, Act.SUBMIT),
        may_accept=awaits and may_task(user, task, Act.ACCEPT),
    )


def to_accept(tasks: QuerySet[Task], user: User) -> QuerySet[Any]:
    """Deliverables that wait for this person's department: for its liaison, or its head where it has none."""
    mine = Party.objects.filter(project=OuterRef("project"), department=OuterRef("handed_to"))
    daily = daily_for(user)
    heads = Q(head=user) | Q(head__in=daily)
    mine = mine.filter(Q(liaison=user) | Q(liaison__in=daily) | Q(heads, liaison__isnull=True))
    return reviewed(tasks.filter(Exists(mine), state=Task.State.AWAITING_ACCEPTANCE)).order_by("review_at", "id")


def is_back(kind: str | None, at: datetime | None, reported_at: datetime | None) -> bool:
    """Whether a deliverable was returned, and nothing was reported since."""
    return kind == Review.Kind.RETURNED and at is not None and (reported_at is None or reported_at < at)
