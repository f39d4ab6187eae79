"""Deviation in SQL: a whole project in one statement, in whole numbers, on SQLite and PostgreSQL alike.

The definition is `tracking/deviation.py`; tests compare the two on random trees.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max

from common import clock
from people.calendar import running_days
from projects.models import Project
from tracking.models import PlannedStep, Task

STALE_AFTER = 2  # workdays for which a figure holds
LONGEST_HOLIDAY = 30  # days within which two workdays surely lie

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
         {length} AS length, {points}, {fresh} AS fresh
  FROM tracking_task t {joins}
  WHERE t.project_id = %(project)s AND t.created_at <= %(moment)s
)"""

# from which point of the plan to which one the day lies, and what is planned there: start and due date, unless steps lie between
NO_STEPS = "0 AS low, 10000 AS high, {length} AS span, {gone} AS gone"
STEPS = "COALESCE(sl.planned, 0) AS low, COALESCE(sh.planned, 10000) AS high, {span} AS span, {gone_since} AS gone"
STEP_JOINS = """
  LEFT JOIN (SELECT s.task_id, MAX(s.day) AS day FROM tracking_plannedstep s JOIN tracking_task o ON o.id = s.task_id
             WHERE o.project_id = %(project)s AND s.day > o.starts_on AND s.day < o.due_on AND s.day <= %(day)s
             GROUP BY s.task_id) passed ON passed.task_id = t.id
  LEFT JOIN tracking_plannedstep sl ON sl.task_id = passed.task_id AND sl.day = passed.day
  LEFT JOIN (SELECT s.task_id, MIN(s.day) AS day FROM tracking_plannedstep s JOIN tracking_task o ON o.id = s.task_id
             WHERE o.project_id = %(project)s AND s.day > o.starts_on AND s.day < o.due_on AND s.day > %(day)s
             GROUP BY s.task_id) ahead ON ahead.task_id = t.id
  LEFT JOIN tracking_plannedstep sh ON sh.task_id = ahead.task_id AND sh.day = ahead.day"""

# whether somebody said a figure within the last two workdays; nothing where the work is over
FRESH = """CASE
           WHEN t.state IN ('done', 'awaiting_acceptance', 'cancelled') THEN NULL
           WHEN t.reported_at IS NULL THEN CASE WHEN t.starts_on > %(heard)s OR t.created_at >= %(heard_from)s THEN 1 ELSE 0 END
           WHEN t.reported_at > %(moment)s THEN (SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END FROM tracking_report r
             WHERE r.task_id = t.id AND r.at <= %(moment)s AND r.at >= %(heard_from)s)
           WHEN t.reported_at >= %(heard_from)s THEN 1 ELSE 0
         END"""

LEAF = """
leaf AS (
  SELECT id, parent_id, level, state, unit, weight, target, fresh,
         CASE WHEN length >= 1 THEN length ELSE 1 END AS days,
         CAST(CASE
           WHEN due_on IS NULL THEN 0
           WHEN %(day)s >= due_on THEN 10000
           WHEN starts_on IS NULL OR %(day)s <= starts_on THEN 0
           WHEN span = 0 THEN low
           ELSE (2 * (low * (span - gone) + high * gone) + span) / (2 * span)
         END AS BIGINT) AS planned,
         CASE WHEN target IS NULL THEN done ELSE (20000 * done + target) / (2 * target) END AS actual
  FROM base
)"""

# the parts of one level, rolled up for the level above: weights all given, or all defaulted
SHARES = """
sums{k} AS (
  SELECT parent_id, MAX(fresh) AS fresh,
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
  SELECT parent_id, fresh, (2 * p + w) / (2 * w) AS planned, (2 * a + w) / (2 * w) AS actual
  FROM (SELECT parent_id, fresh,
               CASE basis WHEN 'weight' THEN weights WHEN 'target' THEN targets ELSE lengths END AS w,
               CASE basis WHEN 'weight' THEN p_weights WHEN 'target' THEN p_targets ELSE p_lengths END AS p,
               CASE basis WHEN 'weight' THEN a_weights WHEN 'target' THEN a_targets ELSE a_lengths END AS a
        FROM sums{k}) chosen
)"""

LEVEL = """
level{k} AS (
  SELECT l.id, l.parent_id, l.state, l.unit, l.weight, l.target, l.days,
         COALESCE(s.planned, l.planned) AS planned, COALESCE(s.actual, l.actual) AS actual,
         CASE WHEN s.parent_id IS NULL THEN l.fresh ELSE s.fresh END AS fresh
  FROM leaf l LEFT JOIN shares{below} s ON s.parent_id = l.id WHERE l.level = {k}
)"""

DEEPEST = """
level{k} AS (SELECT id, parent_id, state, unit, weight, target, days, planned, actual, fresh FROM leaf WHERE level = {k})"""

OVER_OR_OPEN = """
SELECT f.id, f.planned, f.actual, f.planned - f.actual > %(threshold)s AND f.state <> 'cancelled', f.fresh = 0
FROM found f LEFT JOIN tracking_risk r ON r.task_id = f.id AND r.source = 'deviation'
WHERE (f.planned - f.actual > %(threshold)s AND f.state <> 'cancelled') OR r.state = 'open'
ORDER BY f.id"""

EVERY = "SELECT id, planned, actual FROM found"

FIND = """
INSERT INTO scan_found (id, planned, actual, over, stale)
{found}
SELECT id, planned, actual, over, over AND COALESCE(fresh, 1) = 0
FROM (SELECT id, planned, actual, fresh, planned - actual > %(threshold)s AND state <> 'cancelled' AS over FROM found) judged"""

KEEP_FOUND = """
INSERT INTO tracking_taskfigures (task_id, day, planned, actual, deviation)
SELECT id, CAST(%(day)s AS {date}), planned, actual, planned - actual FROM scan_found WHERE true
ON CONFLICT (task_id) DO UPDATE
SET day = excluded.day, planned = excluded.planned, actual = excluded.actual, deviation = excluded.deviation
WHERE tracking_taskfigures.planned <> excluded.planned OR tracking_taskfigures.actual <> excluded.actual"""

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
    stale: bool  # nobody said a figure of what is still open for more than two workdays


def over_or_open(project: Project, day: date, moment: datetime) -> list[Found]:
    """Tasks over the threshold on the evening of `day`, and those whose deviation risk is open; reports count up to `moment`."""
    sql, values = _figures(project, day, moment)
    rows = _rows(sql + OVER_OR_OPEN, values)
    return [Found(task, planned, actual, bool(over), bool(stale)) for task, planned, actual, over, stale in rows]


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


def find(project: Project, day: date, moment: datetime) -> None:
    """The figures of every task on the evening of `day` in a table of this transaction, `scan_found`."""
    sql, values = _figures(project, day, moment)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '128MB'")
            cursor.execute("SET LOCAL jit = off")
        cursor.execute("DROP TABLE IF EXISTS scan_found")
        cursor.execute(
            "CREATE TEMPORARY TABLE scan_found (id bigint, planned integer, actual integer, over boolean, stale boolean)"
        )
        cursor.execute(FIND.format(found=sql), values)


def keep_found(day: date) -> None:
    """The same as `keep_figures`, from what `find` found: where nothing was reported since."""
    kind = "date" if connection.vendor == "postgresql" else "text"
    with connection.cursor() as cursor:
        cursor.execute(KEEP_FOUND.format(date=kind), {"day": day.isoformat()})


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _figures(project: Project, day: date, moment: datetime) -> tuple[str, dict[str, Any]]:
    """`WITH … found AS (id, state, planned, actual, fresh)` of all tasks of a project, and its values."""
    depth = Task.objects.filter(project=project).aggregate(deepest=Max("level"))["deepest"] or 0
    parts = [_base(project), LEAF, DEEPEST.format(k=depth)]
    for level in range(depth - 1, -1, -1):
        parts += [SHARES.format(k=level + 1), LEVEL.format(k=level, below=level + 1)]
    every = " UNION ALL ".join(f"SELECT id, state, planned, actual, fresh FROM level{level}" for level in range(depth + 1))  # noqa: S608
    values = {
        "project": project.pk,
        "day": day.isoformat(),
        "moment": connection.ops.adapt_datetimefield_value(moment),
        "running": running_days().get(day, 0),
        "threshold": project.threshold,
        **_heard(project, day),
    }
    return "WITH " + ",".join([*parts, f"\nfound AS ({every})"]) + "\n", values


def _heard(project: Project, day: date) -> dict[str, Any]:
    """A figure is old when more than two workdays have passed since: the last such day, and the moment at which it ended."""
    heard = heard_until(day)
    return {
        "heard": heard.isoformat(),
        "heard_from": connection.ops.adapt_datetimefield_value(clock.local(heard + timedelta(1), time(), project.time_zone)),
    }


def heard_until(day: date) -> date:
    """The last day since which, on the evening of `day`, more than two workdays have passed."""
    days = [day - timedelta(apart) for apart in range(LONGEST_HOLIDAY)]
    running = running_days()
    return next((at for at in days if at in running and running[at] < running.get(day, 0) - STALE_AFTER), days[-1])


def _base(project: Project) -> str:
    """The tasks with what is counted of each; without a single planned step the statement is the simple one."""
    said = counted(project)
    if not PlannedStep.objects.filter(task__project=project).exists():
        return BASE.format(points=NO_STEPS.format(**said), fresh=FRESH, length=said["length"], joins=said["joins"])
    joins = said["joins"] + STEP_JOINS + said["step_joins"]
    return BASE.format(points=STEPS.format(**said), fresh=FRESH, length=said["length"], joins=joins)


def counted(project: Project) -> dict[str, str]:
    """How counted days are said: by the work calendar's running index, or by the database's own dates."""
    last, following = "COALESCE(passed.day, t.starts_on)", "COALESCE(ahead.day, t.due_on)"
    if project.progress_basis == Project.Basis.WORKDAYS:
        return {
            "length": "wd.running - ws.running",
            "gone": "%(running)s - ws.running",
            "span": "wh.running - wl.running",
            "gone_since": "%(running)s - wl.running",
            "joins": "LEFT JOIN people_workday ws ON ws.day = t.starts_on LEFT JOIN people_workday wd ON wd.day = t.due_on",
            "step_joins": f" LEFT JOIN people_workday wl ON wl.day = {last} LEFT JOIN people_workday wh ON wh.day = {following}",
        }
    if connection.vendor == "postgresql":
        said = {
            "length": "t.due_on - t.starts_on",
            "gone": "CAST(%(day)s AS date) - t.starts_on",
            "span": f"{following} - {last}",
            "gone_since": f"CAST(%(day)s AS date) - {last}",
        }
    else:
        said = {
            "length": "CAST(julianday(t.due_on) - julianday(t.starts_on) AS INTEGER)",
            "gone": "CAST(julianday(%(day)s) - julianday(t.starts_on) AS INTEGER)",
            "span": f"CAST(julianday({following}) - julianday({last}) AS INTEGER)",
            "gone_since": f"CAST(julianday(%(day)s) - julianday({last}) AS INTEGER)",
        }
    return said | {"joins": "", "step_joins": ""}
