"""The checklist of a task: the points of its delivery standard, ticked by whoever reports (rule E1)."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common import clock
from common.acts import act
from common.ports import record
from common.refusals import Conflict, Refused
from common.rows import delete_with_history
from people.models import User
from tracking.access import Act, check_tasks_begun, task_for
from tracking.models import ChecklistItem, Task
from tracking.services.opening import open_row

MOST_POINTS = 30


def checklist_of_node(task: Task) -> None:
    """The points of the node's delivery standard, for a saved task that has no checklist yet."""
    points = [str(point)[:200] for point in (task.node.standard if task.node else []) if str(point).strip()]
    if points and not task.checklist.exists():
        _make(task, points)


def _make(task: Task, points: list[str], first: int = 0) -> None:
    rows = [ChecklistItem(task=task, order=number, text=text) for number, text in enumerate(points, first)]
    bulk_create_with_history(rows, ChecklistItem, default_date=clock.now())


@act
def save_checklist(*, actor: User, task_uid: UUID, seen_version: int | None, points: list[str]) -> Task:
    """Write the points of the checklist, in order; one that stays keeps its tick."""
    said = list(dict.fromkeys(point.strip() for point in points if point.strip()))
    task = open_row(actor, task_uid, Act.EDIT, seen_version, {"points": said})
    if len(said) > MOST_POINTS or any(len(point) > 200 for point in said):
        raise Refused(_("At most 30 points of 200 characters each."), field="points", code="long")
    known = {item.text: item for item in task.checklist.all()}
    kept = [known[text] for text in said if text in known]
    for item in kept:
        item.order = said.index(item.text)
    if kept:
        bulk_update_with_history(kept, ChecklistItem, ["order"], default_date=clock.now())
    delete_with_history([known[text] for text in known.keys() - set(said)])
    new = [ChecklistItem(task=task, order=said.index(text), text=text) for text in said if text not in known]
    if new:
        bulk_create_with_history(new, ChecklistItem, default_date=clock.now())
    task.bump()
    record(actor=actor, verb="task.checklist_saved", subject=task, project=task.project, facts={"count": len(said)})
    return task


@act
def tick(*, actor: User, item_uid: UUID, seen_version: int | None, done: bool = True) -> ChecklistItem:
    """Tick a point, or take the tick back; `seen_version` is the point's own."""
    found = ChecklistItem.objects.filter(uid=item_uid).values_list("task__uid", flat=True).first()
    if found is None:
        raise Http404
    task = task_for(actor, found, Act.REPORT)
    check_tasks_begun(task.project)
    item = ChecklistItem.objects.select_for_update(no_key=True).filter(uid=item_uid).first()
    if item is None:
        raise Http404
    item.task = task
    if (item.done_at is not None) == done:
        return item
    if seen_version is not None and item.version != seen_version:
        theirs = {"done": item.done_at is not None, "version": item.version, "who": item.done_by, "at": item.done_at}
        raise Conflict(_("Somebody else saved this while you were typing."), mine={"done": done}, theirs=theirs)
    item.done_at, item.done_by = (clock.now(), actor) if done else (None, None)
    item.bump("done_at", "done_by")
    verb = "task.ticked" if done else "task.unticked"
    record(actor=actor, verb=verb, subject=task, project=task.project, facts={"point": item.text})
    return item
