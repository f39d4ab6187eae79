"""What follows from a write on a task: the states of the wholes above it, the figures, the deviation risks."""

from common import clock
from common.moves import move
from people.models import User
from projects.models import Project
from tracking import figures
from tracking.models import Review, Task
from tracking.spells import Verdict, settle

WITNESSES = ["state", "started_at", "finished_at"]


def put(task: Task, state: str) -> bool:
    """Put a task into a state with its witnesses (unsaved); says whether that changed anything."""
    if task.state == state:
        return False
    now = clock.now()
    if state not in Task.MOVES[task.state] and state == Task.State.NOT_STARTED:
        move(task, Task.State.IN_PROGRESS, finished_at=None)  # nothing leads straight back from the end to the beginning
    begun = None if state == Task.State.NOT_STARTED else task.started_at or now
    move(task, state, started_at=begun, finished_at=now if state == Task.State.DONE else None)
    return True


def follow(project: Project, branch: list[Task], *, actor: User | None = None, whole: bool = False) -> None:
    """States, figures and risks of a branch whose first task was written and saved; `whole`: that one lost a part."""
    follow_parts(branch, actor=actor, whole=whole)
    judge(project, branch)


def follow_parts(branch: list[Task], *, actor: User | None = None, whole: bool = False) -> None:
    """A task with parts has the state that its parts have together; deepest first."""
    above = branch if whole else branch[1:]
    if not above:
        return
    parts = Task.objects.filter(parent__in=above).values_list("pk", "parent_id", "state")
    parent_of = {key: parent for key, parent, _state in parts}
    states = {key: state for key, _parent, state in parts} | {row.pk: str(row.state) for row in branch}
    for row in above:
        of_parts = {states[key] for key, parent in parent_of.items() if parent == row.pk} - {Task.State.CANCELLED}
        if put(row, together(row, of_parts)):
            row.save(update_fields=WITNESSES)
            states[row.pk] = row.state
            if row.state == Task.State.AWAITING_ACCEPTANCE:
                submitted(row, actor)


def together(row: Task, of_parts: set[str]) -> str:
    """The state of a whole by those of its parts: done together, a whole that is handed over awaits its acceptance."""
    if row.state == Task.State.CANCELLED or not of_parts:
        return row.state
    if of_parts == {Task.State.DONE}:
        return row.state if row.state == Task.State.DONE else _finished(row)
    if of_parts == {Task.State.NOT_STARTED} and row.state != Task.State.DONE:
        return Task.State.NOT_STARTED
    return Task.State.IN_PROGRESS


def _finished(row: Task) -> str:
    """Done, or handed over; what was returned is submitted again by hand."""
    if row.receiver_id is None:
        return Task.State.DONE
    last = row.reviews.order_by("-at", "-id").values_list("kind", flat=True).first()
    return row.state if last == Review.Kind.RETURNED else Task.State.AWAITING_ACCEPTANCE


def state_at(task: Task, done: object) -> str:
    """The first report begins a task, the whole amount finishes it or hands it over, less takes it back."""
    if done < (task.target or 100):  # type: ignore[operator]
        return Task.State.IN_PROGRESS
    return Task.State.DONE if task.receiver_id is None else Task.State.AWAITING_ACCEPTANCE


def submitted(task: Task, actor: User | None) -> Review:
    """Note that a deliverable was handed over, with the write that made this version."""
    return Review.objects.create(task=task, kind=Review.Kind.SUBMITTED, by=actor, task_version=task.version, at=clock.now())


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
