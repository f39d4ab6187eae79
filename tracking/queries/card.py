"""The weekly card: the numbers due from a person, sheet by sheet (rules E2, C3)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery

from common import clock
from common.saying import here
from people.models import User
from projects.models import CommunicationRule, Project
from tracking.deviation import FULL
from tracking.models import Task
from tracking.queries.desk import REST, running, unreported_of

SHOWN = 50  # rows of one sheet; the next appear when these are saved
MOST = 150  # rows looked at
POINTS = 5  # of a report template
BETWEEN = re.compile(r"[、,，;；/|\n]+")


@dataclass(frozen=True)
class Due:
    """The rows of a sheet, how many are due in truth, and what was said today."""

    tasks: list[Task]
    total: int
    said: list[Task]

    @property
    def more(self) -> int:
        return self.total - len(self.tasks)


def due_from(user: User, project: Project | None = None) -> Due:
    """The numbers due from a person, in all projects or in one, longest unheard first; two queries at most."""
    owed = running(user)
    if project is not None:
        owed = owed.filter(project=project)
    found = list(_whole(owed).order_by(F("reported_at").asc(nulls_first=True), "due_on", "rank")[:MOST])
    today = clock.today(settings.TIME_ZONE)
    due = [row for row in found if row.reported_at is None or here(row.reported_at).date() < today]
    said = [row for row in reversed(found) if row not in due]
    total = len(due) if said or len(found) < MOST else unreported_of(owed).count()
    shown = sorted(due[:SHOWN], key=lambda row: (row.project.name, row.project_id, row.due_on or date.max, row.rank))
    return Due(shown, total, said)


def rows_of(tasks: QuerySet[Task], uids: Sequence[UUID]) -> list[Task]:
    """The rows of a sheet that was sent, as they stand now, in the order of the sheet."""
    found = {row.uid: row for row in _whole(tasks.filter(uid__in=uids))}
    return [found[uid] for uid in uids if uid in found]


def _whole(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """With all that a row shows, the report template of its project as well."""
    asks = CommunicationRule.objects.filter(project=OuterRef("project")).exclude(template="").order_by("order", "id")
    return tasks.select_related(*REST).annotate(template=Subquery(asks.values("template")[:1]))


def points_asked(task: Task) -> list[str]:
    """What the report template of a row's project asks: its points, as they stand between commas."""
    return points_of(getattr(task, "template", None) or "")


def points_of(template: str) -> list[str]:
    """The points of a report template, as they stand between commas; a template of one point asks nothing of its own."""
    points = [point.strip() for point in BETWEEN.split(template) if point.strip()]
    return points[:POINTS] if len(points) > 1 else []


def expected(task: Task) -> Decimal | None:
    """How much there should be by the plan of the last evening, in the task's unit; None where nothing is planned."""
    figures = getattr(task, "figures", None)
    if figures is None:
        return None
    whole = task.target if task.target is not None else Decimal(100)
    return (whole * figures.planned / FULL).quantize(Decimal("0.1"))
