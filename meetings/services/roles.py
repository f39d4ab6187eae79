"""Who chairs, who is invited, who leads: read from the departments that take part."""

from collections.abc import Iterable

from common import clock
from meetings.models import Attendee, Meeting, Series
from meetings.models.meeting import Kind
from people.models import Department, User
from projects.models import Party, Project


def steering_department(project: Project) -> int:
    """The lead department in execution, else the initiating one."""
    return project.lead_dept_id if project.state == Project.State.EXECUTION else project.initiating_dept_id


def lead_of(project: Project) -> User | None:
    """The person who leads now (牵头人): the head of the steering department."""
    return head_of(project, steering_department(project))


def head_of(project: Project, department_id: int) -> User | None:
    """The head who speaks for a department in this project."""
    party = project.parties.select_related("head").filter(department_id=department_id).first()
    if party is not None:
        return party.head
    department = Department.objects.select_related("head").get(pk=department_id)
    return department.head


def usual_chair(project: Project, kind: str) -> User | None:
    """Weekly: the lead's liaison; else the head of the initiating department."""
    if kind == Kind.WEEKLY:
        party = project.parties.select_related("liaison").filter(department_id=project.lead_dept_id).first()
        if party is not None and party.liaison is not None:
            return party.liaison
    return head_of(project, project.initiating_dept_id)


def usual_attendees(project: Project, kind: str) -> list[tuple[User, Department | None]]:
    """Weekly: liaisons; monthly: heads; else both, heads first. A person who speaks for two departments stands once."""
    parties = list(project.parties.select_related("head", "liaison", "department").order_by("order", "id"))
    said: list[tuple[User, Department | None]] = []
    if kind != Kind.WEEKLY:
        said += [(party.head, party.department) for party in parties]
    if kind != Kind.MONTHLY_REVIEW:
        said += [(person, party.department) for party in parties if (person := _liaison(party, kind))]
    return once(said)


def people_of_series(series: Series) -> list[User]:
    """Whose the series is: who is invited to the last of its meetings to come, cancelled or not; else the usual people."""
    newest = series.meetings.filter(starts_at__gt=clock.now()).order_by("-starts_at", "-pk").first()
    if newest is not None:
        return [row.user for row in readers_of(newest)]
    chair = usual_chair(series.project, series.kind)
    more = [(chair, chair.department)] if chair is not None else []
    return [user for user, _department in once([*usual_attendees(series.project, series.kind), *more])]


def _liaison(party: Party, kind: str) -> User | None:
    """The liaison; for the weekly meeting of a department that has none yet, its head."""
    return party.liaison or (party.head if kind == Kind.WEEKLY else None)


def once(said: Iterable[tuple[User, Department | None]]) -> list[tuple[User, Department | None]]:
    """Each active person once, in the order given."""
    seen: dict[int, tuple[User, Department | None]] = {}
    for user, department in said:
        if user.is_active:
            seen.setdefault(user.pk, (user, department))
    return list(seen.values())


def readers_of(meeting: Meeting) -> list[Attendee]:
    """Everybody whom the minutes must reach: those invited and those in copy, as far as they still work here."""
    rows = meeting.attendees.select_related("user__department", "department")
    return [row for row in rows if row.user.is_active]


def keepers_of(meeting: Meeting) -> list[User]:
    """Who answers for the minutes: minute taker and chair."""
    return list({user.pk: user for user in (meeting.recorder, meeting.chair)}.values())
