"""Reports from a sheet that somebody has had open for a while (rules E2, C3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from common.refusals import Conflict, Refused
from people.models import User
from tracking.models import Report
from tracking.services.progress import report_progress

TRIES = 3


def report_as_seen(
    *,
    actor: User,
    task_uid: UUID,
    done: Decimal,
    seen_version: int,
    seen_done: Decimal | None = None,
    note: str = "",
    **more: Any,
) -> Report:
    """Report a new total: a double click is one report, and what changed meanwhile beside the figure is no conflict.

    Only when the figure that the person saw no longer stands are both values shown (Conflict).
    """
    for attempt in range(1, TRIES + 1):
        try:
            return report_progress(actor=actor, task_uid=task_uid, done=done, seen_version=seen_version, note=note, **more)
        except Conflict as conflict:
            if said := _said_already(actor, task_uid, done, seen_version, note):
                return said
            if attempt == TRIES or seen_done is None or conflict.theirs.get("done") != seen_done:
                raise
            seen_version = int(str(conflict.theirs["version"]))
    raise AssertionError("the last try returns or raises")


def _said_already(actor: User, task_uid: UUID, done: Decimal, seen_version: int, note: str) -> Report | None:
    """The same from the same person, since the version that the page was drawn with: the form was sent twice."""
    rows = Report.objects.filter(task__uid=task_uid, reporter=actor, task_version__gt=seen_version, done=done)
    return rows.filter(note=note.strip()).order_by("-task_version").first()


def note_of(words: str, answers: Iterable[tuple[str, str]]) -> str:
    """The note of a report: what was typed, then each point of the report template that was answered, a line each."""
    lines = [words.strip(), *(f"{name}: {said.strip()}" for name, said in answers if said.strip())]
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Line:
    """One line of a sheet as typed; `said` goes to `report_as_seen`."""

    task_uid: UUID
    said: dict[str, Any]


Outcome = Report | Refused | PermissionDenied | Http404


def report_sheet(*, actor: User, lines: Iterable[Line]) -> dict[UUID, Outcome]:
    """Report each line as an act of its own: one that is refused holds up no other; what became of each."""
    return {line.task_uid: _outcome(actor, line) for line in lines}


def _outcome(actor: User, line: Line) -> Outcome:
    try:
        return report_as_seen(actor=actor, task_uid=line.task_uid, **line.said)
    except (Refused, PermissionDenied, Http404) as no:
        return no
