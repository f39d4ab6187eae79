"""What follows for the work when promises change: tasks take the new words, the plan is frozen anew (rule C9)."""

from typing import Any

from django.db.models import Q

from common.moves import move
from common.ports import record, record_all
from people.models import User
from projects.models import Amendment, Clause, ClauseChange, Memorandum, Party
from projects.services.amendment_lines import write_down_slip
from projects.services.project import note_assignee
from tracking import figures
from tracking.models import ChangeRequest, Slip, Task
from tracking.services.follow import WITNESSES, judge_replanned, parts_follow, put, state_at, submitted
from tracking.services.kpis import feed_on_time
from tracking.services.promises import freeze_plan, make_tasks

TAKEN = {"department": "department_id", "handed_to": "handed_to_id", "quantity": "target", "text": "title", "node": "node_id"}
AS_CALLED = ("unit", "starts_on", "due_on", "deliverable", "standard")
CONFIRMED_ANEW = {"department", "quantity", "unit", "starts_on", "due_on", "deliverable", "standard"}


def collect_slips(amendment: Amendment) -> None:
    """Slips that both liaisons agreed and that stand in no version yet are written into the draft, inside the caller's act."""
    free = Q(amendment=None) | Q(amendment=amendment)
    rows = Slip.objects.filter(free, clause__memorandum=amendment.memorandum_id, state=Slip.State.AGREED)
    for slip in rows.select_related("clause__department", "clause__handed_to", "clause__node").order_by("id"):
        _collect(amendment, slip)


def collect_slip(memorandum: Memorandum, slip: Slip) -> None:
    """A slip that was agreed just now stands in the draft, where there is one."""
    draft = memorandum.amendments.filter(state=Amendment.State.DRAFT).first()
    if draft is not None and _collect(draft, slip):
        draft.bump()  # who opens it has seen the line


def _collect(amendment: Amendment, slip: Slip) -> bool:
    written = slip.clause.ended_at is None and write_down_slip(amendment, slip.clause, slip.to_due)
    if slip.amendment_id != amendment.pk:
        slip.amendment = amendment
        slip.save(update_fields=["amendment"])
    return written


def free_of(amendment: Amendment) -> None:
    """The draft was given up: its slips wait for the next one, its requests are closed; nothing else changes."""
    for slip in Slip.objects.filter(amendment=amendment).select_for_update(no_key=True).order_by("id"):
        slip.amendment = None
        slip.save(update_fields=["amendment"])
    for change in _requests(amendment):
        move(change, ChangeRequest.State.CLOSED)
        change.save(update_fields=["state"])


def _requests(amendment: Amendment) -> Any:
    rows = ChangeRequest.objects.filter(amendment=amendment, state=ChangeRequest.State.APPROVED)
    return rows.select_for_update(no_key=True).order_by("id")


def follow_amendment(amendment: Amendment) -> list[Task]:
    """Tasks take the new words, new promises become tasks, ended ones are cancelled, the plan is frozen for this version.

    Inside the transaction that brings it into force, which happens once.
    """
    memorandum = amendment.memorandum
    project = memorandum.project
    document = amendment.document
    assert document is not None
    _settle_requests(amendment)
    figures.beside_others(project.pk)
    changes = {row.clause_id: row for row in amendment.changes.select_related("clause")}
    trees = _trees(amendment)
    parties = {row.department_id: row for row in project.parties.select_related("liaison")}
    amended = []
    for tree in trees:
        for task in tree:
            task.project = project
        change = changes[tree[0].clause_id]
        if change.kind == ClauseChange.Kind.ENDED:
            _cancel(tree)
        elif change.kind == ClauseChange.Kind.CHANGED:
            _take(tree, change, parties)
        amended.append((tree[0], _facts(amendment, change), _told(tree[0])))
    made = make_tasks(memorandum)
    freeze_plan(document, memorandum)
    if made:
        figures.refresh(project, {task.pk for task in made})
    for tree in trees:
        judge_replanned(project, tree)
    _record(amendment, amended, made)
    feed_on_time(project)
    return [*(tree[0] for tree in trees), *made]


def _settle_requests(amendment: Amendment) -> None:
    """What was approved is done now; a request of which no line was left in the draft is closed instead."""
    kept = {
        clause: kind for clause, kind in amendment.changes.values_list("clause_id", "kind") if kind != ClauseChange.Kind.SLIPPED
    }
    added = any(kind == ClauseChange.Kind.ADDED for kind in amendment.changes.values_list("kind", flat=True))
    for change in _requests(amendment):
        lines = set(change.lines.values_list("clause_id", flat=True))
        is_done = bool(lines & kept.keys() - {None}) or (None in lines and added)
        move(change, ChangeRequest.State.IMPLEMENTED if is_done else ChangeRequest.State.CLOSED)
        change.save(update_fields=["state"])


def _trees(amendment: Amendment) -> list[list[Task]]:
    """The trees of the tasks whose clauses change, under lock in the one order; each begins with its top."""
    tops = list(Task.objects.filter(clause__changes__amendment=amendment).order_by("id").values_list("pk", flat=True))
    trees: dict[int, list[Task]] = {pk: [] for pk in tops}
    for row in figures.in_lock_order(Task.objects.filter(Q(pk__in=tops) | Q(root__in=tops))):
        trees[row.tree].append(row)
    return [sorted(rows, key=lambda row: (row.level, row.pk)) for rows in trees.values()]


def _take(tree: list[Task], change: ClauseChange, parties: dict[int, Party]) -> None:
    """The task takes what its clause says now; that is confirmed anew, by the new department's liaison where it moved."""
    task, clause = tree[0], change.clause
    assert clause is not None
    due_before = task.due_on
    names = []
    for name in change.after:
        column = name if name in AS_CALLED else TAKEN.get(name)
        if column is not None:
            setattr(task, column, getattr(clause, f"{name}_id" if column.endswith("_id") else name))
            names.append(column)
    _keep_window(task, clause)
    if "department" in change.after:
        party = parties.get(task.department_id)
        task.assignee = party.liaison if party is not None else None
        if task.assignee is not None:
            note_assignee(task.project, task.assignee)
    if CONFIRMED_ANEW & set(change.after):
        task.confirmed_at = None
    was = task.state
    if task.reported_at and len(tree) == 1 and {"quantity", "handed_to", "department"} & set(change.after):
        put(task, state_at(task, task.done))
    task.bump(*names, "starts_on", "assignee", "confirmed_at", *WITNESSES)  # who looked before has not seen these terms
    parts_follow(tree, due_before)
    if task.state == Task.State.AWAITING_ACCEPTANCE != was:
        submitted(task, None)


def _keep_window(task: Task, clause: Clause) -> None:
    """It begins no later than it is due."""
    if task.starts_on is not None and task.due_on is not None and task.starts_on > task.due_on:
        task.starts_on = clause.starts_on if clause.starts_on and clause.starts_on <= task.due_on else task.due_on


def _cancel(tree: list[Task]) -> None:
    """A promise that was taken out is worked on no more; what was done stays done, reports are kept."""
    for task in reversed(tree):
        if task.is_open:
            put(task, Task.State.CANCELLED)
            task.bump(*WITNESSES)


def _facts(amendment: Amendment, change: ClauseChange) -> dict[str, Any]:
    assert change.clause is not None
    edition = amendment.edition
    return {"number": change.clause.number, "amendment": amendment.number, "edition": edition, "kind": change.kind}


def _told(task: Task) -> list[User]:
    return [task.assignee] if task.assignee is not None else []


def _record(amendment: Amendment, amended: list[tuple[Task, dict[str, Any], list[User]]], made: list[Task]) -> None:
    """One event per task that an amendment changed, so that its page says so; one for those that are new."""
    project = amendment.memorandum.project
    record_all(actor=None, verb="task.amended", project=project, said=amended)
    if made:
        told = [task.assignee for task in made if task.assignee is not None]
        facts = {"count": len(made), "number": amendment.number}
        record(actor=None, verb="task.made_from_memorandum", subject=amendment, project=project, facts=facts, tell=told)
