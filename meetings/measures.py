"""The measures of a solution, one line each, read as actions are (“@研发部 周五前 密封圈改型 1800 件”)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.batches import batched
from common.saying import quantity_words
from meetings.invited import departments_of, people_to_invite
from meetings.models import Action
from meetings.parsing import parse_line
from meetings.spoken import quantities_in
from people.models import Department, User
from projects.models import Project
from tracking.services.issues import Asked

MOST = 30


@dataclass(frozen=True)
class MeasureLine:
    """A line as it was typed, as it was read, what it still lacks, and what should be looked at."""

    said: str
    asked: Asked | None
    lacks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def lines_of(actions: Iterable[Action]) -> list[str]:
    """Actions as lines that are read as measures: who, until when, what, and how much where the words do not say it."""
    return [_line(action) for action in actions]


def _line(action: Action) -> str:
    names = [f"@{row}" for row in (action.department, action.owner) if row is not None]
    due = [action.due_on.isoformat()] if action.due_on else []
    counted = action.quantity is None or quantities_in(action.text)
    many = [] if counted else [quantity_words(action.quantity, action.unit)]
    return " ".join([*names, *due, *action.text.split(), *many])


def proposed(actions: Iterable[Action], project: Project) -> list[tuple[Action, str]]:
    """Each action with its words as they are read again from its line."""
    rows = list(actions)
    read = [line.asked for part in batched(lines_of(rows), MOST) for line in read_measures("\n".join(part), project)]
    return [(row, asked.text if asked else row.text) for row, asked in zip(rows, read, strict=True)]


def read_measures(text: str, project: Project) -> list[MeasureLine]:
    """Each line that says something, read beside today; the first lines, where there are too many."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:MOST]
    if not lines:
        return []
    departments, people = list(departments_of(project)), list(people_to_invite(project))
    spoken = {person: party.department_id for party in project.parties.all() for person in (party.head_id, party.liaison_id)}
    return [_read(line, project, departments, people, spoken) for line in lines]


def _read(
    said: str, project: Project, departments: Sequence[Department], people: Sequence[User], spoken: dict[int | None, int]
) -> MeasureLine:
    found = parse_line(said, departments, people, project.today)
    department = found.department
    if department is None and found.owner is not None:
        key = spoken.get(found.owner.pk, found.owner.department_id)
        department = next((row for row in departments if row.pk == key), None)
    lacks = tuple(found.missing)
    if department is None or found.due_on is None or not found.rest:
        return MeasureLine(said, None, lacks, found.unread)
    return MeasureLine(
        said, Asked(found.rest, department, found.due_on, found.owner, found.quantity, found.unit), (), found.unread
    )
