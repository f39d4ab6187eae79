"""Deviation in SQL: a whole project in one statement, in whole numbers, on SQLite and PostgreSQL alike.

The definition is `tracking/deviation.py`; tests compare the two on random trees.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max

from people.models import WorkDay
from projects.models import Project
from tracking.models import Task

# the tasks that existed at the moment, with what was done by then, in hundredths
BASE = """
base AS (
  SELECT t.id, t.parent_id, t.level, t.state, t.unit, t.starts_on, t.due_on,
         CAST(t.weight AS BIGINT) AS weight,
         CAST(ROUND(t.target * 100) AS BIGINT) AS target,
         CAST(ROUND(100 * CASE
           WHEN t.reported_at IS NULL OR t.reported_at <= %(moment)s THEN t.done
           ELSE COALESCE((SELECT r.done FROM tracking_report r WHERE r.task_id = t.id AND r.at <= %(moment)s
                          ORDER BY r.at DESC, r.id DESC LIMIT 1), 0)
         END) AS BIGINT) AS done,
         {length} AS length, {gone} AS gone
  FROM tracking_task t {joins}
  WHERE t.project_id = %(project)s AND t.created_at <= %(moment)s
)"""

LEAF = """
leaf AS (
  SELECT id, parent_id, level, state, unit, weight, target,
         CASE WHEN length >= 1 THEN length ELSE 1 END AS days,
         CAST(CASE
           WHEN due_on IS NULL THEN 0
           WHEN %(day)s >= due_on THEN 10000
           WHEN starts_on IS NULL OR %(day)s <= starts_on OR length = 0 THEN 0
           ELSE (20000 * gone + length) / (2 * length)
         END AS BIGINT) AS planned,
         CASE WHEN target IS NULL THEN done ELSE (20000 * done + target) / (2 * target) END AS actual
  FROM base
)"""

# the parts of one level, rolled up for the level above: weights all given, or all defaulted
SHARES = """
sums{k} AS (
  SELECT parent_id,
         CASE WHEN COUNT(CASE WHEN weight > 0 THEN 1 END) = COUNT(*) THEN 'weight'
              WHEN COUNT(target) = COUNT(*) AND MIN(unit) = MAX(unit) THEN 'target' ELSE 'days' END AS basis,
         CAST(SUM(weight) AS BIGINT) AS weights, CAST(SUM(target) AS BIGINT) AS targets, CAST(SUM(days) AS BIGINT) AS lengths,
         CAST(SUM(weight * planned) AS BIGINT) AS p_weights, CAST(SUM(weight * capped) AS BIGINT) AS a_weights,
         CAST(SUM(target * planned) AS BIGINT) AS p_targets, CAST(SUM(target * capped) AS BIGINT) AS a_targets,
         CAST(SUM(days * planned) AS BIGINT) AS p_lengths, CAST(SUM(days * capped) AS BIGINT) AS a_lengths
  FROM (SELECT *, CASE WHEN actual > 10000 THEN 10000 ELSE actual END AS capped FROM level{k} WHERE state <> 'cancelled') parts
  GROUP BY parent_id
),
shares{k} AS (
  SELECT parent_id, (2 * p + w) / (2 * w) AS planned, (2 * a + w) / (2 * w) AS actual
  FROM (SELECT parent_id,
               CASE basis WHEN 'weight' THEN weights WHEN 'target' THEN targets ELSE lengths END AS w,
               CASE basis WHEN 'weight' THEN p_weights WHEN 'target' THEN p_targets ELSE p_lengths END AS p,
               CASE basis WHEN 'weight' THEN a_weights WHEN 'target' THEN a_targets ELSE a_lengths END AS a
        FROM sums{k}) chosen
)"""

LEVEL = """
level{k} AS (
  SELECT l.id, l.parent_id, l.state, l.unit, l.weight, l.target, l.days,
         COALESCE(s.planned, l.planned) AS planned, COALESCE(s.actual, l.actual) AS actual
  FROM leaf l LEFT JOIN shares{below} s ON s.parent_id = l.id WHERE l.level = {k}
)"""

DEEPEST = """
level{k} AS (SELECT id, parent_id, state, unit, weight, target, days, planned, actual FROM leaf WHERE level = {k})"""

OVER_OR_OPEN = """
SELECT f.id, f.planned, f.actual, f.planned - f.actual > %(threshold)s AND f.state <> 'cancelled'
FROM found f LEFT JOIN tracking_risk r ON r.task_id = f.id AND r.source = 'deviation'
WHERE (f.planned - f.actual > %(threshold)s AND f.state <> 'cancelled') OR r.state = 'open'
ORDER BY f.id"""

EVERY = "SELECT id, planned, actual FROM found"

KEEP = """
INSERT INTO tracking_taskfigures (task_id, day, planned, actual, deviation)
{found}
SELECT id, CAST(%(day)s AS {date}), planned, actual, planned - actual FROM found WHERE true
ON CONFLICT (task_id) DO UPDATE
SET day = excluded.day, planned = excluded.planned, actual = excluded.actual, deviation = excluded.deviation
WHERE tracking_taskfigures.planned <> excluded.planned OR tracking_taskfigures.actual <> excluded.actual"""


class Found(NamedTuple):
    """A task over the threshold, or one whose risk is open, with its figures on the evening."""

    task_id: int
    planned: int
    actual: int
    over: bool


def over_or_open(project: Project, day: date, moment: datetime) -> list[Found]:
    """Tasks over the threshold on the evening of `day`, and those whose deviation risk is open; reports count up to `moment`."""
    sql, values = _figures(project, day, moment)
    return [Found(task, planned, actual, bool(over)) for task, planned, actual, over in _rows(sql + OVER_OR_OPEN, values)]


def all_figures(project: Project, day: date, moment: datetime) -> dict[int, tuple[int, int]]:
    """Planned and actual of every task on the evening of `day`."""
    sql, values = _figures(project, day, moment)
    return {task: (planned, actual) for task, planned, actual in _rows(sql + EVERY, values)}


def keep_figures(project: Project, day: date, moment: datetime) -> None:
    """Write the figures that pages show; rows that say so already are left alone."""
    sql, values = _figures(project, day, moment)
    kind = "date" if connection.vendor == "postgresql" else "text"
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(found=sql, date=kind), values)


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _figures(project: Project, day: date, moment: datetime) -> tuple[str, dict[str, Any]]:
    """`WITH … found AS (id, state, planned, actual)` of all tasks of a project, and its values."""
    depth = Task.objects.filter(project=project).aggregate(deepest=Max("level"))["deepest"] or 0
    parts = [BASE.format(**_counting(project)), LEAF, DEEPEST.format(k=depth)]
    for level in range(depth - 1, -1, -1):
        parts += [SHARES.format(k=level + 1), LEVEL.format(k=level, below=level + 1)]
    every = " UNION ALL ".join(f"SELECT id, state, planned, actual FROM level{level}" for level in range(depth + 1))  # noqa: S608
    values = {
        "project": project.pk,
        "day": day.isoformat(),
        "moment": connection.ops.adapt_datetimefield_value(moment),
        "running": WorkDay.objects.filter(day=day).values_list("running", flat=True).first() or 0,
        "threshold": project.threshold,
    }
    return "WITH " + ",".join([*parts, f"\nfound AS ({every})"]) + "\n", values


def _counting(project: Project) -> dict[str, str]:
    """How counted days are said: by the work calendar's running index, or by the database's own dates."""
    if project.progress_basis == Project.Basis.WORKDAYS:
        joins = "LEFT JOIN people_workday ws ON ws.day = t.starts_on LEFT JOIN people_workday wd ON wd.day = t.due_on"
        return {"length": "wd.running - ws.running", "gone": "%(running)s - ws.running", "joins": joins}
    if connection.vendor == "postgresql":
        return {"length": "t.due_on - t.starts_on", "gone": "CAST(%(day)s AS date) - t.starts_on", "joins": ""}
    return {
        "length": "CAST(julianday(t.due_on) - julianday(t.starts_on) AS INTEGER)",
        "gone": "CAST(julianday(%(day)s) - julianday(t.starts_on) AS INTEGER)",
        "joins": "",
    }
