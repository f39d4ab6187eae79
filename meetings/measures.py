"""The measures of a solution, one line each, as far as they can be read (“@研发部 周五前 密封圈改型 1800 件”)."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from meetings.parsing import read
from meetings.queries import departments_of, people_to_invite
from people.models import Department, User
from projects.models import Project
from tracking.services.issues import Asked

MOST = 30


@dataclass(frozen=True)
class MeasureLine:
    """A line as it was typed, as it was read, and what it still lacks."""

    said: str
    asked: Asked | None
    lacks: list[str] = field(default_factory=list)


def read_measures(text: str, project: Project) -> list[MeasureLine]:
    """Each line that says something, read beside today; the first lines, where there are too many."""
    departments = list(departments_of(project))
    people = list(people_to_invite(project))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [_read(line, project, departments, people) for line in lines[:MOST]]


def _read(said: str, project: Project, departments: list[Department], people: list[User]) -> MeasureLine:
    found = read(said, departments, project.today)
    owner = next((row for row in people if row.name in found.rest), None)
    department = found.department or _speaks_for(project, departments, owner)
    lacks = [_("who does it")] if department is None else []
    lacks += [_("until when")] if found.due_on is None else []
    if department is None or found.due_on is None:
        return MeasureLine(said, None, lacks)
    rest = found.rest.replace(f"@{owner.name}", "").strip() if owner else found.rest
    asked = Asked(rest or said, department, found.due_on, owner, found.quantity, found.unit)
    return MeasureLine(said, asked)


def _speaks_for(project: Project, departments: list[Department], owner: User | None) -> Department | None:
    """The department that takes part for which a named person speaks, or to which the person belongs."""
    if owner is None:
        return None
    parties = {party.department_id: party for party in project.parties.all()}
    spoken = next((key for key, party in parties.items() if owner.pk in (party.head_id, party.liaison_id)), owner.department_id)
    return next((row for row in departments if row.pk == spoken), None)
