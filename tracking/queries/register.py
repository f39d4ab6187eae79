"""The risk register: flagged rows, a flagged whole folded under the flagged part that explains it."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from people.models import User
from projects.models import Project
from tracking.access import Act, is_near, may_risk
from tracking.models import Risk

REST = (
    "project", "owner__department", "task__department", "task__assignee__department", "task__parent__parent",
    "task__clause__memorandum", "task__root__clause__memorandum",
)  # fmt: skip
SHOWN = ("open", "monitoring", "occurred", "closed")


def register(risks: QuerySet[Risk], state: str) -> QuerySet[Risk]:
    """The rows of a register in one state (all without): the most behind first; wholes that a part explains are folded."""
    rows = risks.filter(state=state) if state else risks
    explained = Exists(_open_parts(OuterRef("task")))
    rows = rows.exclude(Q(source=Risk.Source.DEVIATION, state=Risk.State.OPEN) & explained)
    return rows.select_related(*REST).order_by(F("is_major").desc(), F("deviation").desc(nulls_last=True), "id")


def one(risk: Risk, user: User) -> Risk:
    """One row with all that it shows, folded elsewhere or not."""
    found = Risk.objects.select_related(*REST).get(pk=risk.pk)
    dress([found], user)
    return found


def _open_parts(whole: OuterRef) -> QuerySet[Risk]:
    return Risk.objects.filter(task__parent=whole, source=Risk.Source.DEVIATION, state=Risk.State.OPEN)


def dress(rows: list[Risk], user: User | None) -> None:
    """Give each row the wholes folded under it, and what this person (none: nobody) may do; a whole stands under one row only."""
    folded = _folded_under(rows)
    projects: dict[int, Project] = {}
    shown: set[int] = set()
    for row in rows:
        row.project = projects.setdefault(row.project_id, row.project)
        chain = folded.get(row.pk, [])
        row.folded = [whole for whole in chain if whole.pk not in shown]  # type: ignore[attr-defined]
        shown |= {whole.pk for whole in chain}
        reader = user if row.state != Risk.State.CLOSED else None
        row.may_answer = reader is not None and may_risk(reader, row, Act.ANSWER)  # type: ignore[attr-defined]
        row.asks_me = row.may_answer and is_near(user, row)  # type: ignore[attr-defined]
        row.may_close = reader is not None and may_risk(reader, row, Act.CLOSE)  # type: ignore[attr-defined]
        if row.task is not None and row.task.promise is not None:
            row.task.promise.memorandum.project = row.project


def _folded_under(rows: list[Risk]) -> dict[int, list[Risk]]:
    """Per row the open risks of the wholes above its task, the nearest first; as many queries as the deepest tree has levels."""
    found: dict[int, list[Risk]] = {}
    looking = {row.pk: row.task.parent_id for row in rows if row.task and row.state == Risk.State.OPEN}
    while any(looking.values()):
        above = Risk.objects.filter(
            task__in={key for key in looking.values() if key}, source=Risk.Source.DEVIATION, state=Risk.State.OPEN
        ).select_related("task")
        by_task = {risk.task_id: risk for risk in above}
        following = {}
        for key, whole in looking.items():
            risk = by_task.get(whole) if whole else None
            if risk is not None and risk.task is not None:
                found.setdefault(key, []).append(risk)
                following[key] = risk.task.parent_id
        looking = following
    return found


def counts_by_state(risks: QuerySet[Risk]) -> dict[str, int]:
    """How many risks stand in each state."""
    return dict(risks.order_by().values_list("state").annotate(n=Count("pk")))
