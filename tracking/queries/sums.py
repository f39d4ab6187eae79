"""Whether the parts of a quantified task add up to it (rule E1)."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from tracking.models import Task


def left_to_distribute(task: Task) -> Decimal:
    """What of a task's quantity no part has yet (negative: too much is given out); 0 without quantity or without parts."""
    parts = task.children.exclude(state=Task.State.CANCELLED)
    if task.target is None or not parts.exists():
        return Decimal(0)
    given = parts.filter(unit=task.unit).aggregate(sum=Sum("target"))["sum"]
    return task.target - (given or Decimal(0))


def left_below(rows: Iterable[Task]) -> dict[int, Decimal]:
    """The same for each whole among the rows of a tree at hand (cancelled ones left out), by key; no query."""
    known = {row.pk: row for row in rows}
    given: dict[int, Decimal] = {}
    for row in known.values():
        whole = known.get(row.parent_id or 0)
        if whole is not None and whole.target is not None:
            part = row.target if row.target is not None and row.unit == whole.unit else Decimal(0)
            given[whole.pk] = given.get(whole.pk, Decimal(0)) + part
    return {key: (known[key].target or Decimal(0)) - sum for key, sum in given.items()}
