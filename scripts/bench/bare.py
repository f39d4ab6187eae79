"""What the machine can do at all: the driver and JSON behind a bare WSGI application, and a bare UPDATE."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import psycopg2

from scripts.bench.load import Call

COLUMNS = (
    "t.uid, t.version, t.title, d.name, u.name, t.starts_on, t.due_on, t.deliverable, t.standard, t.weight, t.target, t.unit,"
    " t.done, t.state, t.confirmed_at, t.reported_at, t.finished_at, f.planned, f.actual, f.deviation"
)
ALL = (
    f"SELECT {COLUMNS} FROM tracking_task t JOIN people_department d ON d.id = t.department_id"  # noqa: S608
    " LEFT JOIN people_user u ON u.id = t.assignee_id LEFT JOIN tracking_taskfigures f ON f.task_id = t.id"
    " ORDER BY t.rank"
)
NAMES = [column.strip().replace(".", "_") for column in COLUMNS.split(",")]
_own = threading.local()


def connect() -> Any:
    """A connection of this thread's own."""
    if not hasattr(_own, "connection"):
        _own.connection = connect_to(os.environ["DATABASE_URL"])
    return _own.connection


def application(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """All tasks as JSON, with nothing in between."""
    with connect().cursor() as cursor:
        cursor.execute(ALL)
        body = orjson.dumps([dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()], default=str)
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def connect_to(url: str) -> Any:
    """A connection that commits each statement by itself."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


def update(url: str, key: int) -> Call:
    """A caller that writes one number into one row, each time in a transaction of its own."""
    cursor = connect_to(url).cursor()
    count = iter(range(10**9))

    def call() -> None:
        cursor.execute("UPDATE tracking_task SET done = %s WHERE id = %s", [next(count) % 90, key])

    return call
