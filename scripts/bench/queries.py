"""How many statements a page or a write needs: run inside the application on the filled database, JSON on stdout."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from people.models import User
from tracking.models import Task


def counted(ask: Callable[[], Any]) -> int:
    """Statements that one request sends, its transaction's own included; the second of two alike, as in daily running."""
    said: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append(sql)
        return execute(sql, params, many, context)

    for _ in range(2):
        said.clear()
        with connection.execute_wrapper(listen):
            answer = ask()
        if not 200 <= answer.status_code < 300:
            raise RuntimeError(f"{answer.status_code}: {answer.content[:400]!r}")
    return len(said)


def main() -> None:
    """Count them all."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("facts")
    facts = json.loads(wanted.parse_args().facts)
    person = Client(HTTP_HOST="localhost")
    person.force_login(User.objects.get(username=facts["user"]))
    project, leaf = f"/projects/{facts['project']}/", facts["leaves"][0]
    amount = iter(range(1, 90))

    def write(act: str, **fields: object) -> Callable[[], Any]:
        def ask() -> Any:
            version = Task.objects.values_list("version", flat=True).get(pk=leaf["pk"])
            said = {name: value() if callable(value) else value for name, value in fields.items()}
            return person.post(f"/tasks/{leaf['uid']}/{act}/", {"seen_version": version, **said}, headers={"HX-Request": "true"})

        return ask

    found = {
        "board": counted(lambda: person.get(project + "board/")),
        "table": counted(lambda: person.get(project + "table/")),
        "json": counted(
            lambda: Client(HTTP_HOST="localhost", headers={"Authorization": f"Token {facts['token']}"}).get(
                f"/api/v1{project}tasks/?all=1"
            )
        ),
        "report": counted(write("report", done=lambda: next(amount), reason="recount", place="card")) - 1,
        "move": counted(write("move", edge="end", place="card")) - 1,
    }
    print(json.dumps(found))
