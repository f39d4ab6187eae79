"""Whose line of distributed minutes an answer goes to: the own, or that of somebody in whose place one works (rules A4, D5)."""

from uuid import UUID

from common.acts import say_on_behalf_of
from meetings.access import Act, persons_for
from meetings.models import Minutes, MinutesReader
from people.models import User


def line_of(actor: User, minutes: Minutes, reader_uid: UUID | None = None) -> MinutesReader | None:
    """The line, locked, that is named, or else the own, or else that of whom the actor stands in for; none in copy."""
    persons = persons_for(actor, minutes.meeting.project, Act.CONFIRM)
    rows = minutes.readers.select_for_update(of=("self",)).select_related("user").filter(user__in=persons, in_copy=False)
    if reader_uid is not None:
        return rows.filter(uid=reader_uid).first()
    found = list(rows.order_by("pk"))
    return next((row for row in found if row.user_id == actor.pk), next(iter(found), None))


def in_place_of(actor: User, person: User) -> User | None:
    """Who answers for somebody else, None for oneself; what is recorded of the act says so."""
    if actor.pk == person.pk:
        return None
    say_on_behalf_of(person.name)
    return actor
