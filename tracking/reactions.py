"""What tracking does when a lower floor records an event."""

from typing import Any

import tracking.reactions_changes
import tracking.reactions_issues  # noqa: F401
from common.ports import react
from tracking.services import feed_on_time, tasks_of_memorandum


def begin_tasks(event: Any) -> None:
    """A memorandum that is in force becomes tasks, in the same transaction."""
    tasks_of_memorandum(event.subject.document)


def count_on_time(event: Any) -> None:
    """What was finished, reopened or has become late shows in the on-time rates (rule B2)."""
    feed_on_time(event.subject.project)


def count_finished(event: Any) -> None:
    """Only what finished or reopened a task changes a rate before the day is over."""
    if event.facts.get("finished"):
        feed_on_time(event.subject.project)


react("memorandum.in_force", begin_tasks)
react("scan.run", count_on_time)
for verb in ("task.progress_reported", "task.submitted", "task.accepted"):
    react(verb, count_finished)
