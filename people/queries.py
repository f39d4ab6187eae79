"""Reads of people."""

from dataclasses import dataclass

from django.db.models import QuerySet

from common import ports
from common.rights import Reach, Role
from people.models import ApiToken, Organisation, User


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
