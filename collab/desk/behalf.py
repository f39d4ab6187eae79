"""For whom a row of My desk is, where its reader stands in for somebody (rule A4)."""

from collections.abc import Iterable

from django.db.models import Q

from common.desk import DeskRow
from people.models import User
from people.queries import leaves_for
from projects.models import Party


def say_for_whom(user: User, rows: Iterable[DeskRow]) -> None:
    """Name on each row whose place is taken; what falls to the reader anyway names nobody. One query, two for a stand-in."""
    names = {leave.person_id: leave.person.name for leave in leaves_for(user, signing=False)}
    waiting = [row for row in rows if row.whose is not None] if names else []
    if not waiting:
        return
    people = [user.pk, *names]
    speak = Party.objects.filter(
        Q(head__in=people) | Q(liaison__in=people), project__in={row.whose[0] for row in waiting if row.whose}
    )
    spoken: dict[tuple[int, int], set[int]] = {}
    for where, what, *both in speak.values_list("project", "department", "head", "liaison"):
        spoken.setdefault((where, what), set()).update(both)
    for row in waiting:
        assert row.whose is not None
        project, department, person = row.whose
        if person == user.pk:
            continue
        near = spoken.get((project, department or 0), set())
        if person is not None and person in names:
            row.for_whom = names[person]
        elif user.pk not in near:
            row.for_whom = "、".join(name for key, name in names.items() if key in near)
