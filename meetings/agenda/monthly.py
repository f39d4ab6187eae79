"""What the monthly review looks at: key results, how the deviation went, and what next month's plan may need (rule D2)."""

from datetime import date, timedelta
from typing import Any

from activity.models import Event
from common.canonical import plain
from meetings import shown
from meetings.agenda.matters import is_slipping, open_risks
from meetings.agenda.scene import Promised, Scene
from meetings.models import AgendaItem
from people import calendar
from tracking.deviation import FULL

EVENINGS = 45
MOST = 40  # rows of a list
Shows = AgendaItem.Shows


def standing_data(scene: Scene, shows: str) -> dict[str, Any]:
    """What a standing item of the monthly review shows, in plain values."""
    read = {Shows.GOAL: _results, Shows.TREND: _trend, Shows.NEXT_MONTH: _next_month}[Shows(shows)]
    said: dict[str, Any] = plain(read(scene))
    return said


def _results(scene: Scene) -> dict[str, Any]:
    """Each key result, target and actual."""
    return {"kpis": shown.key_results(scene.project)}


def _trend(scene: Scene) -> dict[str, Any]:
    """The deviation of the whole on the evenings past, and the open risks."""
    facts = Event.objects.filter(project_id=scene.project.pk, verb="scan.run").order_by("-id").values_list("facts", flat=True)
    evenings = [
        {"day": row["day"], "planned": row["planned"], "actual": row["actual"], "deviation": row["planned"] - row["actual"]}
        for row in reversed(facts[:EVENINGS])
        if "planned" in row
    ]
    risks = [
        {
            "title": risk.title, "department": risk.task.department.name if risk.task else "", "deviation": risk.deviation,
            "measure": risk.measure, "owner": risk.owner.name if risk.owner else "", "due_on": risk.due_on,
            "is_major": risk.is_major, "url": risk.get_absolute_url(),
        }
        for risk in open_risks(scene)[:MOST]
    ]  # fmt: skip
    return {"evenings": evenings, "threshold": scene.project.threshold, "risks": risks}


def _next_month(scene: Scene) -> dict[str, Any]:
    """What promises may need another date, each a change request away; and what falls due next month."""
    held_on = scene.day_of(scene.meeting.starts_at)
    first = (held_on.replace(day=1) + timedelta(32)).replace(day=1)
    last = (first + timedelta(32)).replace(day=1) - timedelta(1)
    undone = [row for row in scene.promises if not row.is_done]
    late = [row for row in undone if _is_late(scene, row)]
    return {
        "first": first,
        "last": last,
        "changes": [_row(row) | {"likely_on": _likely_end(scene, row)} for row in late[:MOST]],
        "due": [_row(row) for row in undone if row.due_on and first <= row.due_on <= last and row not in late][:MOST],
    }


def _is_late(scene: Scene, row: Promised) -> bool:
    return (row.due_on is not None and row.due_on < scene.today) or is_slipping(row, scene.project.threshold)


def _likely_end(scene: Scene, row: Promised) -> date | None:
    """The workday on which it ends if it goes on as it went so far; none while nothing is done."""
    if row.starts_on is None or not row.actual or row.starts_on >= scene.today:
        return None
    end = row.starts_on + (scene.today - row.starts_on) * FULL // row.actual
    if row.due_on is None or end <= max(row.due_on, scene.today) or not calendar.within_calendar(end):
        return None
    return calendar.next_workday(end)


def _row(row: Promised) -> dict[str, Any]:
    return {
        "title": row.title, "uid": row.uid, "number": row.number, "department": row.department, "due_on": row.due_on,
        "planned": row.planned, "actual": row.actual,
    }  # fmt: skip
