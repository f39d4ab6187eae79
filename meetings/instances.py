"""A series as calendars repeat it: the days that its rule names, and what becomes of each by the work calendar and by people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.dates import add_months
from meetings import recurrence
from meetings.models import Meeting, Series
from meetings.services.planning import occurrences
from people.official_days import LAST
from projects.models import Project

SATURDAY = 5


@dataclass(frozen=True)
class Instance:
    """A day that the rule names, at the hour of the series; from when to when one meets for it, if one does."""

    named: datetime
    meeting: Meeting | None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def takes_place(self) -> bool:
        return self.starts_at is not None


@dataclass(frozen=True)
class Repeated:
    """The instances of a series in a window, from the first to the last that takes place; whether it goes on after them.

    `apart` are meetings that no instance stands for: what an earlier rule gave.
    """

    instances: list[Instance]
    goes_on: bool
    apart: list[Meeting] = field(default_factory=list)


def repeat(series: Series, meetings: Iterable[Meeting], first: date, last: date) -> Repeated:
    """A series in a window of days: the given ones of its planned meetings as they stand, later ones as its rule and the work
    calendar have them.
    """
    goes_on = _goes_on(series.project)
    end = min(last, LAST, series.last_on or last)
    planned = series.planned_until or series.first_on - timedelta(1)
    if not goes_on:
        end = min(end, planned)
    begin = max(first, series.first_on)
    by_period: dict[date, Meeting] = {}
    apart = []
    for meeting in meetings:
        taken = by_period.setdefault(_period(series, meeting.series_day or meeting.starts_at.date()), meeting)
        if taken is not meeting:
            apart.append(meeting)
    said = occurrences(series, max(begin, planned + timedelta(1)), end) if end > planned else []
    ahead = {_period(series, row.rule_day): row for row in said if row.rule_day > planned}
    rows = []
    for day in _named_days(series, begin, end):
        period = _period(series, day)
        rows.append(_instance(series, day, by_period.pop(period, None), ahead.get(period)))
    while rows and not rows[0].takes_place:
        rows.pop(0)
    while rows and not rows[-1].takes_place:
        rows.pop()
    ends = series.last_on is not None and series.last_on <= last
    return Repeated(rows, goes_on and not ends, [*apart, *by_period.values()])


def named_at(series: Series, day: date) -> datetime:
    """The moment that the rule names on a day, by the clocks of the project; also one that no clock shows there."""
    return datetime.combine(day, series.at)


def first_named(series: Series) -> date:
    """The first day that the rule of a series names."""
    begin = series.first_on
    return next(day for day in _named_days(series, begin, begin + timedelta(62)) if day >= begin)


def _instance(series: Series, day: date, meeting: Meeting | None, ahead: recurrence.Occurrence | None) -> Instance:
    named = named_at(series, day)
    if meeting is not None:
        if meeting.state == Meeting.State.NOT_HELD:
            return Instance(named, meeting)
        return Instance(named, meeting, meeting.starts_at, meeting.ends_at)
    if ahead is not None:
        return Instance(named, None, *recurrence.window(ahead.day, series.at, series.minutes, series.project.time_zone))
    return Instance(named, None)


def _goes_on(project: Project) -> bool:
    """Whether more meetings of a series will be planned."""
    return not project.is_frozen and project.state in (Project.State.EXECUTION, Project.State.CLOSING)


def _period(series: Series, day: date) -> date:
    """The week (its Monday) or month (its first) that a day of a series stands for."""
    return day - timedelta(day.weekday()) if series.rule == Series.Rule.WEEKLY else day.replace(day=1)


def _named_days(series: Series, first: date, last: date) -> Iterator[date]:
    """What the recurrence rule names in all weeks or months that the window touches."""
    period = _period(series, first)
    while period <= last:
        if series.rule == Series.Rule.WEEKLY:
            yield period + timedelta(series.weekday)
            period += timedelta(7)
            continue
        following = add_months(period, 1)
        day = following - timedelta(1)
        if series.rule == Series.Rule.MONTH_DAY:
            day = period.replace(day=min(series.month_day, day.day))
        else:
            day -= timedelta(max(0, day.weekday() - SATURDAY + 1))
        yield day
        period = following


def horizon_at(moment: datetime, project: Project) -> tuple[date, date]:
    """What calendars show of meetings: from three months before a moment to twelve months after it."""
    today = moment.astimezone(ZoneInfo(project.time_zone)).date()
    return add_months(today, -3), add_months(today, 12)
