"""Who chairs, who is invited, who leads: read from the departments that take part."""

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Seats:
    """Who belongs to the meetings of a series (or to a kick-off): chair, minute taker, invited, in copy."""

    chair: User
    recorder: User
    invited: list[tuple[User, Department | None]]
    copies: list[User]


def usual_seats(project: Project, kind: str, series: Series | None, chair: User | None) -> Seats | None:
    """Who belongs to meetings of this kind; None where nobody could chair. Chair and minute taker are invited in any case."""
    chair = usual_chair(project, kind) or chair
    if chair is None:
        return None
    recorder = (series.recorder if series is not None else None) or chair
    if recorder != chair and not speaks(project, recorder):
        recorder = chair
    usual = usual_attendees(project, kind)
    invited = once([*usual, (chair, chair.department), (recorder, department_of(project, recorder))])
    known = {user.pk for user, _department in invited}
    copies = series.copies.select_related("department") if series is not None else ()
    return Seats(chair, recorder, invited, [user for user in copies if user.is_active and user.pk not in known])


def speaks(project: Project, user: User) -> bool:
    """Whether a person speaks for a department here, and so may chair and take minutes."""
    return user.is_active and any(user.pk in (party.head_id, party.liaison_id) for party in project.parties.all())


def department_of(project: Project, user: User) -> Department | None:
    """For which department a person attends: the one that the person speaks for here, else, as a guest, the own."""
    parties = project.parties.select_related("department").order_by("order", "id")
    spoken_for = next((party.department for party in parties if user.pk in (party.head_id, party.liaison_id)), None)
    return spoken_for or user.department


def people_of_series(series: Series) -> list[User]:
    """Whose the series is: who is invited to the last of its meetings to come, cancelled if all are; else the usual people.

    Not whom a person put on the list of that one alone, but whom a person took off it.
    """
    coming = series.meetings.filter(starts_at__gt=clock.now()).order_by("-starts_at", "-pk")
    newest = coming.filter(state=Meeting.State.PLANNED).first() or coming.first()
    usual = told_of(series)
    if newest is None:
        return usual
    rows = [row.user for row in readers_of(newest) if not row.by_hand or row.user in usual]
    off = dict.fromkeys([*newest.let_off.all(), *newest.not_copied.all()])
    return [*rows, *(user for user in off if user.is_active and user not in rows)]


def told_of(series: Series, meetings: Iterable[Meeting] = ()) -> list[User]:
    """Who hears of a series: its usual people, those in copy, and whom a person put on the list of these meetings of it."""
    seats = usual_seats(series.project, series.kind, series, None)
    usual = [*seats.invited, *((user, None) for user in seats.copies)] if seats else []
    rows = Attendee.objects.filter(meeting__in=list(meetings), by_hand=True).select_related("user")
    said = once([*usual, *((row.user, None) for row in rows)])
    return [user for user, _department in said]


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
