"""What is to be talked about, from the project's own data, the most waited for first (rule D2)."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from django.urls import reverse

from common import clock
from common.canonical import plain
from meetings.agenda import actions
from meetings.agenda.matter import Matter, Source
from meetings.agenda.open_rows import open_rows
from meetings.agenda.scene import Promised, Scene
from meetings.models.meeting import Kind
from tracking.models import Risk
from tracking.queries.register import register
from tracking.queries.waiting import Awaited, departments_waiting


def matters_of(scene: Scene) -> list[Matter]:
    """All there is to talk about, in the order of its rank; a fixed number of queries."""
    found = [*_work(scene), *open_rows(scene)]
    return sorted(found, key=lambda matter: matter.rank)


def _work(scene: Scene) -> Iterator[Matter]:
    """Broken promises, slipping ones, the other deviations, late actions; who waits on them is found for all at once."""
    late = [row for row in scene.promises if not row.is_done and row.due_on and row.due_on < scene.today]
    slipping = [row for row in scene.promises if row not in late and is_slipping(row, scene.project.threshold)]
    risks = _other_risks(scene, {row.pk for row in (*late, *slipping)})
    awaited = [Awaited(row.pk, row.department_id, row.handed_to_id, row.node_id) for row in (*late, *slipping)]
    awaited += [Awaited(task.pk, task.department_id, task.handed_to_id, task.node_id) for risk in risks if (task := risk.task)]
    waiting = departments_waiting(scene.project, awaited)
    for source, rows in ((Source.BROKEN, late), (Source.SLIPPING, slipping)):
        for row in rows:
            yield _promise(scene, source, row, len(waiting[row.pk]))
    for risk in risks:
        yield _deviation(risk, len(waiting[risk.task_id]) if risk.task_id else 0)
    yield from _actions(scene, {risk.task.uid for risk in risks if risk.task})


def is_slipping(row: Promised, threshold: int) -> bool:
    """Behind by more than the threshold, or by more than half of it and, at this pace, by more than it at its date."""
    if row.is_done or row.deviation <= 0:
        return False
    heading = row.deviation * 10_000 > threshold * (row.planned or 0)
    return row.deviation > threshold or (row.deviation * 2 > threshold and heading)


def _promise(scene: Scene, source: str, row: Promised, waits: int) -> Matter:
    since = clock.local(row.due_on, time(18), scene.project.time_zone) if row.due_on else scene.now
    facts = {
        "url": reverse("task", args=[row.uid]), "number": row.number, "version": row.version, "due_on": row.due_on,
        "planned": row.planned, "actual": row.actual, "deviation": row.deviation, "department": row.department,
    }  # fmt: skip
    return Matter(source, f"tracking.task:{row.uid}", row.title, since, row.department_id, waits, facts=plain(facts))


def open_risks(scene: Scene) -> list[Risk]:
    """The open risks as the register has them; one query, once for a page."""
    known: list[Risk] | None = scene.__dict__.get("_risks")
    if known is None:
        rows = Risk.objects.filter(project=scene.project, state__in=[Risk.State.OPEN, Risk.State.OCCURRED])
        known = scene.__dict__["_risks"] = list(register(rows, ""))
    return known


def _other_risks(scene: Scene, told: set[int]) -> list[Risk]:
    """Those that are not of promises which stand on the agenda themselves."""
    return [row for row in open_risks(scene) if row.task is None or row.task.tree not in told]


def _deviation(risk: Risk, waits: int) -> Matter:
    department = risk.task.department if risk.task else None
    facts = {
        "url": risk.get_absolute_url(), "planned": risk.planned, "actual": risk.actual, "deviation": risk.deviation,
        "measure": risk.measure, "department": department.name if department else "", "is_major": risk.is_major,
    }  # fmt: skip
    subject = f"tracking.risk:{risk.uid}"
    key = department.pk if department else None
    return Matter(Source.DEVIATION, subject, risk.title, risk.opened_at, key, waits, facts=plain(facts))


def _actions(scene: Scene, told: set[Any]) -> Iterator[Matter]:
    """Undone actions whose date has passed, unless their task stands here itself; the others stand in their department's part.

    Those that no part of a weekly agenda carries stand here whatever their date.
    """
    parts = {row.department_id for row in scene.parties} if scene.meeting.kind == Kind.WEEKLY else None
    for row in actions.undone(scene):
        late = row.due_on is not None and row.due_on < scene.today
        lost = parts is not None and not row.task and row.department_id not in parts
        if (late or lost) and row.task not in told:
            facts = {"url": row.url, "due_on": row.due_on, "owner": row.owner_name, "department": row.department_name}
            facts |= {"action": None if row.task else row.action}
            since = clock.local(row.due_on, time(18), scene.project.time_zone) if late and row.due_on else row.since
            yield Matter(
                Source.ACTION, row.subject, row.text, since, row.department_id, carried=row.carried, facts=plain(facts)
            )  # fmt: skip
