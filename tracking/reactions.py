"""What tracking does when a lower floor records an event."""

from typing import Any

from common.ports import react
from tracking.services import tasks_of_memorandum


def begin_tasks(event: Any) -> None:
    """A memorandum that is in force becomes tasks, in the same transaction."""
    tasks_of_memorandum(event.subject.document)


react("memorandum.in_force", begin_tasks)
