"""The evening scan of very many tasks beside one bare statement on the same rows: run inside the application, JSON on stdout."""

import argparse
import json
import time
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from common import clock
from projects.models import Project
from tests.big import big_project
from tracking import figures, scan_sql
from tracking.models import Risk, Task
from tracking.services import scan_evening

MORE = """
INSERT INTO tracking_task (uid, version, project_id, parent_id, root_id, level, rank, title, department_id, assignee_id,
    starts_on, due_on, deliverable, standard, target, unit, done, state, created_at)
SELECT gen_random_uuid(), 1, project_id, NULL, NULL, 0, 'j' || lpad(n::text, 9, '0') || '1', 'task ' || n, department_id,
    assignee_id, %(start)s, %(due)s, '', '', 100, 'x', CASE WHEN n %% 36 = 0 THEN 10 ELSE 90 END, 'in_progress', created_at
FROM tracking_task, generate_series(1, %(number)s) n WHERE id = %(like)s
"""
BARE = """
INSERT INTO bare_risk (task_id, planned, actual)
SELECT t.id, p.planned, p.actual FROM tracking_task t
JOIN people_workday ws ON ws.day = t.starts_on JOIN people_workday wd ON wd.day = t.due_on
CROSS JOIN LATERAL (SELECT 10000 * (w.running - ws.running) / NULLIF(wd.running - ws.running, 0) AS planned,
    CAST(10000 * t.done / t.target AS BIGINT) AS actual FROM people_workday w WHERE w.day = %(day)s) p
WHERE t.project_id = %(project)s AND p.planned - p.actual > 1000
ON CONFLICT (task_id) DO UPDATE SET planned = excluded.planned, actual = excluded.actual
WHERE bare_risk.planned <> excluded.planned OR bare_risk.actual <> excluded.actual
"""

BARE_FIGURES = """
INSERT INTO bare_figures (task_id, planned, actual)
SELECT t.id, p.planned, p.actual FROM tracking_task t
JOIN people_workday ws ON ws.day = t.starts_on JOIN people_workday wd ON wd.day = t.due_on
CROSS JOIN LATERAL (SELECT 10000 * (w.running - ws.running) / NULLIF(wd.running - ws.running, 0) AS planned,
    CAST(10000 * t.done / t.target AS BIGINT) AS actual FROM people_workday w WHERE w.day = %(day)s) p
WHERE t.project_id = %(project)s AND t.target IS NOT NULL
ON CONFLICT (task_id) DO UPDATE SET planned = excluded.planned, actual = excluded.actual
WHERE bare_figures.planned <> excluded.planned OR bare_figures.actual <> excluded.actual
"""


def fill(tasks: int) -> Project:
    """A project of so many running tasks without parts, one in thirty-six of them far behind."""
    project = big_project(20, people=10, tops=5).project
    like = Task.objects.filter(project=project).order_by("pk").first()
    assert like is not None
    today = project.today
    values: dict[str, Any] = {"start": today - timedelta(60), "due": today + timedelta(20), "number": tasks, "like": like.pk}
    with connection.cursor() as cursor:
        cursor.execute(MORE, values)
        cursor.execute("ANALYZE tracking_task")
    return project


def timed_bare(project: Project, day: date) -> float:
    """Seconds of the one statement that finds and writes; twice, since the first run also warms."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_risk (task_id bigint PRIMARY KEY, planned bigint, actual bigint)")
        cursor.execute("TRUNCATE bare_risk")
        began = time.perf_counter()
        cursor.execute(BARE, {"project": project.pk, "day": day})
        return time.perf_counter() - began


def timed_bare_figures(project: Project, before: date, day: date) -> float:
    """Seconds of the one statement that brings the figures of all tasks from one evening to the next."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_figures (task_id bigint PRIMARY KEY, planned bigint, actual bigint)")
        cursor.execute("TRUNCATE bare_figures")
        cursor.execute(BARE_FIGURES, {"project": project.pk, "day": before})
        began = time.perf_counter()
        cursor.execute(BARE_FIGURES, {"project": project.pk, "day": day})
        return time.perf_counter() - began


def timed_scan(project: Project, day: date) -> float:
    """Seconds of the scan of an evening, up to its commit."""
    began = time.perf_counter()
    with transaction.atomic():
        if scan_evening(project, day) is None:
            raise RuntimeError(f"the evening of {day} was scanned before")
    return time.perf_counter() - began


def main() -> None:
    """Fill, then time both."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--tasks", type=int, required=True)
    project = fill(wanted.parse_args().tasks)
    before = figures.last_evening(project)
    scan_sql.keep_figures(project, before, clock.now())  # as the evening before has left them
    day = before + timedelta(1)
    bare = [timed_bare(project, day) for _ in range(3)]
    bare_all = min(bare) + timed_bare_figures(project, before, day)
    with clock.at(figures.evening_of(project, day)):
        ours = timed_scan(project, day)
    opened = Risk.objects.filter(project=project, state=Risk.State.OPEN).count()
    with clock.at(figures.evening_of(project, day + timedelta(1))):
        again = timed_scan(project, day + timedelta(1))
    print(json.dumps({"bare": min(bare), "bare_all": bare_all, "ours": ours, "again": again, "risks": opened}))
