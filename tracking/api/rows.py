"""Tasks, reports and risks as JSON, written from values: a handful of queries for any number of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from activity.models import Comment
from common.again import signs
from common.api.rows import FetchAgain, fetch, named, percent, uids
from people.models import Department, User
from projects.models import Clause, Node, Project
from tracking.api.promised import CLAUSE, promise_of, promises_by_task
from tracking.models import Report, Risk, Task

TASK = (
    "pk", "uid", "version", "project_id", "parent_id", "root_id", "level", "rank", "title", "department_id", "assignee_id",
    "handed_to_id", "node_id", "clause_id", "starts_on", "due_on", "deliverable", "standard", "weight", "target", "unit", "done",
    "state", "confirmed_at", "reported_at", "finished_at", "figures__planned", "figures__actual", "figures__deviation",
)  # fmt: skip
REPORT = ("pk", "uid", "task_id", "reporter_id", "done", "before", "note", "reason", "task_version", "at")
RISK = (
    "pk", "uid", "version", "project_id", "task_id", "source", "title", "state", "cause", "cause_text", "measure", "owner_id",
    "due_on", "probability", "impact", "is_major", "is_stale", "day", "planned", "actual", "deviation", "spells", "opened_at",
    "recovered_at", "closed_at",
)  # fmt: skip
OVER = (Task.State.DONE.value, Task.State.CANCELLED.value)


NAMES = (
    "project__uid", "parent__uid", "department__uid", "department__name", "assignee__uid", "assignee__name", "handed_to__uid",
    "handed_to__name", "node__uid", "node__name", "clause__uid", "clause__number",
)  # fmt: skip
PROMISES = tuple(f"{whose}__{name}" for whose in ("clause", "root__clause") for name in CLAUSE)

_one = FetchAgain(lambda key: Task.objects.filter(pk=key).order_by(), (*TASK, *NAMES, *PROMISES), *signs(1))


@dataclass
class Known:
    """What the keys in rows of tasks stand for."""

    projects: Mapping[int | None, str]
    parents: Mapping[int | None, str]
    departments: Mapping[int | None, Any]
    people: Mapping[int | None, Any]
    nodes: Mapping[int | None, Any]
    clauses: Mapping[int | None, Any]
    promises: Mapping[int | None, Any]


def column(rows: list[tuple[Any, ...]], fields: tuple[str, ...], name: str) -> set[Any]:
    """The values that one field has in all rows."""
    place = fields.index(name)
    return {row[place] for row in rows}


def task_rows(tasks: QuerySet[Task], today: date) -> list[dict[str, Any]]:
    """Tasks with their figures; percentages of the last evening. `today` decides what is delayed."""
    rows = fetch(tasks, *TASK)
    of = {name: column(rows, TASK, name) for name in TASK if name.endswith("_id")}
    here = {row[0]: row[1] for row in rows}
    known = Known(
        projects=uids(Project.objects.all(), of["project_id"]),
        parents=here | uids(Task.objects.all(), of["parent_id"] - here.keys()),
        departments=named(Department, of["department_id"] | of["handed_to_id"]),
        people=named(User, of["assignee_id"]),
        nodes=named(Node, of["node_id"]),
        clauses=named(Clause, of["clause_id"], "number"),
        promises=promises_by_task(of["root_id"] | here.keys()),
    )
    return _written(rows, known, today)


def one_task(key: int, today: date) -> dict[str, Any]:
    """One task in one query."""
    row = _one(key)[0]
    of, said = dict(zip(TASK, row, strict=False)), dict(zip(NAMES, row[len(TASK) :], strict=False))
    own, top = row[-2 * len(CLAUSE) : -len(CLAUSE)], row[-len(CLAUSE) :]

    def pair(name: str, words: str = "name") -> dict[int | None, Any]:
        found = {"uid": said[f"{name}__uid"], words: said[f"{name}__{words}"]}
        return {of[f"{name}_id"]: found} if of[f"{name}_id"] is not None else {}

    known = Known(
        projects={of["project_id"]: said["project__uid"]},
        parents={of["parent_id"]: said["parent__uid"]},
        departments=pair("handed_to") | pair("department"),
        people=pair("assignee"),
        nodes=pair("node"),
        clauses=pair("clause", "number"),
        promises={key: promise_of(*said) for key, said in ((key, own), (of["root_id"], top)) if said[0] is not None},
    )
    return _written([row[: len(TASK)]], known, today)[0]


def _written(rows: list[tuple[Any, ...]], known: Known, today: date) -> list[dict[str, Any]]:
    projects, parents, departments, people = known.projects, known.parents, known.departments, known.people
    nodes, clauses, promises, now = known.nodes, known.clauses, known.promises, today.isoformat()
    return [
        {
            "uid": uid, "version": version, "project": projects[project], "parent": parents.get(parent), "level": level,
            "rank": rank, "title": title, "department": departments[department], "assignee": people.get(assignee),
            "handed_to": departments.get(handed_to), "node": nodes.get(node), "clause": clauses.get(clause),
            "promise": promises.get(root or pk),
            "starts_on": starts_on, "due_on": due_on, "delayed": due_on is not None and due_on < now and state not in OVER,
            "deliverable": deliverable, "standard": standard, "weight": weight, "target": target, "unit": unit, "done": done,
            "state": state, "planned": planned and planned / 100, "actual": actual and actual / 100,
            "deviation": deviation and deviation / 100, "confirmed_at": confirmed_at, "reported_at": reported_at,
            "finished_at": finished_at,
        }
        for (
            pk, uid, version, project, parent, root, level, rank, title, department, assignee, handed_to, node, clause, starts_on,
            due_on, deliverable, standard, weight, target, unit, done, state, confirmed_at, reported_at, finished_at, planned,
            actual, deviation,
        ) in rows
    ]  # fmt: skip


def one_report(report: Report, task_uid: str, reporter: User) -> dict[str, Any]:
    """The report that was just made."""
    return {
        "uid": report.uid, "task": task_uid, "reporter": {"uid": reporter.uid, "name": reporter.name}, "done": report.done,
        "before": report.before, "note": report.note, "reason": report.reason, "task_version": report.task_version,
        "at": report.at,
    }  # fmt: skip


def report_rows(reports: QuerySet[Report]) -> list[dict[str, Any]]:
    """Progress reports; `done` is the new total, `task_version` the version that the report made."""
    rows = fetch(reports, *REPORT)
    tasks = uids(Task.objects.all(), column(rows, REPORT, "task_id"))
    people = named(User, column(rows, REPORT, "reporter_id"))
    return [
        {
            "uid": uid, "task": tasks[task], "reporter": people[reporter], "done": done, "before": before, "note": note,
            "reason": reason, "task_version": version, "at": at,
        }
        for _pk, uid, task, reporter, done, before, note, reason, version, at in rows
    ]  # fmt: skip


def risk_rows(risks: QuerySet[Risk]) -> list[dict[str, Any]]:
    """Risks with the figures of the evening that judged them."""
    rows = fetch(risks, *RISK)
    projects = uids(Project.objects.all(), column(rows, RISK, "project_id"))
    people = named(User, column(rows, RISK, "owner_id"))
    tasks = {key: (uid, root or key) for key, uid, root in _tasks(column(rows, RISK, "task_id") - {None})}
    promises = promises_by_task({top for _uid, top in tasks.values()})
    found = []
    for row in rows:
        said = dict(zip(RISK, row, strict=True))
        del said["pk"]
        said["project"] = projects[said.pop("project_id")]
        said["task"], top = tasks.get(said.pop("task_id"), (None, None))
        said["promise"] = promises.get(top)
        said["owner"] = people.get(said.pop("owner_id"))
        said |= {name: percent(said[name]) for name in ("planned", "actual", "deviation")}
        found.append(said)
    return found


def _tasks(keys: set[Any]) -> list[tuple[Any, ...]]:
    return fetch(Task.objects.filter(pk__in=keys).order_by(), "pk", "uid", "root_id") if keys else []


def comment_rows(comments: QuerySet[Comment]) -> list[dict[str, Any]]:
    """What was said about a row."""
    rows = fetch(comments, "uid", "author_id", "text", "at")
    people = named(User, {row[1] for row in rows})
    return [{"uid": uid, "author": people[author], "text": text, "at": at} for uid, author, text, at in rows]
