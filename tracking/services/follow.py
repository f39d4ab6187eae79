"""What follows from a write on a task: the states of the wholes above it, the figures, the deviation risks."""

from collections.abc import Collection
from datetime import date

from common import clock
from common.moves import move
from people.models import User
from projects.models import Project
from tracking import figures, upward
from tracking.deviation import Figures
from tracking.models import Review, Risk, Task
from tracking.spells import Verdict, deviation_risks, settle
from tracking.upward import Beside

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


def follow(
    project: Project,
    branch: list[Task],
    known: Beside,
    *,
    actor: User | None = None,
    whole: bool = False,
    reported: bool = False,
    waiting: Collection[int] = (),
) -> set[int]:
    """States and figures of a branch whose first task was written and saved; risks when that was a report.

    `known` is what stands beside the branch; `whole`: the first task lost a part. Then the trees that wait to be figured as
    wholes are given back, for the branch that gained it, which figures them with its own (`waiting`).
    """
    follow_parts(branch, known, actor=actor, whole=whole)
    if known.current:
        found = upward.figured(project, branch, known)
        upward.keep(known.evening, found)
        if reported:
            judge(project, branch, known, found)
    elif reported:  # before the evening's scan has run, or where figures are lacking, the tree is figured as a whole
        judge_tree(project, branch)
    else:
        waiting = {*waiting, branch[0].tree}
    if waiting and not whole:
        figures.refresh(project, waiting)
    return set(waiting)


def follow_parts(branch: list[Task], known: Beside, *, actor: User | None = None, whole: bool = False) -> None:
    """A task with parts has the state that its parts have together; deepest first."""
    part = None if whole else branch[0]
    for row in branch if whole else branch[1:]:
        if put(row, together(row, *upward.states_of_parts(row, part, known))):
            row.save(update_fields=WITNESSES)
            if row.state == Task.State.AWAITING_ACCEPTANCE:
                submitted(row, actor)
        part = row


def together(row: Task, parts: int, done: int, fresh: int) -> str:
    """The state of a whole by those of its parts: done together, a whole that is handed over awaits its acceptance."""
    if row.state == Task.State.CANCELLED or not parts:
        return row.state
    if done == parts:
        return row.state if row.state == Task.State.DONE else _finished(row)
    if fresh == parts and row.state != Task.State.DONE:
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
    accepted = task.receiver_id is None or task.state == Task.State.DONE
    return Task.State.DONE if accepted else Task.State.AWAITING_ACCEPTANCE


def submitted(task: Task, actor: User | None) -> Review:
    """Note that a deliverable was handed over, with the write that made this version."""
    return Review.objects.create(task=task, kind=Review.Kind.SUBMITTED, by=actor, task_version=task.version, at=clock.now())


def judge(project: Project, branch: list[Task], known: Beside, found: dict[int, Figures]) -> None:
    """What a report does to deviation risks: before 18:00 one opens only if over the threshold on yesterday's plan as well,
    and recovers on today's; from 18:00 on today's plan is what counts. What is planned never falls from one day to the next.
    """
    today = project.today
    risks = deviation_risks([row.pk for row in branch])
    leaf_today = _leaf_today(project, branch[0], known, today)
    verdicts = []
    for row in branch:
        last = found[row.pk]
        now = leaf_today if row is branch[0] and row.pk not in known.sums else last if today == known.evening else None
        is_open = row.pk in risks and risks[row.pk].state == Risk.State.OPEN
        if now is None and is_open and last.deviation <= project.threshold:
            judge_tree(project, branch, risks)
            return
        if row.state == Task.State.CANCELLED or (now is not None and now.deviation <= project.threshold):
            verdicts.append(Verdict(row.pk, today, now or last, over=False))
        elif last.deviation > project.threshold:
            verdicts.append(Verdict(row.pk, known.evening, last, over=True))
    settle(project, verdicts, at=clock.now(), evening=False, known=risks)


def _leaf_today(project: Project, leaf: Task, known: Beside, today: date) -> Figures:
    days = upward.count_days(project)
    return upward.of_leaf(leaf, today, days, known.steps)


def judge_tree(project: Project, branch: list[Task], risks: dict[int, Risk] | None = None) -> None:
    """The same with the whole tree figured, for yesterday and for today."""
    evening, today = figures.last_evening(project), project.today
    at = figures.refresh(project, {branch[0].tree}, days=[today])
    last, now = at(evening), at(today)
    verdicts = []
    for row in branch:
        if row.state == Task.State.CANCELLED or now[row.pk].deviation <= project.threshold:
            verdicts.append(Verdict(row.pk, today, now[row.pk], over=False))
        elif last[row.pk].deviation > project.threshold:
            verdicts.append(Verdict(row.pk, evening, last[row.pk], over=True))
    settle(project, verdicts, at=clock.now(), evening=False, known=risks)


def parts_follow(tree: list[Task], due_before: date | None) -> None:
    """The whole ends on another day: parts that ended with it do so again, and none ends after it."""
    whole = tree[0]
    if whole.due_on is None or whole.due_on == due_before:
        return
    for part in tree[1:]:
        if not part.is_open or part.due_on is None or not (part.due_on == due_before or part.due_on > whole.due_on):
            continue
        part.due_on = whole.due_on
        if part.starts_on is not None and part.starts_on > part.due_on:
            part.starts_on = part.due_on
        part.save(update_fields=["due_on", "starts_on"])


def judge_replanned(project: Project, tree: list[Task]) -> None:
    """The same where the plan has moved and no figure came: what recovers by that was late, not merely silent."""
    risks = deviation_risks([row.pk for row in tree])
    for risk in risks.values():
        risk.is_stale = False
    judge_tree(project, tree, risks)
