"""Reporting progress, and moving a task on the board (rules E2, E3)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from common import clock
from common.acts import act
from common.moves import move
from common.ports import record
from common.refusals import Conflict, NeedsConfirmation, Refused
from common.saying import quantity_words
from people.models import User
from projects.models import Project
from tracking import figures
from tracking.access import Act, check_tasks_begun, task_for
from tracking.models import Report, Task
from tracking.spells import Verdict, settle

TOO_MANY = 100  # a figure above so many times the target is a slip of the keyboard


@act
def report_progress(
    *,
    actor: User,
    task_uid: UUID,
    done: Decimal,
    seen_version: int | None,
    note: str = "",
    confirm: bool = False,
    reason: str = "",
) -> Report:
    """Append a report of the new total; the task, all above it, and their deviation risks follow.

    Errors: Conflict with both values; NeedsConfirmation "confirm" above the target, "reason" below the last report.
    """
    task, branch = _open(actor, task_uid, {"done": done, "note": note}, seen_version)
    done = Decimal(done)
    _check_reportable(task, done, confirm=confirm, reason=reason)
    return _append(actor, task, branch, done, note=note, reason=reason, state=_state_for(task, done))


def _open(actor: User, task_uid: UUID, mine: dict[str, object], seen_version: int | None) -> tuple[Task, list[Task]]:
    """Door, locks, version; the branch begins with the task."""
    found = task_for(actor, task_uid, Act.REPORT)
    check_tasks_begun(found.project)
    branch = figures.lock_branch(found)
    for row in branch:
        row.project = found.project
    task = branch[0]
    check_seen(task, seen_version, mine)
    return task, branch


def check_seen(task: Task, seen_version: int | None, mine: dict[str, object]) -> None:
    """Conflict when somebody saved since this person looked: both values, who, and when."""
    if seen_version is None or task.version == seen_version:
        return
    last = task.history.select_related("history_user").order_by("-history_date", "-history_id").first()
    theirs = {name: getattr(task, name) for name in mine if hasattr(task, name)}
    theirs |= {
        "version": task.version,
        "who": last.history_user if last else None,
        "at": last.history_date if last else None,
    }
    raise Conflict(_("Somebody else saved this while you were typing."), mine=mine, theirs=theirs)


def _check_reportable(task: Task, done: Decimal, *, confirm: bool, reason: str) -> None:
    if task.state == Task.State.CANCELLED:
        raise Refused(_("This task is cancelled."), code="cancelled")
    if task.children.exclude(state=Task.State.CANCELLED).exists():
        raise Refused(_("This task has parts; report on those, its progress follows."), field="done", code="has_parts")
    if not done.is_finite() or done < 0 or done != round(done, 2):
        raise Refused(_("Give the new total as a number with at most two decimals."), field="done", code="number")
    if task.target is None and done > 100:
        raise Refused(_("A percentage is at most 100."), field="done", code="number")
    whole = task.target or Decimal(100)
    if done > whole * TOO_MANY:
        raise Refused(_("That is more than a hundred times the target; check the figure."), field="done", code="number")
    if done > whole and not confirm:
        said = {"done": quantity_words(done, task.unit), "target": quantity_words(task.target, task.unit)}
        raise NeedsConfirmation(
            _("%(done)s is above the target of %(target)s. Is that right?") % said, need="confirm", field="done"
        )
    if done < task.done and not reason.strip():
        said = {"done": quantity_words(done, task.shown_unit), "last": quantity_words(task.done, task.shown_unit)}
        raise NeedsConfirmation(
            _("%(done)s is less than the last report of %(last)s. Please say why.") % said, need="reason", field="reason"
        )


def _state_for(task: Task, done: Decimal) -> str:
    """The first report begins a task, the whole amount finishes it, less takes it back."""
    return Task.State.DONE if done >= (task.target or 100) else Task.State.IN_PROGRESS


def _append(actor: User, task: Task, branch: list[Task], done: Decimal, *, note: str, reason: str, state: str) -> Report:
    before, now = task.done, clock.now()
    report = Report.objects.create(
        task=task, reporter=actor, done=done, before=before, note=note.strip(), reason=reason.strip(),
        task_version=task.version + 1, at=now,
    )  # fmt: skip
    task.done, task.reported_at = done, now
    put(task, state)
    task.bump("done", "reported_at", *WITNESSES)
    follow_parts(branch)
    judge(task.project, branch)
    facts = {
        "done": quantity_words(done, task.shown_unit),
        "before": quantity_words(before, task.shown_unit),
        "target": quantity_words(task.target, task.unit) if task.target is not None else "",
        "note": note,
        "reason": reason,
    }
    record(
        actor=actor, verb="task.progress_reported", subject=task, project=task.project, facts=facts,
        tell=[task.assignee] if task.assignee else [],
    )  # fmt: skip
    return report


WITNESSES = ["state", "started_at", "finished_at"]


def put(task: Task, state: str) -> bool:
    """Put a task into a state with its witnesses (unsaved); says whether that changed anything."""
    if task.state == state:
        return False
    now = clock.now()
    begun = None if state == Task.State.NOT_STARTED else task.started_at or now
    move(task, state, started_at=begun, finished_at=now if state == Task.State.DONE else None)
    return True


def follow_parts(branch: list[Task]) -> None:
    """A task with parts has the state that its parts have together; deepest first."""
    above = branch[1:]
    if not above:
        return
    parts = Task.objects.filter(parent__in=above).values_list("pk", "parent_id", "state")
    parent_of = {key: parent for key, parent, _state in parts}
    states = {key: state for key, _parent, state in parts} | {row.pk: row.state for row in branch}
    for row in above:
        of_parts = {states[key] for key, parent in parent_of.items() if parent == row.pk} - {Task.State.CANCELLED}
        if put(row, _together(row, of_parts)):
            row.save(update_fields=WITNESSES)
            states[row.pk] = row.state


def _together(row: Task, of_parts: set[str]) -> str:
    if row.state == Task.State.CANCELLED or not of_parts:
        return row.state
    if of_parts == {Task.State.DONE}:
        return Task.State.DONE
    if of_parts == {Task.State.NOT_STARTED} and row.state != Task.State.DONE:
        return Task.State.NOT_STARTED
    return Task.State.IN_PROGRESS


def judge(project: Project, branch: list[Task]) -> None:
    """What a report does to deviation risks: before 18:00 one opens only if over the threshold on yesterday's plan as well,
    and recovers on today's; from 18:00 on today's plan is what counts.
    """
    evening, today = figures.last_evening(project), project.today
    at = figures.refresh(project, {branch[0].tree}, days=[today])
    last, now = at(evening), at(today)
    verdicts = []
    for row in branch:
        if row.state == Task.State.CANCELLED or now[row.pk].deviation <= project.threshold:
            verdicts.append(Verdict(row.pk, today, now[row.pk], over=False))
        elif last[row.pk].deviation > project.threshold:
            verdicts.append(Verdict(row.pk, evening, last[row.pk], over=True))
    settle(project, verdicts, at=clock.now(), evening=False)


@act
def move_task(
    *,
    actor: User,
    task_uid: UUID,
    to: str,
    seen_version: int | None,
    reason: str = "",
    done: Decimal | None = None,
) -> Report:
    """A move on the board is a report: begun one of 0, done one of the target; backwards says why, and how much there is."""
    task, branch = _open(actor, task_uid, {"state": to}, seen_version)
    match to:
        case Task.State.NOT_STARTED:
            amount = Decimal(0)
        case Task.State.IN_PROGRESS:
            amount = done if done is not None else task.done
        case Task.State.DONE:
            amount = max(task.target or Decimal(100), task.done)
        case _:
            raise Refused(_("A task gets there only by its acceptance."), field="to", code="move")
    _check_move(task, to, amount, reason)
    _check_reportable(task, amount, confirm=True, reason=reason)
    return _append(actor, task, branch, amount, note="", reason=reason, state=to)


def _check_move(task: Task, to: str, amount: Decimal, reason: str) -> None:
    if task.state == to:
        raise Refused(_("It stands there already."), field="to", code="move")
    order = [Task.State.NOT_STARTED, Task.State.IN_PROGRESS, Task.State.AWAITING_ACCEPTANCE, Task.State.DONE]
    if task.state in order and order.index(Task.State(to)) < order.index(Task.State(task.state)) and not reason.strip():
        raise NeedsConfirmation(_("Backwards: please say why."), need="reason", field="reason")
    if to == Task.State.IN_PROGRESS and amount >= (task.target or 100):
        raise NeedsConfirmation(_("How much is done in truth?"), need="reason", field="done")


def reported_since(project: Project, moment: datetime) -> set[int]:
    """The tops of the trees in which somebody reported after a moment."""
    rows = Task.objects.filter(project=project, reported_at__gt=moment).values_list("pk", "root_id")
    return {root or key for key, root in rows}
