"""How promises go: kept, slipping or broken by their tasks' dates and figures, and perhaps moved (rules C8, C9, D2)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from people.models import User
from projects.models import Amendment, ClauseChange, Party, Project
from tracking.models import Baseline, Slip, Task
from tracking.queries.desk import OVER


class Goes(TextChoices):
    """How a promise goes, the worst first. What was done too late stands by itself: nobody can do anything about it now."""

    BROKEN = "broken", pgettext_lazy("promise", "Not done")
    SLIPPING = "slipping", pgettext_lazy("promise", "Slipping")
    KEPT = "kept", pgettext_lazy("promise", "On time")
    LATE = "late", pgettext_lazy("promise", "Done late")


REST = ("project", "department", "assignee", "handed_to", "clause__memorandum__project", "figures")


def of_departments(projects: QuerySet[Project], heads: Iterable[User]) -> QuerySet[Task]:
    """What the departments of these heads have promised in projects in which work goes on; `for_head` is whose it is."""
    mine = _parties(heads, "department")
    return _promised(projects).filter(Exists(mine)).annotate(for_head=_whose(mine))


def owed_to(projects: QuerySet[Project], heads: Iterable[User]) -> QuerySet[Task]:
    """What other departments still owe to those of these heads, who receive it; `for_head` is who waits."""
    receiving, own = _parties(heads, "handed_to"), _parties(heads, "department")
    rows = _promised(projects).exclude(state__in=OVER).filter(Exists(receiving), ~Exists(own))
    return rows.annotate(for_head=_whose(receiving))


def _promised(projects: QuerySet[Project]) -> QuerySet[Task]:
    """The tasks behind the clauses that hold now."""
    running = projects.filter(hold=Project.Hold.NONE).exclude(state=Project.State.ARCHIVED)
    rows = Task.objects.filter(project__in=running, clause__isnull=False, clause__ended_at=None)
    return rows.exclude(state=Task.State.CANCELLED)


def _parties(heads: Iterable[User], column: str) -> QuerySet[Party]:
    return Party.objects.filter(project=OuterRef("project"), department=OuterRef(column), head__in=list(heads))


def _whose(parties: QuerySet[Party]) -> Subquery:
    return Subquery(parties.order_by().values("head")[:1], output_field=IntegerField())


def how_they_go(promises: QuerySet[Task], today: date) -> QuerySet[Any]:
    """Promises with `goes`: done by its date or not yet due and within the threshold is kept; done is judged as the on-time
    rate judges it (rule B2), undone by the figures of the last evening.
    """
    undone = ~Q(state=Task.State.DONE)
    return promises.annotate(
        goes=Case(
            When(undone & Q(due_on__lt=today), then=Value(Goes.BROKEN.value)),
            When(Q(finished_at__date__gt=F("due_on")), then=Value(Goes.LATE.value)),
            When(undone & Q(figures__deviation__gt=F("project__threshold")), then=Value(Goes.SLIPPING.value)),
            default=Value(Goes.KEPT.value),
            output_field=CharField(),
        )
    )


def counts(promises: QuerySet[Any]) -> dict[str, int]:
    """How many of `how_they_go` go which way; one query."""
    found = dict(promises.order_by().values_list("goes").annotate(n=Count("pk")))
    return {goes.value: found.get(goes.value, 0) for goes in Goes}


def worst_first(promises: QuerySet[Any]) -> QuerySet[Any]:
    """What is broken, then what slips, then what is due next; what is done comes last. With `moved` and `first_due`."""
    place = Case(
        When(state=Task.State.DONE, then=Value(9)),
        *(When(goes=goes.value, then=Value(number)) for number, goes in enumerate(Goes)),
        default=Value(8),
    )
    rows = promises.annotate(place=place, moved=_moves(), first_due=_first_due())
    return rows.select_related(*REST).order_by("place", "due_on", "pk")


def _moves() -> Any:
    """How often a promise was moved since it was first signed, counted as `changing.moved` tells it: changes in force, slips."""
    in_force = ClauseChange.objects.filter(
        clause=OuterRef("clause"), amendment__state=Amendment.State.IN_FORCE, kind=ClauseChange.Kind.CHANGED
    )
    agreed = Slip.objects.filter(task=OuterRef("pk"), state=Slip.State.AGREED)
    return _number(in_force, "clause") + _number(agreed, "task")


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _first_due() -> Subquery:
    """The date of the plan as it was first signed (原计划)."""
    return Subquery(Baseline.objects.filter(task=OuterRef("pk")).order_by("pk").values("due_on")[:1])
