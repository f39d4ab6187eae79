"""A series as one recurring event, read by a second parser: the instants are those that our recurrence gives (rule D1)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from meetings import ical, recurrence
from meetings.instances import repeat
from meetings.models import Series
from meetings.services.planning import occurrences
from people import calendar
from projects.models import Project
from tests.meetings.second_parser import Calendar

ZONES = [
    "Asia/Shanghai", "Asia/Kolkata", "Asia/Jerusalem", "UTC", "Europe/Berlin", "Europe/Dublin", "Africa/Cairo",
    "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Auckland", "Africa/Casablanca",
]  # fmt: skip
FIRST, LAST = date(2022, 1, 3), date(2026, 12, 31)  # five years
STAMP = ical.Told(datetime(2022, 1, 1, tzinfo=UTC))
RULES = {
    "weekly": {"rule": "weekly", "weekday": 0, "at": time(10)},
    "last workday": {"rule": "last_workday", "at": time(16, 30)},
    "31st": {"rule": "month_day", "month_day": 31, "at": time(9)},
    "30th": {"rule": "month_day", "month_day": 30, "at": time(9)},
    "5th": {"rule": "month_day", "month_day": 5, "at": time(9)},
    "hour left out in Cairo": {"rule": "weekly", "weekday": 4, "at": time(0, 30)},  # summer begins on a Friday there
    "hour left out in Jerusalem": {"rule": "weekly", "weekday": 4, "at": time(2, 30)},
    "hour told twice in Cairo": {"rule": "weekly", "weekday": 3, "at": time(23, 30)},  # and ends on a Thursday
}


@pytest.fixture(autouse=True)
def _one_look() -> Iterator[None]:
    """The calendar does not change meanwhile."""
    with calendar.looked_at_once():
        yield


def laid(project: Project, zone: str, **said: Any) -> Series:
    project.time_zone, project.state = zone, Project.State.EXECUTION
    fields = {"kind": "weekly", "title": "周例会", "minutes": 30, "first_on": FIRST, "last_on": LAST} | said
    return Series(project=project, **fields)


def told(series: Series) -> bytes:
    return ical.calendar_of(ical.recurring(series, repeat(series, [], FIRST, LAST), STAMP), "REQUEST")


def expected(series: Series) -> list[tuple[datetime, datetime]]:
    days = occurrences(series, FIRST, LAST)
    return sorted(recurrence.window(row.day, series.at, series.minutes, series.project.time_zone) for row in days)


@pytest.mark.parametrize("rule", RULES)
def test_in_twelve_zones_a_second_parser_finds_the_instants_of_our_recurrence(project: Project, rule: str) -> None:
    for zone in ZONES:
        series = laid(project, zone, **RULES[rule])
        found = Calendar(told(series)).meetings(datetime(2027, 2, 1, tzinfo=UTC))
        assert [(row.starts_at, row.ends_at) for row in found] == expected(series), zone
        assert {row.uid for row in found} == {str(series.uid)}


def test_a_third_reader_expands_the_same(project: Project) -> None:
    for zone, rule in (("Asia/Shanghai", "weekly"), ("Europe/Berlin", "last workday"), ("America/New_York", "31st")):
        series = laid(project, zone, **RULES[rule])
        rows = recurring_ical_events.of(icalendar.Calendar.from_ical(told(series))).between(FIRST, date(2027, 2, 1))
        assert sorted(row["DTSTART"].dt.astimezone(UTC) for row in rows) == [begin for begin, _end in expected(series)]


def test_china_with_make_up_workdays_2024_to_2026(project: Project) -> None:
    series = laid(project, "Asia/Shanghai", rule="weekly", weekday=0, at=time(10), first_on=date(2024, 1, 1))
    found = Calendar(told(series)).meetings(datetime(2027, 1, 1, tzinfo=UTC))
    days = [row.starts_at.astimezone(ZoneInfo("Asia/Shanghai")).date() for row in found]
    assert all(calendar.is_workday(day) for day in days)
    moved = {day.isoformat() for day in days if day.weekday() != 0}
    assert {"2024-02-18", "2025-02-05", "2025-10-09", "2026-05-06", "2026-10-08"} <= moved
    weeks = {day - timedelta(day.weekday()) for day in days}
    assert date(2024, 2, 12) in weeks, "the Sunday of that week was made up"
    assert date(2026, 2, 16) not in weeks, "the whole week is off"


def test_hours_that_clocks_leave_out_or_tell_twice_are_among_those_tried(project: Project) -> None:
    cairo = ZoneInfo("Africa/Cairo")
    out, twice = (laid(project, "Africa/Cairo", **RULES[f"hour {which} in Cairo"]) for which in ("left out", "told twice"))
    begins = [begin.astimezone(cairo) for begin, _end in expected(out)]
    assert [f"{row:%Y-%m-%d %H:%M}" for row in begins if row.time() != time(0, 30)] == [
        "2023-04-28 01:30", "2024-04-26 01:30", "2025-04-25 01:30", "2026-04-24 01:30",
    ]  # fmt: skip
    begins = [begin.astimezone(cairo) for begin, _end in expected(twice)]
    doubled = [row for row in begins if row.replace(fold=1).utcoffset() != row.replace(fold=0).utcoffset()]
    assert [f"{row:%Y-%m-%d}" for row in doubled] == ["2023-10-26", "2024-10-31", "2025-10-30", "2026-10-29"]
