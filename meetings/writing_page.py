"""What the page shows on which minutes are written, whole or one of its fragments."""

from collections.abc import Sequence
from typing import Any

from common import clock
from meetings import shown
from meetings.agenda import agenda_of, writes_itself
from meetings.agenda.actions import ends_of, subject_of
from meetings.desk import clocks_of
from meetings.invited import people_to_invite
from meetings.models import Action, AgendaItem, Meeting, Minutes
from meetings.objections import standing_objections
from meetings.row_forms import ActionForm, ResolutionForm
from meetings.services.attending import marked
from meetings.services.tasks import lacks_of
from meetings.services.writing import LONGEST
from tracking.access import has_begun


def writing_context(draft: Minutes) -> dict[str, Any]:
    """What the page for writing shows; the forms for a new row are empty."""
    meeting = draft.meeting
    items = agenda_of(meeting)
    return {
        "clock": clocks_of([draft]).get(draft.pk),
        "items": items,
        "data": shown.data_for(meeting.project, {item.shows for item in items if item.shows}),
        "objections": standing_objections(draft),
        "has_begun": meeting.starts_at <= clock.now(),
        "is_laid": not writes_itself(meeting),
        "longest": LONGEST,
        "longest_words": f"{LONGEST:,}",
        **attendance_context(meeting),
        **rows_context(draft, items),
    }


def attendance_context(meeting: Meeting) -> dict[str, Any]:
    """Who was there, as far as it is said, and who said so."""
    attendees = list(marked(meeting.attendees.select_related("user__department", "department")))
    asked = [row for row in attendees if not row.in_copy]
    return {
        "meeting": meeting,
        "attendees": attendees,
        "asked": asked,
        "is_taken": any(row.present is not None for row in asked),
        "unsaid": sum(row.present is None for row in asked),
        "absent": sum(row.present is False for row in asked),
        "present": sum(row.present is True for row in asked),
        "writing": True,
    }


def rows_context(draft: Minutes, items: Sequence[AgendaItem] | None = None) -> dict[str, Any]:
    """Resolutions and actions, and the forms for new ones; `items` is the agenda where it is at hand."""
    meeting = draft.meeting
    items = list(meeting.agenda.all()) if items is None else items
    return {
        "meeting": meeting,
        "minutes": draft,
        "resolutions": list(draft.resolutions.select_related("item")),
        "resolution_form": ResolutionForm(meeting=meeting, items=items, prefix="resolution"),
        "action_form": ActionForm(meeting=meeting, items=items, prefix="action"),
        "writing": True,
        **actions_context(draft),
    }


def actions_context(minutes: Minutes) -> dict[str, Any]:
    """Actions, which of them can become tasks now, and what the others lack."""
    actions: list[Action] = list(minutes.actions.select_related("item", "owner__department", "department", "task"))
    for row in actions:
        row.lacks = lacks_of(row)  # type: ignore[attr-defined]
    begun = has_begun(minutes.meeting.project)
    open_ones = [row for row in actions if row.task_id is None]
    ends = ends_of(subject_of(row.lineage) for row in open_ones)
    for row in actions:
        row.end = ends.get(subject_of(row.lineage))  # type: ignore[attr-defined]
    open_ones = [row for row in open_ones if row.end is None]  # type: ignore[attr-defined]
    return {
        "actions": actions,
        "tasks_begun": begun,
        "ready": sum(not row.lacks for row in open_ones) if begun else 0,  # type: ignore[attr-defined]
    }


def actions_out(minutes: Minutes) -> dict[str, Any]:
    """The actions of distributed minutes beside the paper, and whom one may name where one names nobody."""
    if not (minutes.content or {}).get("actions"):
        return {"actions": [], "tasks_begun": False, "ready": 0, "people": []}
    said = actions_context(minutes)
    unnamed = any(not (row.owner_id or row.department_id or row.task_id or row.end) for row in said["actions"])
    return said | {"people": people_to_invite(minutes.meeting.project) if unnamed else []}
