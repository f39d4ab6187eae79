"""The one shared order of tasks, and their place in the tree (rules E1, E4): sort keys between neighbours, nothing renumbered."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from common import clock, ranks
from common.acts import act
from common.again import Again, signs
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.models import Project
from tracking import figures
from tracking.access import Act, check_project, check_task, check_tasks_begun, task_for
from tracking.models import Task
from tracking.services.follow import follow
from tracking.services.opening import check_seen, know_assignee, open_row, steadily
from tracking.services.promised import only_by_change_request
from tracking.upward import beside


def rank_at(
    project: Project, *, before_uid: UUID | None = None, after_uid: UUID | None = None, edge: str = "", moved: int | None = None
) -> str:
    """A sort key behind one task, before another, between two, or at an edge of the whole order."""
    if edge:
        end = _next(project, moved, ">", "", "ASC") if edge == "start" else _next(project, moved, "<", LAST, "DESC")
        return _room(ranks.first_of_all(end or "i") if edge == "start" else ranks.last_of_all(end or "i"))
    asked = {uid for uid in (before_uid, after_uid) if uid is not None}
    known = {row.uid: row.rank for uid in asked for row in _beside(project.pk, uid) if row.pk != moved}
    low = known.get(after_uid, "") if after_uid else ""
    high = known.get(before_uid, "") if before_uid else ""
    if asked - known.keys() and not known:
        raise Refused(_("The task beside it is no longer there; look at the list again."), field="place", code="place")
    if low and not (high and low < high):
        high = _next(project, moved, ">", low, "ASC")
    elif not low:
        low = _next(project, moved, "<", high, "DESC")
    if low and high:
        return _room(ranks.between(low, high))
    return _room(ranks.last_of_all(low) if low else ranks.first_of_all(high))


_PROJECT = signs(1)[0]
_UID = UUID(int=987_654_321)
_beside = Again(lambda project, uid: Task.objects.filter(project=project, uid=uid).order_by(), _PROJECT, _UID)
LAST = "z" * 16  # behind every key
NEXT = "SELECT rank FROM tracking_task WHERE project_id = %s AND id <> %s AND rank {sign} %s ORDER BY rank {way} LIMIT 1"


def _next(project: Project, moved: int | None, sign: str, rank: str, way: str) -> str:
    """The sort key next to one, of another task than the one that is moved; "" at the end."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT.format(sign=sign, way=way), [project.pk, moved or 0, rank])
        found = cursor.fetchone()
    return found[0] if found else ""


def _room(rank: str) -> str:
    if len(rank) > ranks.LONGEST:
        raise Refused(_("There is no room left just there; put it one place further."), field="place", code="place")
    return rank


@steadily
@act
def place_task(
    *,
    actor: User,
    task_uid: UUID,
    seen_version: int | None,
    parent_uid: UUID | None = None,
    after_uid: UUID | None = None,
    before_uid: UUID | None = None,
) -> Task:
    """Put a task elsewhere in the tree: before or behind another, under another (with all its parts), or at the top.

    Errors: Refused where a clause's task would go under another, into its own part, or under a task with reports.
    """
    found = task_for(actor, task_uid, Act.EDIT)
    parent = _new_parent(actor, found, parent_uid)
    if (parent is not None and parent.pk == found.parent_id) or (parent is None and found.parent_id is None):
        return _reorder(actor, task_uid, seen_version, before_uid, after_uid)
    check_tasks_begun(found.project)
    mine = {"parent": str(parent) if parent else ""}
    task, branches, below = _lock_both(found, parent)
    check_seen(task, seen_version, mine)
    old_top = task.parent
    _check_under(task, branches.get(parent.pk) if parent else None)
    _hang(task, branches.get(parent.pk) if parent else None, below)
    task.rank = rank_at(found.project, before_uid=before_uid, after_uid=after_uid, moved=task.pk, **_last(before_uid, after_uid))
    task.bump("parent", "root", "level", "rank")
    waiting: set[int] = set()
    if old_top is not None:
        left = _upward(old_top, branches)
        waiting = follow(found.project, left, beside(found.project, left), actor=actor, whole=True)
    entered = _upward(task, branches)
    follow(found.project, entered, beside(found.project, entered), actor=actor, waiting=waiting)
    facts = {"parent": task.parent.title if task.parent else "", "from": old_top.title if old_top else ""}
    verb = "task.put_under" if task.parent else "task.put_on_top"
    told = [task.assignee] if task.assignee is not None else []
    record(actor=actor, verb=verb, subject=task, project=found.project, facts=facts, tell=told)
    return task


def _last(before_uid: UUID | None, after_uid: UUID | None) -> dict[str, Any]:
    return {} if before_uid or after_uid else {"edge": "end"}


def _reorder(actor: User, task_uid: UUID, seen_version: int | None, before_uid: UUID | None, after_uid: UUID | None) -> Task:
    """Before or behind another: the one row, and nothing that is figured."""
    task = open_row(actor, task_uid, Act.EDIT, seen_version, {"place": ""})
    task.rank = rank_at(task.project, before_uid=before_uid, after_uid=after_uid, moved=task.pk, **_last(before_uid, after_uid))
    task.bump("rank")
    record(actor=actor, verb="task.ordered", subject=task, project=task.project, facts={})
    return task


def _new_parent(actor: User, task: Task, parent_uid: UUID | None) -> Task | None:
    """The task to go under, through its own door; at the top, the project's."""
    if parent_uid is None:
        if task.parent_id is not None:
            check_project(actor, task.project, Act.CREATE, department=task.department_id)
        return None
    if task.parent is not None and task.parent.uid == parent_uid:
        return task.parent
    parent = task_for(actor, parent_uid, Act.VIEW, beside=task.project)
    if parent.project_id != task.project_id:
        raise Http404
    check_task(actor, parent, Act.CREATE)
    return parent


def _lock_both(found: Task, parent: Task | None) -> tuple[Task, dict[int, Task], list[Task]]:
    """The task with all its parts, what is above it, and the branch that it goes to, in the one order; by key, and the parts."""
    figures.beside_others(found.project_id)
    keys = figures.branch_keys(found) | (figures.branch_keys(parent) if parent else set())
    below = figures.keys_below(found)
    rows = figures.in_lock_order(Task.objects.filter(pk__in=keys | below))
    branches = {row.pk: row for row in rows}
    for key in (found.pk, parent.pk if parent else found.pk):
        figures.upward_from(key, branches)
    if figures.keys_below(found) != below:
        raise figures.Elsewhere
    for row in branches.values():
        row.project = found.project
        row.parent = branches.get(row.parent_id) if row.parent_id is not None else None
    task = branches[found.pk]
    know_assignee(task, found)
    return task, branches, [branches[key] for key in sorted(below)]


def _check_under(task: Task, parent: Task | None) -> None:
    """What may not become a part, or not of this one."""
    if parent is None:
        return
    if task.clause_id is not None:
        said = _("The memorandum promises this task; under another it goes only through a change request.")
        raise only_by_change_request(task, said, "parent")
    above: Task | None = parent
    while above is not None:
        if above.pk == task.pk:
            raise Refused(_("A task cannot become part of its own part."), field="parent", code="cycle")
        above = above.parent
    check_can_have_parts(parent)
    check_within(task, parent)


def check_can_have_parts(task: Task) -> None:
    """A task on which progress was reported is not divided: what was said would count twice."""
    if task.state == Task.State.CANCELLED:
        raise Refused(_("This task is cancelled."), code="cancelled")
    if task.done and not task.children.exists():
        raise Refused(
            _("Progress has been reported on this task. Report 0 with a reason first, then report on its parts."), code="reported"
        )


def check_within(task: Task, parent: Task) -> None:
    """A part is due no later than its whole."""
    if task.due_on and parent.due_on and task.due_on > parent.due_on:
        raise Refused(
            _("The whole is due on %s; a part cannot be later.") % parent.due_on.isoformat(), field="due_on", code="late"
        )


def _hang(task: Task, parent: Task | None, below: list[Task]) -> None:
    """Put the task under its new whole (unsaved); its parts follow with their level and top (saved)."""
    deeper = (parent.level + 1 if parent else 0) - task.level
    task.parent, task.level = parent, task.level + deeper
    task.root_id = parent.tree if parent else None
    for row in below:
        row.root_id, row.level = task.tree, row.level + deeper
    if below:
        bulk_update_with_history(below, Task, ["root", "level"], default_date=clock.now())


def _upward(lowest: Task, branches: dict[int, Task]) -> list[Task]:
    branch, row = [], branches.get(lowest.pk)
    while row is not None:
        branch.append(row)
        row = branches.get(row.parent_id) if row.parent_id is not None else None
    return branch
