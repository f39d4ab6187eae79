"""What else looks different when a task or a risk changes: the wholes above it, and the task under a risk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tracking.models import Risk, Task


def beside_tasks(ids: Iterable[int]) -> Mapping[int, list[str]]:
    """By task, the keys of the wholes it is a part of, the nearest first; a query per level."""
    over: dict[int, int] = {}
    uids: dict[int, object] = {}
    wanted = starts = set(ids)
    while wanted:
        rows = list(Task.objects.filter(pk__in=wanted).order_by().values_list("pk", "uid", "parent_id"))
        uids |= {pk: uid for pk, uid, _parent in rows}
        over |= {pk: parent for pk, _uid, parent in rows if parent}
        wanted = {parent for _pk, _uid, parent in rows if parent} - uids.keys()
    found: dict[int, list[str]] = defaultdict(list)
    for pk in starts:
        whole = over.get(pk)
        while whole:
            found[pk].append(f"tracking.task:{uids[whole]}")
            whole = over.get(whole)
    return found


def beside_risks(ids: Iterable[int]) -> Mapping[int, list[str]]:
    """By risk, the key of its task."""
    rows = Risk.objects.filter(pk__in=list(ids), task__isnull=False).values_list("pk", "task__uid")
    return {pk: [f"tracking.task:{uid}"] for pk, uid in rows}
