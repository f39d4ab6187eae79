"""Series of meetings (rule D1): started with the memorandum, changed as a whole or from one meeting on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from simple_history.utils import bulk_update_with_history

from common import clock, ports
from common.acts import act
from common.refusals import Conflict, Refused, Unseen
from meetings.access import RULES, Act, meeting_for, project_to_call_in
from meetings.models import Meeting, Series
from meetings.models.meeting import Kind
from meetings.services import roles
from meetings.services.calling import movable_meeting
from meetings.services.laying import next_sequence
from meetings.services.planning import AHEAD, period_of, plan, put_in_place
from meetings.services.roles import speaks
from meetings.services.seats import people_facts, seat_series, tell_who_stays
from meetings.services.telling import tell_each
from people.models import Organisation, User
from people.queries import organisation
from projects.access import pass_through, sees_project
from projects.models import Project


@dataclass(frozen=True)
class SeriesPeople:
    """What a series says of its people beside those who are usual: who takes the minutes (none: the chair), who is in copy."""

    recorder: User | None = None
    copies: Sequence[User] = ()


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
    made = plan(series, project.today + AHEAD)
    facts = {"series": title, "series_uid": series.uid, "count": len(made)}
    told = [user for user, _department in roles.usual_attendees(project, kind)]
    ports.record(actor=actor, verb="meeting.series_started", subject=project, project=project, facts=facts, tell=told)
    return series


@act
def edit_series(
    *,
    actor: User,
    series_uid: UUID,
    seen_version: int | None,
    at: time,
    minutes: int,
    weekday: int | None = None,
    rule: str | None = None,
    month_day: int | None = None,
    place: str | None = None,
    people: SeriesPeople | None = None,
) -> Series:
    """Change a series and all its meetings that are still to come; what is not said stays. One moved by a person stays, too."""
    series = series_for(actor, series_uid, lock=True)
    said = {"at": at, "minutes": minutes, "weekday": weekday, "rule": rule, "month_day": month_day, "place": place}
    wanted: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if seen_version is None:
        raise Unseen
    if series.version != seen_version:
        theirs = {name: getattr(series, name) for name in wanted}
        if people is not None:
            wanted |= {"recorder": people.recorder, "copies": list(people.copies)}
            theirs |= {"recorder": series.recorder, "copies": list(series.copies.all())}
        raise Conflict(_("Somebody changed this series meanwhile."), mine=wanted, theirs=theirs)
    _refuse_other_rhythm(series, rule)
    _refuse_unworked(weekday, "weekday")
    if people is not None:
        _refuse_bad_people(series, people)
    _change(actor, series, wanted, people)
    return series


@act
def change_following(
    *, actor: User, meeting_uid: UUID, seen_version: int | None, starts_at: datetime, ends_at: datetime, place: str = ""
) -> Series:
    """This meeting and all that follow in its series are held at another time or place; earlier ones stay where they are."""
    found = meeting_for(actor, meeting_uid, Act.CALL)
    if found.series is None:
        raise Refused(_("This meeting belongs to no series."), field="scope")
    series = series_for(actor, found.series.uid, lock=True)  # as planning locks: project, series, meetings
    meeting = movable_meeting(actor, meeting_uid, seen_version, starts_at, ends_at, place)
    zone = ZoneInfo(series.project.time_zone)
    begins = starts_at.astimezone(zone)
    since, rest = period_of(series, meeting.series_day or begins.date())
    if not since <= begins.date() <= rest:
        raise Refused(_("All that follow keep their week or month; choose a day in the same one."), field="day")
    wanted: dict[str, object] = {"at": begins.time(), "minutes": (ends_at - starts_at) // timedelta(minutes=1), "place": place}
    if meeting.moved_by_hand or begins.date() != meeting.starts_at.astimezone(zone).date():
        wanted |= _other_day(series, meeting, begins.date())
    earlier = [row for row in _coming(series) if row.starts_at < meeting.starts_at and row.pk != meeting.pk]
    for row in earlier:
        row.moved_by_hand = True
    bulk_update_with_history(earlier, Meeting, ["moved_by_hand"], default_user=actor, default_date=clock.now())
    meeting.moved_by_hand = False
    meeting.save(update_fields=["moved_by_hand"])
    _change(actor, series, wanted)
    return series


def _other_day(series: Series, meeting: Meeting, day: date) -> dict[str, object]:
    """What of the rule changes when its meetings are held on this day of the week or month."""
    if day == meeting.series_day:
        return {}
    if series.rule == Series.Rule.WEEKLY:
        _refuse_unworked(day.weekday(), "day")
        return {"weekday": day.weekday()}
    if series.rule == Series.Rule.MONTH_DAY:
        return {"month_day": day.day}
    said = _("This series meets on the last workday of each month. Move this one alone, or change the rule of the series.")
    raise Refused(said, field="day")


def _refuse_unworked(weekday: int | None, field: str) -> None:
    """A weekly meeting is on a day of the house's week."""
    if weekday is not None and weekday not in weekdays():
        raise Refused(_("The week of this house has no such workday."), field=field)


def _refuse_other_rhythm(series: Series, rule: str | None) -> None:
    """A weekly meeting stays weekly, a monthly one monthly."""
    if rule is not None and (rule == Series.Rule.WEEKLY) != (series.rule == Series.Rule.WEEKLY):
        raise Refused(_("Choose one of these."), field="rule")


def weekdays() -> list[int]:
    """The days of the house's week (Monday = 0)."""
    return list(range(5 if organisation().week == Organisation.Week.FIVE else 6))


def follow_project(actor: User | None, project: Project, fields: Iterable[str]) -> None:
    """The period or the zone of the project changed: its series end with it, and keep their hour by its clocks.

    A stopped one ends on the day that was said, unless the project ends before it.
    """
    if not {"ends_on", "time_zone"} & set(fields):
        return
    end = end_with_project(project)
    for series in Series.objects.select_for_update(of=("self",)).filter(project=project).order_by("pk"):
        series.project = project
        last_on = min((day for day in (end, series.stop_day) if day is not None), default=None)
        if last_on != series.last_on or "time_zone" in fields:
            _change(actor, series, {"last_on": last_on})


def end_with_project(project: Project) -> date | None:
    """The last day of the project's period; none where that is not said, or over while the work goes on."""
    return None if project.ends_on is not None and project.ends_on < project.today else project.ends_on


def _coming(series: Series) -> list[Meeting]:
    rows = series.meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=clock.now())
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _change(actor: User | None, series: Series, wanted: Mapping[str, object], people: SeriesPeople | None = None) -> None:
    """Write the rule and the people, put in their place all to come, tell those who come; one event.

    Where nothing but people changed, those alone hear of it who come in or are let off.
    """
    rule_changed = people is None or any(getattr(series, name) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(series, name, value)
    series.sequence = next_sequence(series)
    dropped = _set_people(series, people)
    series.bump(*wanted, "sequence", "recorder")
    placed = put_in_place(series)
    came, went = seat_series(series, dropped) if people is not None else (set(), set())
    facts = {"series": series.title, "series_uid": series.uid, "count": len(placed.moved), **people_facts(came, went)}
    all_hear = rule_changed or placed.changed or placed.off
    told = {user.pk: user for user in [*(roles.told_of(series, placed.changed) if all_hear else ()), *came, *went]}
    ports.record(
        actor=actor,
        verb="meeting.series_changed",
        subject=series.project,
        project=series.project,
        facts=facts,
        tell=list(told.values()),
    )
    tell_who_stays(series, went)
    tell_each("meeting.cancelled", actor, series.project, placed.off, but=roles.told_of(series))


def _set_people(series: Series, people: SeriesPeople | None) -> list[User]:
    """Its minute taker (saved with the rest) and who is in copy; returns who is in copy no longer."""
    if people is None:
        return []
    before = list(series.copies.all())
    series.recorder = people.recorder
    series.copies.set(people.copies)
    return [user for user in before if user not in people.copies]


def _refuse_bad_people(series: Series, people: SeriesPeople) -> None:
    """Minutes are taken by who speaks for a department; nobody is in copy of what does not exist for them."""
    if people.recorder is not None and people.recorder != series.recorder and not speaks(series.project, people.recorder):
        said = _("%s speaks for no department of this project; only who does can write its minutes.")
        raise Refused(said % people.recorder.name, field="recorder")
    known = set(series.copies.values_list("pk", flat=True))
    blind = [user.name for user in people.copies if user.pk not in known and not sees_project(user, series.project_id)]
    if blind:
        raise Refused(_("%s cannot see this project; name them in it first.") % _(", ").join(blind), field="copies")


def series_for(user: User, uid: UUID, *, lock: bool = False) -> Series:
    """The door to a series, for who may edit it."""
    found = Series.objects.filter(uid=uid).values_list("project__uid", flat=True).first()
    project = project_to_call_in(user, found or uid, lock=lock)
    pass_through(user, project, RULES, Act.CALL)
    rows = Series.objects.select_for_update(of=("self",)) if lock else Series.objects.all()
    series = rows.get(uid=uid)
    series.project = project
    return series
