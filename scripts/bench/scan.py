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
from tracking import figures
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


def main() -> None:
    """Fill, then time both."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--tasks", type=int, required=True)
    project = fill(wanted.parse_args().tasks)
    day = figures.last_evening(project)
    bare = [timed_bare(project, day) for _ in range(3)]
    began = time.perf_counter()
    with transaction.atomic():
        scan_evening(project, day)
    ours = time.perf_counter() - began
    opened = Risk.objects.filter(project=project, state=Risk.State.OPEN).count()
    print(json.dumps({"bare": min(bare), "ours": ours, "risks": opened, "now": clock.now().isoformat()}))
