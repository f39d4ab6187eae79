"""Reporting progress (rule E2), and what a report writes, however it was made: typed, dragged or undone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activity.files import keep
from common import clock
from common.acts import act
from common.adding import add
from common.ports import record
from common.refusals import NeedsConfirmation, Refused
from common.saying import quantity_words
from common.uploads import Checked
from people.models import User
from projects.models import Project
from tracking.access import Act
from tracking.models import Report, Task
from tracking.services.follow import WITNESSES, follow, put, state_at, submitted
from tracking.services.opening import open_task, steadily
from tracking.upward import Beside, beside

TOO_MANY = 100  # a figure above so many times the target is a slip of the keyboard


@dataclass
class Said:
    """What is reported: the new total, and what was said beside it; `also`: fields of the same write, `facts`: for its event."""

    done: Decimal
    note: str = ""
    reason: str = ""
    also: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    files: Iterable[Checked] = ()


@steadily
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
    files: Iterable[Checked] = (),
) -> Report:
    """Append a report of the new total, with its files; the task, all above it, and their deviation risks follow.

    Errors: Conflict with both values; NeedsConfirmation "confirm" above the target, "reason" below the last report.
    """
    task, branch = open_task(actor, task_uid, Act.REPORT, seen_version, {"done": done, "note": note})
    done = Decimal(done)
    known = beside(task.project, branch)
    check_reportable(task, done, known, confirm=confirm, reason=reason)
    return append(actor, branch, Said(done, note, reason, files=list(files)), state_at(task, done), known)


def check_reportable(task: Task, done: Decimal, known: Beside, *, confirm: bool, reason: str) -> None:
    """Whether this total can be said of the task at all, and whether it needs a yes or a reason first."""
    if task.state == Task.State.CANCELLED:
        raise Refused(_("This task is cancelled."), code="cancelled")
    if task.pk in known.sums:
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


def append(actor: User, branch: list[Task], said: Said, state: str, known: Beside) -> Report:
    """Write the report and the task's new state; what stands above follows; one event."""
    task, now = branch[0], clock.now()
    before, finished = task.done, task.finished_at
    report = Report(
        task=task, reporter=actor, done=said.done, before=before, note=said.note.strip(), reason=said.reason.strip(),
        task_version=task.version + 1, at=now,
    )  # fmt: skip
    add(report)
    kept = keep(actor=actor, subject=report, project=task.project, uploads=said.files) if said.files else []
    task.done, task.reported_at = said.done, now
    handed_over = put(task, state) and state == Task.State.AWAITING_ACCEPTANCE
    task.bump("done", "reported_at", *WITNESSES, *said.also)
    if handed_over:
        submitted(task, actor)
    follow(task.project, branch, known, actor=actor, reported=True)
    facts = {
        "done": quantity_words(said.done, task.shown_unit),
        "before": quantity_words(before, task.shown_unit),
        "target": quantity_words(task.target, task.unit) if task.target is not None else "",
        "note": said.note,
        "reason": said.reason,
        "files": [file.name for file in kept],
        "finished": finished != task.finished_at,
    }
    _record(actor, task, facts | said.facts, handed_over=handed_over)
    return report


def _record(actor: User, task: Task, facts: dict[str, Any], *, handed_over: bool) -> None:
    """A report that hands a deliverable over reads so, and its receivers know of it."""
    told = others(actor, task)
    verb = "task.progress_reported"
    if handed_over:
        verb, facts["to"] = "task.submitted", str(task.handed_to)
        told += receivers(task)
    record(actor=actor, verb=verb, subject=task, project=task.project, facts=facts, tell=told)


def others(actor: User, task: Task) -> list[User]:
    """Whom a write on a task concerns first: its assignee, unless it is that person's own write."""
    return [task.assignee] if task.assignee_id != actor.pk and task.assignee is not None else []


def receivers(task: Task) -> list[User]:
    """Who speaks for the department that a deliverable is handed to."""
    party = task.project.parties.filter(department=task.receiver_id).select_related("liaison", "head").first()
    return [person for person in (party.liaison, party.head) if person][:1] if party else []


def reported_since(project: Project, moment: datetime) -> set[int]:
    """The tops of the trees in which somebody reported after a moment."""
    rows: Iterable[tuple[int, int | None]] = Task.objects.filter(project=project, reported_at__gt=moment).values_list(
        "pk", "root_id"
    )
    return {root or key for key, root in rows}
