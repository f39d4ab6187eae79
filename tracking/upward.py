"""One branch of a task tree, upward: what a write on a task does to the figures and states of the wholes above it.

Parts beside the branch are not figured anew: what is kept of them (`TaskFigures`) is added up by the database, one row per whole.
The definition is `tracking/deviation.py`; tests compare the two on random trees.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from common.again import TextAgain
from people.calendar import running_days
from projects.models import Project
from tracking import deviation, figures
from tracking.deviation import CountDays, Figures, half_up, hundredths
from tracking.models import Task
from tracking.scan_sql import counted

SUMS = """
SELECT parent_id, COUNT(*), COUNT(CASE WHEN state = 'done' THEN 1 END), COUNT(CASE WHEN state = 'not_started' THEN 1 END),
       COUNT(kept), COUNT(CASE WHEN kept >= %(evening)s THEN 1 END),
       COUNT(CASE WHEN weight > 0 THEN 1 END), COUNT(target), MIN(unit), MAX(unit),
       CAST(COALESCE(SUM(weight), 0) AS BIGINT), CAST(COALESCE(SUM(target), 0) AS BIGINT), CAST(SUM(days) AS BIGINT),
       CAST(COALESCE(SUM(weight * planned), 0) AS BIGINT), CAST(COALESCE(SUM(target * planned), 0) AS BIGINT),
       CAST(COALESCE(SUM(days * planned), 0) AS BIGINT),
       CAST(COALESCE(SUM(weight * actual), 0) AS BIGINT), CAST(COALESCE(SUM(target * actual), 0) AS BIGINT),
       CAST(COALESCE(SUM(days * actual), 0) AS BIGINT)
FROM (SELECT t.parent_id, t.state, t.unit, CAST(t.weight AS BIGINT) AS weight,
             CAST(ROUND(t.target * 100) AS BIGINT) AS target, CASE WHEN {length} >= 1 THEN {length} ELSE 1 END AS days,
             f.day AS kept, f.planned, CASE WHEN f.actual > 10000 THEN 10000 ELSE f.actual END AS actual
      FROM tracking_task t LEFT JOIN tracking_taskfigures f ON f.task_id = t.id {joins}
      WHERE t.parent_id IN ({wholes}) AND t.id NOT IN ({wholes}) AND t.state <> 'cancelled') parts
GROUP BY parent_id"""

BESIDE = """
SELECT day, planned FROM tracking_plannedstep WHERE task_id = %(task)s
UNION ALL SELECT day, -1 FROM tracking_eveningscan WHERE project_id = %(project)s AND day = %(evening)s
ORDER BY 1"""

KEEP = """
INSERT INTO tracking_taskfigures (task_id, day, planned, actual, deviation) VALUES {rows}
ON CONFLICT (task_id) DO UPDATE
SET day = excluded.day, planned = excluded.planned, actual = excluded.actual, deviation = excluded.deviation"""

_beside = TextAgain(BESIDE, evening=date, project=int, task=int)


@cache
def _sums(length: str, joins: str, deep: int) -> TextAgain:
    """The sums beside a branch so deep."""
    names = [f"b{number}" for number in range(deep)]
    wholes = ", ".join(f"%({name})s" for name in names)
    return TextAgain(SUMS.format(length=length, joins=joins, wholes=wholes), evening=date, **dict.fromkeys(names, int))


class Sums(NamedTuple):
    """What the parts of a whole add up to, the one in the branch left out; `p_` and `a_`: planned and actual by each basis."""

    parts: int
    done: int
    not_started: int
    kept: int
    current: int
    weighted: int
    targeted: int
    unit: str
    last_unit: str
    weights: int
    targets: int
    lengths: int
    p_weights: int
    p_targets: int
    p_lengths: int
    a_weights: int
    a_targets: int
    a_lengths: int


class Beside(NamedTuple):
    """What stands beside a branch: sums by whole, steps of the lowest task, and whether what is kept is the last evening's."""

    evening: date
    sums: dict[int, Sums]
    steps: tuple[tuple[date, int], ...]
    current: bool


def beside(project: Project, branch: Sequence[Task]) -> Beside:
    """Two statements, whatever the number of parts; the branch is locked by the caller."""
    evening = figures.last_evening(project)
    said: dict[str, Any] = {f"b{number}": row.pk for number, row in enumerate(branch)}
    counts = counted(project)
    sums = {key: Sums(*found) for key, *found in _sums(counts["length"], counts["joins"], len(branch))(evening=evening, **said)}
    lines = [(_day(day), planned) for day, planned in _beside(evening=evening, project=project.pk, task=branch[0].pk)]
    scanned = any(planned < 0 for _day_, planned in lines)
    current = all(row.kept == row.parts if scanned else row.current == row.parts for row in sums.values())
    return Beside(evening, sums, tuple(line for line in lines if line[1] >= 0), current)


def _day(said: Any) -> date:
    return said if isinstance(said, date) else date.fromisoformat(said)


def states_of_parts(row: Task, part: Task | None, known: Beside) -> tuple[int, int, int]:
    """Of a whole: how many parts count, how many of them are done, how many not begun."""
    sums = known.sums.get(row.pk)
    parts, done, fresh = (sums.parts, sums.done, sums.not_started) if sums else (0, 0, 0)
    if part is not None and part.state != Task.State.CANCELLED:
        parts, done, fresh = parts + 1, done + (part.state == Task.State.DONE), fresh + (part.state == Task.State.NOT_STARTED)
    return parts, done, fresh


def figured(project: Project, branch: Sequence[Task], known: Beside) -> dict[int, Figures]:
    """The figures of a branch on the last evening, deepest first."""
    days = count_days(project)
    found: dict[int, Figures] = {}
    part: Task | None = None
    for row in branch:
        counts = part is not None and part.state != Task.State.CANCELLED
        sums = known.sums.get(row.pk)
        if sums is None and not counts:
            found[row.pk] = of_leaf(row, known.evening, days, known.steps if row is branch[0] else ())
        else:
            found[row.pk] = _mean(sums, part if counts else None, found, days)
        part = row
    return found


def of_leaf(row: Task, day: date, days: CountDays, steps: tuple[tuple[date, int], ...] = ()) -> Figures:
    """The figures of a task without parts on the evening of a day."""
    return Figures(deviation.planned(row.starts_on, row.due_on, day, days, steps), deviation.actual(row.done, row.target))


def count_days(project: Project) -> CountDays:
    """W(a, b) as this project counts, by the calendar that is remembered from one write to the next."""
    if project.progress_basis == Project.Basis.CALENDAR_DAYS:
        return deviation.calendar_days
    running = running_days()
    return lambda after, until: running[until] - running[after]


NONE = Sums(0, 0, 0, 0, 0, 0, 0, "", "", 0, 0, 0, 0, 0, 0, 0, 0, 0)


def _mean(sums: Sums | None, part: Task | None, found: dict[int, Figures], days: CountDays) -> Figures:
    """The weighted means, as `deviation.mean` says them: weights all given, else targets of one unit, else planned days."""
    rest = sums or NONE
    parts = rest.parts + (part is not None)
    units = {rest.unit, rest.last_unit} if sums else set()
    if part is not None:
        units.add(part.unit)
    if rest.weighted + bool(part is not None and part.weight) == parts:
        share = part.weight if part is not None else 0
        whole, planned, actual = rest.weights, rest.p_weights, rest.a_weights
    elif rest.targeted + (part is not None and part.target is not None) == parts and len(units) == 1:
        share = hundredths(part.target) if part is not None and part.target is not None else 0
        whole, planned, actual = rest.targets, rest.p_targets, rest.a_targets
    else:
        share = _length(part, days) if part is not None else 0
        whole, planned, actual = rest.lengths, rest.p_lengths, rest.a_lengths
    if part is not None and share:
        own = found[part.pk]
        whole, planned, actual = (
            whole + share, planned + share * own.planned, actual + share * min(deviation.FULL, own.actual)
        )  # fmt: skip
    return Figures(half_up(planned, whole), half_up(actual, whole))


def _length(part: Task, days: CountDays) -> int:
    if part.starts_on is None or part.due_on is None:
        return 1
    return max(1, days(part.starts_on, part.due_on))


def keep(day: date, found: dict[int, Figures]) -> None:
    """Write the figures of a branch in one statement."""
    said: list[Any] = []
    for key, now in sorted(found.items()):
        said += [key, day.isoformat(), now.planned, now.actual, now.deviation]
    rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(found))
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(rows=rows), said)
