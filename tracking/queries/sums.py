"""Whether the parts of a quantified task add up to it (rule E1)."""

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
