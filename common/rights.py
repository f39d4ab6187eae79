"""Rule tables: per act, which role may, and how far its right reaches."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Roles in a project; one person may hold several and gets the union."""

    IH = "IH", _("Head of the initiating / lead department")
    IL = "IL", _("Liaison of the initiating / lead department")
    PH = "PH", _("Head of a cooperating department")
    PL = "PL", _("Liaison of a cooperating department")
    TA = "TA", _("Assignee")
    MB = "MB", _("Member of the initiating or lead department")
    NV = "NV", _("Named viewer")
    EX = "EX", _("Senior management")
    AU = "AU", _("Auditor")


class Reach(StrEnum):
    """How far a right reaches: everything, the own department, one's own rows, reading only."""

    ALL = "all"
    DEPARTMENT = "department"
    OWN = "own"
    READ = "read"


Rules = Mapping[str, Mapping[Role, Reach]]


def rule(text: str) -> dict[Role, Reach]:
    """A row of a rule table as the permissions table writes it: "IH IL:✔ PH PL:d TA:o MB:r"."""
    signs = {"✔": Reach.ALL, "d": Reach.DEPARTMENT, "o": Reach.OWN, "r": Reach.READ}
    row: dict[Role, Reach] = {}
    waiting: list[Role] = []
    for word in text.split():
        name, _colon, sign = word.partition(":")
        waiting.append(Role(name))
        if sign:
            row |= dict.fromkeys(waiting, signs[sign])
            waiting = []
    if waiting:
        raise ValueError(f"no sign behind {waiting} in {text!r}")
    return row


def may(rules: Rules, act: str, roles: Iterable[Role], *, in_department: bool = False, own: bool = False) -> bool:
    """Whether somebody with these roles may do the act; `in_department` and `own` say how near the row is to them."""
    for role in roles:
        match rules[act].get(role):
            case Reach.ALL | Reach.READ:
                return True
            case Reach.DEPARTMENT if in_department:
                return True
            case Reach.OWN if own:
                return True
    return False
