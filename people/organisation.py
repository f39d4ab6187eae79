"""What the organisation chooses for itself: its name, how memoranda are numbered, how strongly a signer proves who signs."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.refusals import Conflict, Refused
from people import passkeys
from people.models import Department, Organisation, SecondFactor, User

Demand = Organisation.Demand
TOTP, PASSKEY = SecondFactor.Kind.TOTP, SecondFactor.Kind.PASSKEY
NEEDS: dict[str, set[str]] = {  # by demand, what a signer sets up once
    Demand.PASSWORD: set(),
    Demand.TOTP: {TOTP},
    Demand.PASSKEY: {PASSKEY},
    Demand.BOTH: {TOTP, PASSKEY},
}

PLACES = ("dept", "year", "n", "project")
LONGEST = 40  # what stands in for the places needs room as well
_PLACE = re.compile(r"\{([^{}]*)\}")


def may_see(user: User) -> bool:
    """Who reads it; it is the administrator's to change."""
    return user.is_administrator or user.is_auditor


def check_rule(rule: str) -> str:
    """The rule without spaces around it. Refused at the field: no {n}, an unknown place, a brace that stands alone, too long."""
    said = rule.strip()
    found = _PLACE.findall(said)
    unknown = [name for name in found if name not in PLACES]
    if unknown or _PLACE.sub("", said).strip("{}") != _PLACE.sub("", said):
        known = " ".join(f"{{{name}}}" for name in PLACES)
        raise Refused(_("Only these places are known: %s.") % known, field="number_rule", code="rule")
    if found.count("n") != 1:
        raise Refused(_("The rule needs {n}, the running number, once."), field="number_rule", code="rule")
    if len(said) > LONGEST or not said.isprintable():
        raise Refused(_("At most %d characters, on one line.") % LONGEST, field="number_rule", code="rule")
    return said


def example_number(rule: str) -> str:
    """How a memorandum would be numbered by this rule, by a department of this house and this year."""
    department = Department.objects.filter(is_active=True, head__isnull=False).order_by("pk").first()
    name = department.name.strip() if department is not None else _("Marketing")
    short = name[:1] if name[:1] >= "\u2e80" else name[:3].upper()
    year = str(clock.now().year)
    said = {"dept": short, "year": year, "n": "3", "project": f"P{year}-001"}
    return _PLACE.sub(lambda found: said.get(found[1], found[0]), rule)


def ready_heads() -> dict[str, tuple[int, int]]:
    """By demand, how many of the heads of departments have set up what it asks, and of how many."""
    heads = set(User.objects.filter(heads__is_active=True, is_active=True).values_list("pk", flat=True))
    kinds: dict[int, set[str]] = {head: set() for head in heads}
    rows = SecondFactor.objects.filter(user__in=heads, ended_at=None, confirmed_at__isnull=False)
    for head, kind in rows.values_list("user_id", "kind"):
        kinds[head].add(kind)
    return {demand: (sum(needed <= has for has in kinds.values()), len(kinds)) for demand, needed in NEEDS.items()}


@act
def set_organisation(*, actor: User, seen_version: int | None, **fields: Any) -> Organisation:
    """The administrator chooses. Refused at the field: a rule that cannot number, passkeys where no browser offers them."""
    if not actor.is_administrator:
        raise PermissionDenied
    fields["number_rule"] = check_rule(fields["number_rule"])
    if fields["signing_demand"] not in Demand.values:
        raise Refused(_("Choose one of these."), field="signing_demand")
    Organisation.objects.get_or_create(pk=1)
    row = Organisation.objects.select_for_update().get(pk=1)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if "signing_demand" in changed and PASSKEY in NEEDS[fields["signing_demand"]] and not passkeys.are_possible():
        raise Refused(
            _("Passkeys need https: the address of this site (COLLAB_URL) must begin with https://."), field="signing_demand"
        )
    if not changed:
        return row
    theirs = {name: getattr(row, name) for name in changed}
    if seen_version is not None and seen_version != row.version:
        raise Conflict(_("Somebody changed this in between; look at it and save again."), mine=fields, theirs=theirs)
    for name in changed:
        setattr(row, name, fields[name])
    row.bump(*changed)
    told = User.objects.filter(is_active=True, is_auditor=True)
    facts = {"fields": changed, "before": theirs, "after": {name: fields[name] for name in changed}}
    ports.record(actor=actor, verb="people.organisation_changed", subject=row, facts=facts, tell=told)
    return row
