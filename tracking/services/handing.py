"""Acceptance from a page that stood open for a while (rule E3)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from common.refusals import Refused
from people.models import User
from tracking.models import Review, Task

Service = Callable[..., Task]


def as_reviewed(
    service: Service, kind: str, *, actor: User, task_uid: UUID, seen_version: int, seen_review: int, **said: Any
) -> Task:
    """Accept, return or submit what the person saw: only another hand-over, acceptance or return in between is a conflict.

    A double click is one review.
    """
    newest = Review.objects.filter(task__uid=task_uid).select_related("task").first()
    if newest is not None and newest.task_version > seen_review and newest.by_id == actor.pk and newest.kind == kind:
        return newest.task
    try:
        return service(actor=actor, task_uid=task_uid, seen_version=seen_version, **said)
    except Refused as refused:
        theirs = getattr(refused, "theirs", None)
        unchanged = (newest.task_version if newest else 0) == seen_review
        if not theirs or not unchanged:
            raise
        return service(actor=actor, task_uid=task_uid, seen_version=theirs["version"], **said)
