"""Series of meetings (rule D1): started with the memorandum, planned some weeks ahead, each meeting made once."""

from datetime import date, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override
from simple_history.utils import bulk_update_with_history

from common import clock, ports
from common.acts import act
from common.refusals import Conflict, Refused
from meetings import recurrence
from meetings.access import RULES, Act, project_to_call_in
from meetings.models import Attendee, Meeting, Series
from meetings.models.meeting import Kind
from meetings.services import roles
from meetings.services.laying import keep, lay_meeting, raise_sequence
from people import calendar
from people.models import Department, User
from projects.access import pass_through
from projects.models import Project

AHEAD = timedelta(weeks=5)


@act
def start_series(
    *,
    actor: User | None,
    project_uid: UUID,
    kind: str,
    rule: str,
    at: time,
    minutes: int,
    first_on: date,
    last_on: date | None,
    weekday: int = 0,
) -> Series:
    """Start the one series of a kind of a project and plan its first weeks; twice is once."""
    if actor is None:
        project = Project.objects.select_for_update(of=("self",)).get(uid=project_uid)
    else:
        project = project_to_call_in(actor, project_uid, lock=True)
    known = Series.objects.filter(project=project, kind=kind).first()
    if known is not None:
        return known
    if last_on is not None and last_on < first_on:
        raise Refused(_("The series would end before it begins."), field="last_on")
    with override(settings.LANGUAGE_CODE):
        title = str(Kind(kind).label)
    series = Series(
        project=project,
        kind=kind,
        title=title,
        rule=rule,
        weekday=weekday,
        at=at,
        minutes=minutes,
        first_on=first_on,
        last_on=last_on,
    )
    series.save()
    made = _plan(series, project.today + AHEAD)
    facts = {"series": title, "series_uid": series.uid, "count": len(made)}
    told = [user for user, _department in roles.usual_attendees(project, kind)]
    ports.record(actor=actor, verb="meeting.series_started", subject=project, project=project, facts=facts, tell=told)
    return series


@transaction.atomic
def plan_series(series: Series, until: date) -> list[Meeting]:
    """Make the meetings of a series up to a day, each once, with the right people; returns the new ones."""
    locked = Series.objects.select_for_update(of=("self",)).select_related("project").get(pk=series.pk)
    return _plan(locked, until)


def _plan(series: Series, until: date) -> list[Meeting]:
    project = series.project
    last = min(until, series.last_on) if series.last_on else until
    first = series.planned_until + timedelta(1) if series.planned_until else series.first_on
    chair = roles.usual_chair(project, series.kind)
    if last < first or chair is None or project.is_frozen:
        return []
    invited = roles.usual_attendees(project, series.kind)
    known = set(series.meetings.values_list("series_day", flat=True))
    made = []
    for occurrence in occurrences(series, first, last):
        starts_at, ends_at = recurrence.window(occurrence.day, series.at, series.minutes, project.time_zone)
        if occurrence.rule_day in known or ends_at <= clock.now():
            continue
        meeting = Meeting(
            project=project,
            series=series,
            series_day=occurrence.rule_day,
            kind=series.kind,
            title=series.title,
            starts_at=starts_at,
            ends_at=ends_at,
            chair=chair,
            recorder=chair,
        )
        lay_meeting(meeting, roles.once([*invited, (chair, chair.department)]))
        made.append(meeting)
    series.planned_until = last
    series.save(update_fields=["planned_until"])
    return made


def occurrences(series: Series, first: date, last: date) -> list[recurrence.Occurrence]:
    """The days of a series in a window, by its rule and the organisation's work calendar."""
    if series.rule == Series.Rule.LAST_WORKDAY:
        return list(recurrence.last_workday(first, last, calendar.is_workday))
    return list(recurrence.weekly(series.weekday, first, last, calendar.is_workday))


@act
def edit_series(*, actor: User, series_uid: UUID, seen_version: int, at: time, minutes: int, weekday: int = 0) -> Series:
    """Change a series and all its meetings that are still to come."""
    series = series_for(actor, series_uid, lock=True)
    if series.version != seen_version:
        raise Conflict(
            _("Somebody changed this series meanwhile."),
            mine={"weekday": weekday, "at": at, "minutes": minutes},
            theirs={"weekday": series.weekday, "at": series.at, "minutes": series.minutes},
        )
    series.weekday, series.at, series.minutes = weekday, at, minutes
    series.bump("weekday", "at", "minutes")
    raise_sequence(series)
    moved = _move_the_rest(series)
    facts = {"series": series.title, "series_uid": series.uid, "count": len(moved)}
    told = [user for user, _department in roles.usual_attendees(series.project, series.kind)]
    ports.record(
        actor=actor, verb="meeting.series_changed", subject=series.project, project=series.project, facts=facts, tell=told
    )
    return series


def _move_the_rest(series: Series) -> list[Meeting]:
    """Meetings still to come are put where the changed rule has them."""
    project, now = series.project, clock.now()
    coming = list(series.meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=now))
    for meeting in coming:
        day = meeting.series_day or project.today
        if series.rule == Series.Rule.WEEKLY:
            day += timedelta(series.weekday - day.weekday())
        starts_at, ends_at = recurrence.window(calendar.next_workday(day), series.at, series.minutes, project.time_zone)
        if starts_at > now:
            meeting.series_day, meeting.starts_at, meeting.ends_at = day, starts_at, ends_at
            meeting.version += 1  # who moves one of them from an older page sees that it moved
            meeting.sequence = max(meeting.sequence, series.sequence) + 1
    fields = ["series_day", "starts_at", "ends_at", "version", "sequence"]
    bulk_update_with_history(coming, Meeting, fields, default_date=now)
    return coming


def series_for(user: User, uid: UUID, *, lock: bool = False) -> Series:
    """The door to a series, for who may edit it."""
    found = Series.objects.filter(uid=uid).values_list("project__uid", flat=True).first()
    project = project_to_call_in(user, found or uid)
    pass_through(user, project, RULES, Act.CALL)
    rows = Series.objects.select_for_update(of=("self",)) if lock else Series.objects.all()
    series = rows.get(uid=uid)
    series.project = project
    return series


def refresh_people(project: Project) -> None:
    """After a head or liaison changed: chair and attendees of what is to come are the right ones again.

    Meetings of a series have exactly their usual people; to the kick-off those who are missing are added. Who comes in or
    is let off is told once for the whole series.
    """
    coming = project.meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=clock.now()).filter(
        Q(series__isnull=False) | Q(kind=Kind.KICKOFF)
    )
    changed: dict[Series | Meeting, tuple[set[User], set[User]]] = {}
    for meeting in coming.select_for_update(of=("self",)).select_related("series"):
        chair = roles.usual_chair(project, meeting.kind) or meeting.chair
        invited = roles.once([*roles.usual_attendees(project, meeting.kind), (chair, chair.department)])
        joined, left = _set_people(meeting, invited, exactly=meeting.series_id is not None)
        if meeting.series_id is not None and meeting.chair_id != chair.pk:
            meeting.recorder = chair if meeting.recorder_id == meeting.chair_id else meeting.recorder
            meeting.chair = chair
            meeting.save(update_fields=["chair", "recorder"])
        if joined or left:
            raise_sequence(meeting)
            ours = changed.setdefault(meeting.series or meeting, (set(), set()))
            ours[0].update(joined)
            ours[1].update(left)
    for row, (joined, left) in changed.items():
        _tell_of_people(project, row, joined, left)


def _set_people(
    meeting: Meeting, invited: list[tuple[User, Department | None]], *, exactly: bool
) -> tuple[list[User], list[User]]:
    """Who is invited now; returns who came in and who is let off."""
    wanted = {user.pk: (order, user, department) for order, (user, department) in enumerate(invited)}
    joined, left = [user for _order, user, _department in wanted.values()], []
    for row in meeting.attendees.select_related("user"):
        known = wanted.get(row.user_id)
        if known is not None and row.in_copy:  # was in copy so far
            row.in_copy, row.order, row.department = False, known[0], known[2]
            row.save(update_fields=["in_copy", "order", "department"])
        elif known is not None:
            joined.remove(known[1])
        elif exactly and not row.in_copy:
            left.append(row.user)
            row.delete()
        wanted.pop(row.user_id, None)
    new = [Attendee(meeting=meeting, user=user, department=side, order=order) for order, user, side in wanted.values()]
    keep(Attendee, new)
    return joined, left


def _tell_of_people(project: Project, row: Series | Meeting, joined: set[User], left: set[User]) -> None:
    """Who comes in is invited, who is let off hears that; the facts name both by their random id."""
    facts: dict[str, object] = {
        "meeting": str(row),
        "joined": _(", ").join(sorted(user.name for user in joined)) or "—",
        "left": _(", ").join(sorted(user.name for user in left)) or "—",
        "joined_uids": [user.uid for user in joined],
        "left_uids": [user.uid for user in left],
    }
    subject: Project | Meeting = project
    if isinstance(row, Series):
        raise_sequence(row)
        facts["series_uid"] = row.uid
    else:
        subject = row
        facts |= {"starts_at": ports.describe(row.starts_at), "zone": project.time_zone}
    told = [*joined, *left]
    ports.record(actor=None, verb="meeting.people_changed", subject=subject, project=project, facts=facts, tell=told)
