"""Reads of people."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from common import clock, ports
from common.rights import Reach, Role
from people.models import ApiToken, Leave, Organisation, SecondFactor, User


def sample_people() -> QuerySet[User]:
    """The people of the sample organisation who can sign in; none once samples are removed."""
    return User.objects.filter(is_sample=True, is_active=True).select_related("department").order_by("department_id", "id")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's newest keys to the API, those that ended among them."""
    return ApiToken.objects.filter(user=user).order_by("-id")[:30]


@dataclass(frozen=True)
class RightsRow:
    """One act and, per role, how far the right reaches ("" for not at all)."""

    words: str
    cells: list[tuple[Role, str]]


@dataclass(frozen=True)
class DrawnTable:
    """A rule table as the page shows it."""

    heading: str
    roles: list[Role]
    rows: list[RightsRow]


def drawn_rights() -> list[DrawnTable]:
    """The rule tables in force, drawn from the code that decides."""
    tables = []
    for table in (made() for made in ports.rights):
        rows = []
        for words, reach in table.rows:
            cells = {str(role): str(Reach(scope)) for role, scope in reach.items()}
            rows.append(RightsRow(str(words), [(role, cells.get(role.value, "")) for role in Role]))
        tables.append(DrawnTable(str(table.heading), list(Role), rows))
    return tables


def organisation() -> Organisation:
    """What the organisation chose; before it chose anything, the defaults (unsaved)."""
    return Organisation.objects.filter(pk=1).first() or Organisation(pk=1)


def factors_of(user: User, *, lock: bool = False) -> QuerySet[SecondFactor]:
    """The devices that prove this person: set up, tried once, not ended."""
    rows = SecondFactor.objects.filter(user=user, ended_at=None, confirmed_at__isnull=False)
    return rows.select_for_update() if lock else rows


def running_leaves(today: date | None = None) -> QuerySet[Leave]:
    """Leaves that run today: by state, and by their days in the organisation's time zone too, lest a turn came late."""
    today = today or clock.today(settings.TIME_ZONE)
    return Leave.objects.filter(state=Leave.State.ACTIVE, starts_on__lte=today, ends_on__gte=today)


def daily_for(user: User) -> QuerySet[Leave, int]:
    """A subquery of the people in whose place this person does the daily work today."""
    rows = running_leaves().filter(deputy=user).exclude(scope=Leave.Scope.SIGNING)
    return rows.order_by().values_list("person", flat=True)


def signing_for(user: User) -> QuerySet[Leave, int]:
    """A subquery of the people in whose place this person signs today."""
    rows = running_leaves().filter(deputy=user).exclude(scope=Leave.Scope.DAILY)
    return rows.order_by().values_list("person", flat=True)


def leaves_for(deputy: User, *, signing: bool) -> list[Leave]:
    """In whose place this person acts today, for signing or for daily work; one leave per person stood in for."""
    scope = Leave.Scope.SIGNING if signing else Leave.Scope.DAILY
    rows = running_leaves().filter(deputy=deputy, scope__in=(Leave.Scope.ALL, scope))
    return list({row.person_id: row for row in rows.select_related("person__department", "named_by").order_by("-pk")}.values())


def stood_in_by(person: User) -> list[Leave]:
    """Who stands in for this person today."""
    return list(running_leaves().filter(person=person).select_related("deputy__department").order_by("pk"))


def leaves_of(user: User) -> dict[str, list[Leave]]:
    """For the own page: who stands in for me, and for whom I do; what ended is not shown."""
    rows = Leave.objects.exclude(state=Leave.State.ENDED).select_related("person__department", "deputy__department")
    rows = rows.filter(Q(person=user) | Q(deputy=user)).order_by("starts_on", "pk")
    found = list(rows)
    return {
        "my_leaves": [row for row in found if row.person_id == user.pk],
        "standing_in": [row for row in found if row.deputy_id == user.pk],
    }


def leaves_named_by(user: User) -> list[Leave]:
    """Running and planned leaves of own people; for an administrator those of everybody."""
    rows = Leave.objects.exclude(state=Leave.State.ENDED).select_related("person__department", "deputy__department", "named_by")
    if not user.is_administrator:
        rows = rows.filter(person__department__head=user, person__department__is_active=True)
    return list(rows.order_by("starts_on", "pk"))
