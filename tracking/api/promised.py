"""The promise behind a task as JSON: its own clause, or that of the top of its tree."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from django.urls import reverse

from common.api.rows import fetch
from tracking.models import Task

CLAUSE = ("uid", "number", "memorandum__number", "memorandum__edition", "memorandum__project__uid")


def promise_of(uid: str, number: str, memorandum: str, edition: int, project: str) -> dict[str, Any]:
    """What the promise tag says, and where it leads."""
    url = f"{reverse('memorandum', args=[project])}#clause-{number}"
    return {"clause": uid, "number": number, "memorandum": memorandum, "edition": edition, "url": url}


def promises_by_task(tops: Collection[int | None]) -> Mapping[int | None, orjson.Fragment]:
    """By the task that stands for a clause, what is promised; one query."""
    wanted = set(tops) - {None}
    if not wanted:
        return {}
    rows = Task.objects.filter(pk__in=wanted, clause__isnull=False).order_by()  # type: ignore[misc]
    return {key: orjson.Fragment(orjson.dumps(promise_of(*said))) for key, *said in _said(rows)}


def _said(rows: Any) -> list[tuple[Any, ...]]:
    return fetch(rows, "pk", *(f"clause__{name}" for name in CLAUSE))
