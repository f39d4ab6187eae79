"""A person's notices as the page lists them, and opening one."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models
from django.http import Http404

from activity.models import Notice
from activity.seeing import may_see
from common import clock, ports, saying
from people.models import User


def readable(user: User, notices: Iterable[Notice]) -> list[Notice]:
    """The notices with `.is_open` (may its reader still see it? asked once per subject), `.day`, `.project_name`."""
    rows = list(notices)
    models.prefetch_related_objects([row.event for row in rows], "subject")
    names = ports.projects().names({row.event.project_id for row in rows if row.event.project_id is not None})
    known: dict[tuple[int, int], bool] = {}
    for row in rows:
        subject = (row.event.content_type_id, row.event.object_id)
        if subject not in known:
            known[subject] = may_see(user, row.event)
        row.is_open = known[subject]  # type: ignore[attr-defined]
        row.day = saying.here(row.event.at).date()  # type: ignore[attr-defined]
        row.project_name = names.get(row.event.project_id or 0, "") if row.is_open else ""  # type: ignore[attr-defined]
    return rows


def open_notice(user: User, uid: UUID) -> Notice:
    """Mark one's own notice as seen; 404 for another's, and for what may no longer be seen."""
    notice = Notice.objects.select_related("event__content_type").filter(reader=user, uid=uid).first()
    if notice is None:
        raise Http404
    if notice.seen_at is None:
        notice.seen_at = clock.now()
        notice.save(update_fields=["seen_at"])
    if not may_see(user, notice.event):
        raise Http404
    return notice


def mark_all_seen(user: User) -> int:
    """Everything is read; how many were not."""
    return Notice.objects.filter(reader=user, seen_at__isnull=True).update(seen_at=clock.now())
