"""The measures of a solution, one line each, read as actions are (“@研发部 周五前 密封圈改型 1800 件”)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from common.batches import batched
from common.saying import quantity_words
from meetings.invited import departments_of, people_to_invite
from meetings.models import Action
from meetings.parsing import parse_line
from meetings.spoken import counted, quantities_in
from people.models import Department, User
from projects.models import Project
from tracking.models import Issue, Measure
from tracking.services.issues import Asked

MOST = 30
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class MeasureLine:
    """A line as it was typed, as it was read, what it still lacks, what should be looked at, and what is to be done in words."""

    said: str
    asked: Asked | None
    lacks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    words: str = ""


def lines_of(actions: Iterable[Action]) -> list[str]:
    """Actions as lines that are read as measures: who, until when, what, and how much where the words do not say it."""
    return [_line(action) for action in actions]


def _line(action: Action) -> str:
    names = [f"@{row}" for row in (action.department, action.owner) if row is not None]
    due = [_until(action.due_on, action.text)] if action.due_on else []
    return " ".join([*names, *due, *action.text.split(), *_many(action)])


def _until(day: date, words: str) -> str:
    """A day that is closed, so that no sign of the words after it is taken for its own (日报, 内测)."""
    return f"{day.isoformat()}前" if _CHINESE.search(words) else f"by {day.isoformat()},"


def _many(action: Action) -> list[str]:
    """The quantity that was chosen beside the words, where they say none or another one: then it is called the target."""
    said, _doubt = counted(action.text)
    same = said is not None and said.number == action.quantity and action.unit in ("", said.unit)
    if action.quantity is None or same:
        return []
    target = "目标" if _CHINESE.search(action.text) else "target"  # of the words' language: whoever reads it reads the same
    return [*([target] if quantities_in(action.text) else []), quantity_words(action.quantity, action.unit)]


def proposed(actions: Iterable[Action], project: Project) -> list[tuple[Action, str]]:
    """Each action with its words as they are read again from its line."""
    rows = list(actions)
    read = [line.words for part in batched(lines_of(rows), MOST) for line in read_measures("\n".join(part), project)]
    return [(row, words or row.text) for row, words in zip(rows, read, strict=True)]


def is_same(measure: Measure, action: Action, said: str) -> bool:
    """The same words for the same department, or one that the action left open; who and when may be said better since."""
    owner = action.owner.department_id if action.owner is not None else None
    task = action.task.department_id if action.task is not None else None
    named = {action.department_id, owner, task} - {None}
    return measure.text in (action.text, said) and (not named or measure.department_id in named)


def not_asked_yet(actions: Iterable[Action], issue: Issue) -> list[Action]:
    """Actions that no waiting measure of the issue asks already; each measure asks one."""
    rows, waiting = list(actions), list(issue.measures.filter(task=None))
    if not rows or not waiting:
        return rows
    left = []
    for row, said in sorted(proposed(rows, issue.project), key=lambda one: names_nobody(one[0])):
        measure = next((one for one in waiting if is_same(one, row, said)), None)
        if measure is None:
            left.append(row.pk)
        else:
            waiting.remove(measure)
    return [row for row in rows if row.pk in left]


def names_nobody(action: Action) -> bool:
    """Whether an action leaves open who does it: one that says it is matched before."""
    return action.department_id is None and action.owner_id is None


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
        return MeasureLine(said, None, lacks, found.unread, found.rest)
    asked = Asked(found.rest, department, found.due_on, found.owner, found.quantity, found.unit)
    return MeasureLine(said, asked, (), found.unread, found.rest)
