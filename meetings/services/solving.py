"""What a coordination meeting asks and the solution of its issue asks again is one task (rule D7)."""

from meetings.measures import is_same, names_nobody, proposed
from meetings.models import Action, Meeting
from meetings.on_issue import newest_on, without_task
from tracking.models import Issue


def link_actions(issue: Issue) -> None:
    """Measures that are tasks now: the actions of the newest minutes that they come from are the same; inside the act."""
    minutes = newest_on(issue)
    tasks = issue.measures.filter(task__isnull=False).select_related("task")
    known = set(Action.objects.filter(task__in=tasks.values("task")).values_list("task", flat=True))
    measures = [row for row in tasks if row.task_id not in known]
    if minutes is None or not measures:
        return
    actions = without_task(minutes).select_for_update(of=("self",), no_key=True)
    left = sorted(proposed(actions, issue.project), key=lambda one: names_nobody(one[0]))
    for measure in measures:
        found = next((one for one in left if is_same(measure, *one)), None)
        if found is not None:
            left.remove(found)
            found[0].task = measure.task
            found[0].bump("task")


def lock_issue_of(meeting: Meeting) -> None:
    """Before an action on an issue becomes a task: whoever makes its measures tasks holds the issue first, too."""
    if meeting.issue_id is not None:
        Issue.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.issue_id)


def link_measure(action: Action) -> None:
    """An action on an issue is a task now: the measure that waits to become the same has it; inside the act."""
    issue = action.minutes.meeting.issue
    waiting = list(issue.measures.filter(task=None)) if issue is not None else []
    if issue is None or not waiting:
        return
    ((_action, said),) = proposed([action], issue.project)
    measure = next((row for row in waiting if is_same(row, action, said)), None)
    if measure is not None:
        measure.task = action.task
        measure.bump("task")
