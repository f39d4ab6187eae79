"""The evening of a project with many tasks, settled in whole statements: risks, their history, their events.

The definition is `tracking/spells.py`, which fewer tasks are settled by; tests compare the two on random trees.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse

from activity.many import record_rows, uid_sql
from common import acts, clock
from projects.models import Project
from tracking import scan_sql
from tracking.models import Risk

MANY = 500  # tasks, above which an evening is settled here
TOLD = 500  # risks, above which people are told of their number alone: nobody reads so many mails

TURNS = """
INSERT INTO scan_turn (task_id, planned, actual, stale, turn)
SELECT f.id, f.planned, f.actual, f.stale,
       CASE WHEN r.id IS NULL THEN 'first' WHEN r.state <> 'open' THEN 'again' WHEN f.over THEN 'stays' ELSE 'back' END
FROM scan_found f LEFT JOIN tracking_risk r ON r.task_id = f.id AND r.source = 'deviation'
WHERE (f.over AND (r.id IS NULL OR r.state IN ('monitoring', 'closed'))) OR r.state = 'open'"""

# who has said a measure has said that the figure is true
CHANGE = """
UPDATE tracking_risk SET
  state = CASE WHEN v.turn = 'back' THEN 'monitoring' ELSE 'open' END,
  spells = spells + CASE WHEN v.turn = 'again' THEN 1 ELSE 0 END,
  opened_at = CASE WHEN v.turn = 'again' THEN {moment} ELSE opened_at END,
  recovered_at = CASE v.turn WHEN 'again' THEN NULL WHEN 'back' THEN {moment} ELSE recovered_at END,
  closed_at = CASE WHEN v.turn = 'again' THEN NULL ELSE closed_at END,
  closed_as = CASE WHEN v.turn = 'again' THEN '' ELSE closed_as END,
  is_stale = CASE v.turn WHEN 'again' THEN v.stale WHEN 'back' THEN false
    ELSE v.stale AND (cause = '' OR measure = '' OR owner_id IS NULL OR due_on IS NULL) END,
  day = {day}, planned = v.planned, actual = v.actual, deviation = v.planned - v.actual
FROM scan_turn v WHERE tracking_risk.task_id = v.task_id AND tracking_risk.source = 'deviation' AND v.turn <> 'first'"""

OPEN = """
INSERT INTO tracking_risk ({columns})
SELECT {values} FROM scan_turn v JOIN tracking_task t ON t.id = v.task_id WHERE v.turn = 'first' ORDER BY v.task_id"""

NOTE = """
INSERT INTO tracking_historicalrisk ({columns}, history_date, history_type, history_user_id)
SELECT {values}, {now}, CASE WHEN v.turn = 'first' THEN '+' ELSE '~' END, %(user)s
FROM scan_turn v JOIN tracking_risk r ON r.task_id = v.task_id AND r.source = 'deviation'
ORDER BY CASE WHEN v.turn = 'first' THEN 0 ELSE 1 END, r.id"""

SAID = """
SELECT r.id AS object_id, r.uid AS uid, r.title AS title, {facts} AS facts,
       CASE WHEN v.turn = 'first' THEN 0 ELSE 1 END AS first, r.id AS place
FROM scan_turn v JOIN tracking_risk r ON r.task_id = v.task_id AND r.source = 'deviation'
WHERE v.turn IN ({turns})"""


class Turned(NamedTuple):
    """How many risks an evening opened and how many recovered."""

    opened: int
    recovered: int


def settle_all(project: Project, day: date, moment: datetime) -> Turned:
    """Bring all deviation risks of a project to what the evening's figures say; nobody is told yet.

    The figures stay in `scan_found` and the turns in `scan_turn` until `forget`; the caller keeps reports out.
    """
    scan_sql.find(project, day, moment)
    values = _said(day, moment)
    words = {
        "moment": _typed("%(moment)s", "timestamptz"),
        "day": _typed("%(day)s", "date"),
        "now": _typed("%(now)s", "timestamptz"),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT COUNT(*) FROM (SELECT id FROM tracking_risk WHERE project_id = %s AND source = 'deviation'"
                " ORDER BY id FOR NO KEY UPDATE) locked",
                [project.pk],
            )
        cursor.execute("DROP TABLE IF EXISTS scan_turn")
        cursor.execute(
            "CREATE TEMPORARY TABLE scan_turn"
            " (task_id bigint PRIMARY KEY, planned integer, actual integer, stale boolean, turn varchar(5))"
        )
        cursor.execute(TURNS)
        cursor.execute(CHANGE.format(**words), values)
        names, first = _first(project, words)
        cursor.execute(OPEN.format(columns=", ".join(names), values=", ".join(first)), values)
        past = [field.column for field in Risk.history.model.tracked_fields]
        cursor.execute(NOTE.format(columns=", ".join(past), values=", ".join(f"r.{name}" for name in past), **words), values)
        cursor.execute("SELECT turn, COUNT(*) FROM scan_turn GROUP BY turn")
        turns = dict(cursor.fetchall())
    return Turned(turns.get("first", 0) + turns.get("again", 0), turns.get("back", 0))


def turned(*turns: str) -> list[Risk]:
    """The risks that turned so, with their tasks, in the order in which they are told."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT task_id, turn FROM scan_turn WHERE turn IN ({_listed(turns)})")  # noqa: S608
        found = dict(cursor.fetchall())
    rows = Risk.objects.filter(task__in=list(found), source=Risk.Source.DEVIATION).select_related("task__assignee")
    return sorted(rows, key=lambda risk: (found[risk.task_id] != "first", risk.pk))


def departments_and_assignees(*turns: str) -> list[tuple[int, int | None]]:
    """Whose tasks turned so, each pair once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.department_id, t.assignee_id FROM scan_turn v JOIN tracking_task t ON t.id = v.task_id"  # noqa: S608
            f" WHERE v.turn IN ({_listed(turns)})"
        )
        return [(department, assignee) for department, assignee in cursor.fetchall()]


def record_turned(project: Project, verb: str, day: date, *turns: str) -> None:
    """One event per risk that turned so, of which nobody is told by itself."""
    uid = "00000000-0000-4000-8000-000000000000"
    before, after = reverse("risk", args=[uid]).split(uid)
    sql = SAID.format(facts=_facts(), turns=_listed(turns))
    record_rows(verb=verb, project=project, model=Risk, sql=sql, values={"day": day.isoformat()}, url=(before, after))


def forget() -> None:
    """Drop what an evening kept."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS scan_turn")
        cursor.execute("DROP TABLE IF EXISTS scan_found")


def _listed(turns: tuple[str, ...]) -> str:
    return ", ".join(f"'{turn}'" for turn in turns)


def _quoted(name: str) -> str:
    return f"'{name}'"


def _typed(said: str, kind: str) -> str:
    return f"CAST({said} AS {kind})" if connection.vendor == "postgresql" else said


def _said(day: date, moment: datetime) -> dict[str, Any]:
    adapted = connection.ops.adapt_datetimefield_value
    user = acts.current_actor()
    return {"day": day.isoformat(), "moment": adapted(moment), "now": adapted(clock.now()), "user": user.pk if user else None}


def _first(project: Project, words: dict[str, str]) -> tuple[list[str], list[str]]:
    """The columns of a risk that opens for the first time and what stands in them: what is not said here, its default."""
    said = {
        "uid": uid_sql(), "project_id": str(int(project.pk)), "task_id": "v.task_id", "source": "'deviation'", "title": "t.title",
        "state": "'open'", "opened_at": words["moment"], "is_stale": "v.stale", "day": words["day"], "planned": "v.planned",
        "actual": "v.actual", "deviation": "v.planned - v.actual",
    }  # fmt: skip
    fields = {str(field.column): field for field in Risk._meta.concrete_fields if not field.primary_key}
    return list(fields), [said.get(name) or _default(field.get_default()) for name, field in fields.items()]


def _default(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case "":
            return "''"
    raise TypeError(f"a default that the evening does not know: {value!r}")


def _points(column: str) -> str:
    """Hundredths with two places, as `common.saying.points_words` says them."""
    whole, rest = f"CAST(ABS({column}) / 100 AS varchar(9))", f"CAST(ABS({column}) %% 100 + 100 AS varchar(9))"
    return f"CASE WHEN {column} < 0 THEN '−' ELSE '' END || {whole} || '.' || SUBSTR({rest}, 2)"


def _facts() -> str:
    """As `spells.figures_as_facts` says them."""
    said = {
        "planned": f"({_points('r.planned')} || '%%')",
        "actual": f"({_points('r.actual')} || '%%')",
        "deviation": f"({_points('r.deviation')})",
        "day": _typed("%(day)s", "text"),
        "spell": "r.spells",
        "stale": "r.is_stale" if connection.vendor == "postgresql" else "json(CASE WHEN r.is_stale THEN 'true' ELSE 'false' END)",
    }
    build = "jsonb_build_object" if connection.vendor == "postgresql" else "json_object"
    return f"{build}({', '.join(f'{_quoted(name)}, {value}' for name, value in said.items())})"
