"""What the calendar pages show: meetings in a window of days, and the organisation's days off by their names (rule D1)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock, saying
from meetings.instances import repeat
from meetings.models import Attendee, Meeting, Series
from meetings.queries import of_mine
from people import calendar
from people.models import User, WorkDay
from people.official_days import official
from people.queries import daily_for
from projects.models import Project

MOST_DAYS = 62  # of one window: a month with the weeks that it touches, and some room
MOST = 500
SATURDAY = 5


@dataclass(frozen=True)
class Shown:
    """A meeting on a calendar, by the clocks of its reader's page; one that exists by its rule alone leads to its project."""

    starts_at: datetime
    ends_at: datetime
    title: str
    project: str
    url: str
    state: str  # planned, held, not_held, by_rule

    @property
    def words(self) -> str:
        return f"{self.title} · {self.project}" if self.project else self.title


@dataclass(frozen=True)
class NamedDay:
    """A day off, or a day of the weekend that is worked; `words` say why, where one knows."""

    day: date
    is_workday: bool
    words: str


@dataclass(frozen=True)
class DayLine:
    """A day in the list that says the same as the drawn calendar."""

    day: date
    named: NamedDay | None
    meetings: list[Shown]

    @property
    def words(self) -> str:
        said = (saying.date_words(self.day, with_year=False), saying.weekday_words(self.day))
        return " ".join(said if saying.in_chinese() else reversed(said))


def month_words(day: date) -> str:
    """2026年4月, Apr 2026."""
    return f"{day.year}年{day.month}月" if saying.in_chinese() else f"{saying.MONTHS[day.month - 1]} {day.year}"


@calendar.looked_at_once()
def shown_to(user: User, first: date, last: date, project: Project | None = None) -> list[Shown]:
    """One's own meetings, or those of one project (whose door was passed), in a window of days."""
    zone = ZoneInfo(project.time_zone if project is not None else settings.TIME_ZONE)
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(1)))
    rows = of_mine(user) if project is None else project.meetings.all()
    rows = rows.filter(starts_at__lt=end, ends_at__gt=begin).select_related("project").order_by("starts_at", "pk")[:MOST]
    with_project = project is None
    found = [_of_meeting(row, zone, with_project=with_project) for row in rows]
    for series in _series_of(user, project):
        ahead = repeat(series, [], first, last).instances
        found += [_by_rule(series, *row, zone, with_project=with_project) for row in _within(ahead, begin, end)]
    return sorted(found, key=lambda row: (row.starts_at, row.title))


def _within(rows: list, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    return [(row.starts_at, row.ends_at) for row in rows if row.takes_place and begin <= row.starts_at < end]


def _series_of(user: User, project: Project | None) -> QuerySet[Series]:
    """The series of a project, or those to whose meetings to come one is invited, in the projects that exist for one.

    A guest of one meeting of a series has that one alone.
    """
    if project is not None:
        return project.series.select_related("project")
    persons = Q(user=user) | Q(user__in=daily_for(user))
    lines = Attendee.objects.filter(persons, by_hand=False)
    invited = lines.filter(meeting__series=OuterRef("pk"), meeting__starts_at__gt=clock.now())
    visible = Project.objects.visible_to(user).filter(pk=OuterRef("project_id"))
    return Series.objects.filter(Exists(invited), Exists(visible)).select_related("project")


def _of_meeting(row: Meeting, zone: ZoneInfo, *, with_project: bool) -> Shown:
    project = row.project.name if with_project else ""
    return Shown(*_local(row.starts_at, row.ends_at, zone), row.title, project, row.get_absolute_url(), row.state)


def _by_rule(series: Series, starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *, with_project: bool) -> Shown:
    page = reverse("project_meetings", args=[series.project.uid])
    project = series.project.name if with_project else ""
    return Shown(*_local(starts_at, ends_at, zone), series.title, project, page, "by_rule")


def _local(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return starts_at.astimezone(zone).replace(tzinfo=None), ends_at.astimezone(zone).replace(tzinfo=None)


def named_days(first: date, last: date) -> list[NamedDay]:
    """The days off in a window, and the weekend days that are worked, with their names in the reader's language."""
    rows = WorkDay.objects.filter(day__gte=first, day__lte=last).order_by("day")
    return [
        NamedDay(row.day, row.is_workday, _name(row))
        for row in rows
        if not row.is_workday or row.day.weekday() >= SATURDAY or row.note
    ]


def _name(row: WorkDay) -> str:
    note = row.note
    if not saying.in_chinese() and note and note == official(language="zh").names.get(row.day):
        note = official(language="en").names.get(row.day, note)
    if not note and row.is_workday:
        return _("Workday in exchange")
    return note


def list_of(shown: list[Shown], named: list[NamedDay]) -> list[DayLine]:
    """Day by day what the drawn calendar shows: days on which there is a meeting, and days off that have a name."""
    by_day = {day: list(rows) for day, rows in groupby(shown, key=lambda row: row.starts_at.date())}
    names = {row.day: row for row in named if row.words}
    return [DayLine(day, names.get(day), by_day.get(day, [])) for day in sorted(by_day.keys() | names.keys())]
