"""Leave (rule A4): a deputy or stand-in takes over for a period of whole days, and both know when it begins and ends."""

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.moves import move
from common.refusals import Refused
from people.models import Department, Leave, User

LONGEST = timedelta(days=366)
OPEN = (Leave.State.PLANNED, Leave.State.ACTIVE)


def today() -> date:
    """The organisation's day."""
    return clock.today(settings.TIME_ZONE)


def may_name_for(actor: User, person: User) -> bool:
    """Whose deputy one names: the own; a head those of own people; an administrator anybody's but the own, with a reason.

    An auditor watches and is stood in for by nobody. Who signs for a department is named by its head alone, not by a head above.
    """
    if person.is_auditor or not person.is_active:
        return False
    if actor == person or actor.is_administrator:
        return True
    return heads(actor, person) and not person.is_executive and not person.heads.filter(is_active=True).exists()


def heads(actor: User, person: User) -> bool:
    """Whether somebody belongs to a department that one heads."""
    return person.department is not None and person.department.is_active and person.department.head_id == actor.pk


def own_people(head: User) -> QuerySet[User]:
    """For whom a head names a stand-in: active members of the departments headed, but heads, executives and auditors."""
    rows = User.objects.filter(department__head=head, department__is_active=True, is_active=True).exclude(pk=head.pk)
    others = Department.objects.filter(is_active=True, head__isnull=False).values("head")
    return rows.filter(is_executive=False, is_auditor=False).exclude(pk__in=others).select_related("department")


def able() -> QuerySet[User]:
    """Who can stand in for somebody: active people, but auditors and those who only run the system."""
    heading = Department.objects.filter(is_active=True, head__isnull=False).values("head")
    works = Q(is_administrator=False) | Q(is_executive=True) | Q(pk__in=heading)
    return User.objects.filter(works, is_active=True, is_auditor=False).select_related("department")


@act
def name_deputy(
    *,
    actor: User,
    person_uid: UUID,
    deputy_uid: UUID,
    starts_on: date,
    ends_on: date,
    scope: str = Leave.Scope.ALL,
    reason: str = "",
) -> Leave:
    """From the first day to the last somebody has the row of whom he stands in for. What one holds as a deputy is not handed on.

    Refused, at the field: nobody who could do it, away in these days, a period that is past or over a year, or taken already.
    """
    found = {row.uid: row for row in User.objects.select_for_update().filter(uid__in=(person_uid, deputy_uid)).order_by("pk")}
    person, deputy = found.get(person_uid), found.get(deputy_uid)
    if person is None or deputy is None:
        raise Http404
    if not may_name_for(actor, person):
        raise PermissionDenied
    if actor != person and actor.is_administrator and not heads(actor, person) and not reason.strip():
        raise Refused(_("Say why you name a deputy for somebody else."), field="reason")
    _check_period(starts_on, ends_on, scope)
    _check_deputy(actor, person, deputy, starts_on, ends_on)
    _check_free(person, starts_on, ends_on, scope)
    begins = starts_on <= today()
    leave = Leave.objects.create(
        person=person, deputy=deputy, starts_on=starts_on, ends_on=ends_on, scope=scope, reason=reason.strip()[:200],
        named_by=actor, state=Leave.State.ACTIVE if begins else Leave.State.PLANNED, began_at=clock.now() if begins else None,
    )  # fmt: skip
    stood_in = _during(Leave.objects.filter(deputy=person), starts_on, ends_on)  # for them the person will be away
    _record(actor, "people.deputy_named", leave, also=[row.person for row in stood_in.select_related("person")])
    return leave


def _check_period(starts_on: date, ends_on: date, scope: str) -> None:
    if scope not in Leave.Scope.values:
        raise Refused(_("Choose what the deputy takes over."), field="scope")
    if starts_on < today():
        raise Refused(_("A leave begins today at the earliest."), field="starts_on")
    if ends_on < starts_on:
        raise Refused(_("It ends before it begins."), field="ends_on")
    if ends_on - starts_on > LONGEST:
        raise Refused(_("A leave lasts a year at most; for longer, name a successor."), field="ends_on")


def _check_deputy(actor: User, person: User, deputy: User, starts_on: date, ends_on: date) -> None:
    """Nobody gives himself another's rights, but a head those of own people; nor is it anybody who could not use them."""
    if deputy == person:
        raise Refused(_("Nobody stands in for oneself."), field="deputy")
    if not able().filter(pk=deputy.pk).exists():
        raise Refused(
            _("%s cannot stand in: no active account, or one that only audits or runs the system.") % deputy, field="deputy"
        )
    if deputy == actor and not heads(actor, person):
        raise Refused(_("You cannot name yourself for somebody who is not of your department."), field="deputy")
    away = _during(Leave.objects.filter(person=deputy), starts_on, ends_on).first()
    if away is not None:
        said = {"name": deputy.name, "start": away.starts_on.isoformat(), "end": away.ends_on.isoformat()}
        raise Refused(_("%(name)s is on leave too, from %(start)s to %(end)s.") % said, field="deputy", code="away")


def _check_free(person: User, starts_on: date, ends_on: date, scope: str) -> None:
    """For each day one deputy signs and one does the daily work; both may be the same."""
    rows = _during(Leave.objects.filter(person=person), starts_on, ends_on)
    if scope != Leave.Scope.ALL:
        rows = rows.filter(scope__in=(Leave.Scope.ALL, scope))
    taken = rows.select_related("deputy").first()
    if taken is not None:
        said = {"name": taken.deputy.name, "start": taken.starts_on.isoformat(), "end": taken.ends_on.isoformat()}
        text = _("%(name)s stands in already, from %(start)s to %(end)s. End that first, or choose other days.")
        raise Refused(text % said, field="starts_on", code="taken")


def _during(rows: QuerySet[Leave], starts_on: date, ends_on: date) -> QuerySet[Leave]:
    return rows.filter(state__in=OPEN, starts_on__lte=ends_on, ends_on__gte=starts_on)


@act
def end_leave(*, actor: User, leave_uid: UUID, reason: str = "") -> Leave:
    """Back earlier, or given back by the deputy: it ends now. Also by a head of own people, and an administrator who says why."""
    leave = Leave.objects.select_for_update(of=("self",)).filter(uid=leave_uid).first()
    if leave is None or not may_end(actor, leave):
        raise Http404
    if actor not in (leave.person, leave.deputy) and not heads(actor, leave.person) and not reason.strip():
        raise Refused(_("Say why you end the leave of somebody else."), field="reason")
    if leave.state != Leave.State.ENDED:
        _end(actor, leave)
    return leave


def may_end(actor: User, leave: Leave) -> bool:
    """Who ends a leave."""
    return actor in (leave.person, leave.deputy) or actor.is_administrator or heads(actor, leave.person)


def _end(actor: User | None, leave: Leave) -> None:
    move(leave, Leave.State.ENDED, ended_at=clock.now())
    leave.bump("state", "ended_at")
    _record(actor, "people.leave_ended", leave)


def end_leaves_of(user: User, *, actor: User | None) -> None:
    """Whose account is disabled stands in for nobody and is stood in for by nobody. Inside the caller's act."""
    rows = Leave.objects.select_for_update(of=("self",)).filter(Q(person=user) | Q(deputy=user), state__in=OPEN)
    for leave in rows.order_by("pk"):
        _end(actor, leave)


def turn_leaves() -> int:
    """Begin what begins today and end what ended yesterday; returns how many. Twice is once."""
    day = today()
    due = Q(state=Leave.State.PLANNED, starts_on__lte=day) | Q(state=Leave.State.ACTIVE, ends_on__lt=day)
    keys = list(Leave.objects.filter(due).order_by("pk").values_list("pk", flat=True))
    return sum(_turn(actor=None, key=key, day=day) for key in keys)


@act
def _turn(*, actor: None, key: int, day: date) -> bool:
    leave = Leave.objects.select_for_update(of=("self",)).get(pk=key)
    if leave.state != Leave.State.ENDED and leave.ends_on < day:
        _end(actor, leave)
        return True
    if leave.state == Leave.State.PLANNED and leave.starts_on <= day:
        move(leave, Leave.State.ACTIVE, began_at=clock.now())
        leave.bump("state", "began_at")
        _record(actor, "people.leave_began", leave)
        return True
    return False


def _record(actor: User | None, verb: str, leave: Leave, also: list[User] | None = None) -> None:
    """Both are told, whoever did it; why one is away stands in no notice."""
    facts = {
        "person": leave.person.name, "deputy": leave.deputy.name, "scope": leave.scope,
        "start": leave.starts_on.isoformat(), "end": leave.ends_on.isoformat(),
    }  # fmt: skip
    ports.record(actor=actor, verb=verb, subject=leave, facts=facts, tell=[leave.person, leave.deputy, *(also or [])])
