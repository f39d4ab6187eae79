"""The working days of this house: its own exceptions to the official calendar, and its week (rule D1)."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.refusals import Conflict, Refused, Unseen
from people import calendar
from people.models import DayOverride, Organisation, User, WorkCalendar, WorkDay
from people.official_days import FIRST, LAST, SATURDAY, Week, known_by, official_days

MOST_DAYS = 31
COUNT_ANEW = """
UPDATE people_workday SET running = counted.running
FROM (
    SELECT day, SUM(CASE WHEN is_workday THEN 1 ELSE 0 END) OVER (ORDER BY day) AS running FROM people_workday
) AS counted
WHERE counted.day = people_workday.day AND counted.running <> people_workday.running
"""


@act
def set_days(*, actor: User, first: date, last: date | None = None, is_workday: bool, note: str = "") -> list[DayOverride]:
    """The house works on these days, or does not, whatever the official calendar says; a range is one act."""
    _administrator(actor)
    _lock()
    last = last or first
    _refuse_bad_range(first, last)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    known = DayOverride.objects.filter(day__in=days).order_by("day").first()
    if known is not None:
        raise Refused(_("For %s the house has decided already; take that back first.") % known.day.isoformat(), field="first")
    rows = [DayOverride(day=day, is_workday=is_workday, note=note.strip(), by=actor) for day in days]
    for row in rows:
        row.save()
    _recompute()
    verb = "people.days_worked" if is_workday else "people.days_off"
    _record(actor, verb, days=_span(first, last), note=note.strip() or "—")
    return rows


@act
def reset_days(*, actor: User, override_uid: UUID, seen_version: int | None) -> DayOverride:
    """A day is again as the official calendar and the week of the house have it."""
    _administrator(actor)
    _lock()
    row = DayOverride.objects.select_for_update(of=("self",)).filter(uid=override_uid).first()
    if row is None:
        raise Refused(_("This day was taken back already."), code="gone")
    if seen_version is None:
        raise Unseen
    if row.version != seen_version:
        raise Conflict(_("Somebody changed this day meanwhile."), mine={"day": row.day}, theirs={"is_workday": row.is_workday})
    row.delete()
    _recompute()
    _record(actor, "people.days_reset", days=_span(row.day, row.day))
    return row


@act
def choose_week(*, actor: User, seen_version: int | None, week: str, first_worked_saturday: date | None = None) -> Organisation:
    """Five days, six, or every other Saturday counted from one that is worked."""
    _administrator(actor)
    _lock()
    if week not in Organisation.Week.values:
        raise Refused(_("Choose one of these."), field="week")
    counted = first_worked_saturday if week == Organisation.Week.ALTERNATE else None
    if week == Organisation.Week.ALTERNATE and (counted is None or counted.weekday() != SATURDAY):
        raise Refused(_("Name a Saturday on which people work; every second one counts from it."), field="first_worked_saturday")
    Organisation.objects.get_or_create(pk=1)
    row = Organisation.objects.select_for_update().get(pk=1)
    if (row.week, row.first_worked_saturday) == (week, counted):
        return row
    if seen_version is None:
        raise Unseen
    if row.version != seen_version:
        raise Conflict(
            _("Somebody changed this in between; look at it and save again."),
            mine={"week": week, "first_worked_saturday": counted},
            theirs={"week": row.week, "first_worked_saturday": row.first_worked_saturday},
        )
    row.week, row.first_worked_saturday = week, counted
    row.bump("week", "first_worked_saturday")
    _recompute()
    _record(actor, f"people.week_{week}", saturday=counted.isoformat() if counted else "—")
    return row


@transaction.atomic
def follow_official_days() -> bool:
    """Newer official days (the software knows more notices than before) come into the calendar; whether any day changed."""
    if WorkCalendar.objects.filter(pk=1, known_by=known_by()).exists():
        return False
    _lock()
    return _recompute()


def week_of(row: Organisation) -> Week:
    """The working week that the organisation chose."""
    return Week(row.week, row.first_worked_saturday)


def _administrator(actor: User) -> None:
    if not actor.is_administrator:
        raise PermissionDenied


def _lock() -> WorkCalendar:
    """One at a time changes the calendar."""
    WorkCalendar.objects.get_or_create(pk=1)
    return WorkCalendar.objects.select_for_update().get(pk=1)


def _refuse_bad_range(first: date, last: date) -> None:
    if last < first:
        raise Refused(_("The last day lies before the first."), field="last")
    if (last - first).days >= MOST_DAYS:
        raise Refused(_("At most %d days at one time.") % MOST_DAYS, field="last")
    for day, field in ((first, "first"), (last, "last")):
        if not FIRST <= day <= LAST:
            raise Refused(_("The work calendar does not reach to %s.") % day.isoformat(), field=field)


def _recompute() -> bool:
    """Write what differs and count the workdays anew, in two statements; another edition holds then. Whether any day changed."""
    own = {day: (works, note) for day, works, note in DayOverride.objects.values_list("day", "is_workday", "note")}
    week = week_of(Organisation.objects.filter(pk=1).first() or Organisation(pk=1))
    wanted = {row.day: row for row in official_days(week=week, own=own)}
    changed = []
    for row in WorkDay.objects.all():
        now = wanted[row.day]
        if (row.is_workday, row.note) != (now.is_workday, now.note):
            row.is_workday, row.note = now.is_workday, now.note
            changed.append(row)
    holds = WorkCalendar.objects.get(pk=1)
    holds.known_by = known_by()
    if changed:
        WorkDay.objects.bulk_update(changed, ["is_workday", "note"], batch_size=400)
        with connection.cursor() as cursor:
            cursor.execute(COUNT_ANEW)
        holds.edition = uuid4()
    holds.save()
    calendar.forget()
    return bool(changed)


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def _record(actor: User, verb: str, **facts: object) -> None:
    row, _made = Organisation.objects.get_or_create(pk=1)
    told = User.objects.filter(is_active=True, is_auditor=True)
    ports.record(actor=actor, verb=verb, subject=row, facts=facts, tell=told)
