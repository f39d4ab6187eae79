"""Recurrence in twelve zones over five years, against a table worked out here: own rules for the clocks, plain dates.

What RFC 5545 decides: an hour that the clocks skip is read with the offset before the gap; one that they show twice is the first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from meetings.recurrence import last_workday, month_day, weekly, window
from people.official_days import official_days

YEARS = range(2024, 2029)
SUNDAY = 6


def sunday(year: int, month: int, number: int) -> date:
    """The first, second … Sunday of a month; -1 is the last."""
    days = [date(year, month, n) for n in range(1, 32) if n <= 30 or month in (1, 3, 5, 7, 8, 10, 12)]
    sundays = [day for day in days if day.weekday() == SUNDAY]
    return sundays[number - 1 if number > 0 else number]


@dataclass(frozen=True)
class Clocks:
    """Hours ahead of UTC in winter, how far summer goes beyond, and when by its own clocks summer begins and ends."""

    winter: float
    summer: float = 0
    begins: Callable[[int], datetime] | None = None  # by winter's clocks
    ends: Callable[[int], datetime] | None = None  # by summer's clocks

    def instant(self, wall: datetime) -> datetime:
        return (wall - timedelta(hours=self.winter + (self.summer if self.in_summer(wall) else 0))).replace(tzinfo=UTC)

    def in_summer(self, wall: datetime) -> bool:
        """In the gap it is winter still; the hour that comes twice is of the summer."""
        if self.begins is None or self.ends is None:
            return False
        begins, ends = self.begins(wall.year) + timedelta(hours=self.summer), self.ends(wall.year)
        return begins <= wall < ends if begins < ends else wall >= begins or wall < ends


def at(month: int, number: int, hour: int) -> Callable[[int], datetime]:
    return lambda year: datetime.combine(sunday(year, month, number), time(hour))


ZONES = {
    "Asia/Shanghai": Clocks(8),
    "Asia/Tokyo": Clocks(9),
    "Asia/Kolkata": Clocks(5.5),
    "Asia/Kathmandu": Clocks(5.75),
    "America/Sao_Paulo": Clocks(-3),
    "Europe/London": Clocks(0, 1, at(3, -1, 1), at(10, -1, 2)),
    "Europe/Berlin": Clocks(1, 1, at(3, -1, 2), at(10, -1, 3)),
    "America/New_York": Clocks(-5, 1, at(3, 2, 2), at(11, 1, 2)),
    "America/St_Johns": Clocks(-3.5, 1, at(3, 2, 2), at(11, 1, 2)),
    "Australia/Sydney": Clocks(10, 1, at(10, 1, 2), at(4, 1, 3)),
    "Australia/Lord_Howe": Clocks(10.5, 0.5, at(10, 1, 2), at(4, 1, 2)),
    "Pacific/Auckland": Clocks(12, 1, at(9, -1, 2), at(4, 1, 3)),
}


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


def every_day(_day: date) -> bool:
    return True


def days_of(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))


def months_of(year: int) -> list[list[date]]:
    return [[day for day in days_of(year) if day.month == month] for month in range(1, 13)]


def begins(found: object, hour: time, zone: str) -> list[datetime]:
    return [window(row.day, hour, 30, zone)[0] for row in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("zone", ZONES)
class TestEveryZone:
    """Each kind of series in each year."""

    def test_the_weekly_meeting_is_at_ten_by_the_local_clocks(self, zone: str) -> None:
        for year in YEARS:
            found = begins(weekly(0, date(year, 1, 1), date(year, 12, 31), is_weekday), time(10), zone)
            mondays = [day for day in days_of(year) if day.weekday() == 0]
            assert found == [ZONES[zone].instant(datetime.combine(day, time(10))) for day in mondays]

    def test_the_last_workday_of_each_month(self, zone: str) -> None:
        for year in YEARS:
            found = begins(last_workday(date(year, 1, 1), date(year, 12, 31), is_weekday), time(23, 30), zone)
            lasts = [max(day for day in month if day.weekday() < 5) for month in months_of(year)]
            assert found == [ZONES[zone].instant(datetime.combine(day, time(23, 30))) for day in lasts]

    def test_the_31st_is_the_last_day_of_a_shorter_month_and_never_leaves_its_month(self, zone: str) -> None:
        for year in YEARS:
            found = begins(month_day(31, date(year, 1, 1), date(year, 12, 31), is_weekday), time(0, 30), zone)
            lasts = [max(day for day in month if day.weekday() < 5) for month in months_of(year)]
            assert found == [ZONES[zone].instant(datetime.combine(day, time(0, 30))) for day in lasts]

    def test_a_day_of_the_month_moves_to_the_next_workday(self, zone: str) -> None:
        for year in YEARS:
            found = begins(month_day(15, date(year, 1, 1), date(year, 12, 31), is_weekday), time(9), zone)
            days = [next(day for day in month[14:] if day.weekday() < 5) for month in months_of(year)]
            assert found == [ZONES[zone].instant(datetime.combine(day, time(9))) for day in days]

    @pytest.mark.parametrize("hour", [time(1, 30), time(1, 45), time(2, 0), time(2, 15), time(2, 30), time(3, 0)])
    def test_on_the_nights_when_the_clocks_change(self, zone: str, hour: time) -> None:
        for year in YEARS:
            found = begins(weekly(SUNDAY, date(year, 1, 1), date(year, 12, 31), every_day), hour, zone)
            sundays = [day for day in days_of(year) if day.weekday() == SUNDAY]
            assert found == [ZONES[zone].instant(datetime.combine(day, hour)) for day in sundays]


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:30"),  # skipped: 03:30 by the summer's clocks
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"),  # twice: the first
        ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30"),
        ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:30"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),
        ("America/St_Johns", "2026-03-08 02:30", "2026-03-08 06:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:45"),  # half an hour is skipped
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        ("Pacific/Auckland", "2026-09-27 02:30", "2026-09-26 14:30"),
        ("Asia/Kathmandu", "2026-05-04 10:00", "2026-05-04 04:15"),
    ],
)
def test_instants_that_are_well_known(zone: str, wall: str, instant: str) -> None:
    said = datetime.fromisoformat(wall)
    starts_at, ends_at = window(said.date(), said.time(), 90, zone)
    assert starts_at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert ends_at - starts_at == timedelta(minutes=90)  # elapsed, whatever the clocks do meanwhile


# Mondays that are days off in China, and when one meets instead; None: the whole week is off
MOVED = {
    "2024-01-01": "2024-01-02", "2024-02-12": "2024-02-18", "2024-06-10": "2024-06-11", "2024-09-16": "2024-09-18",
    "2024-10-07": "2024-10-08", "2025-02-03": "2025-02-05", "2025-05-05": "2025-05-06", "2025-06-02": "2025-06-03",
    "2025-10-06": "2025-10-09", "2026-02-16": None, "2026-02-23": "2026-02-24", "2026-04-06": "2026-04-07",
    "2026-05-04": "2026-05-06", "2026-10-05": "2026-10-08",
}  # fmt: skip
LAST_WORKDAYS = {
    2024: ("01-31", "02-29", "03-29", "04-30", "05-31", "06-28", "07-31", "08-30", "09-30", "10-31", "11-29", "12-31"),
    2025: ("01-27", "02-28", "03-31", "04-30", "05-30", "06-30", "07-31", "08-29", "09-30", "10-31", "11-28", "12-31"),
    2026: ("01-30", "02-28", "03-31", "04-30", "05-29", "06-30", "07-31", "08-31", "09-30", "10-30", "11-30", "12-31"),
}


@pytest.fixture(scope="module")
def works() -> Callable[[date], bool]:
    days = {row.day: row.is_workday for row in official_days(date(2023, 12, 1), date(2027, 1, 31))}
    return lambda day: days[day]


class TestChina:
    """By the State Council's days off and make-up workdays."""

    @pytest.mark.parametrize("year", [2024, 2025, 2026])
    def test_the_weekly_meeting(self, works: Callable[[date], bool], year: int) -> None:
        found = {row.rule_day: row.day for row in weekly(0, date(year, 1, 1), date(year, 12, 31), works)}
        for monday in (day for day in days_of(year) if day.weekday() == 0):
            expected = MOVED.get(monday.isoformat(), monday.isoformat())
            assert found.get(monday) == (date.fromisoformat(expected) if expected else None), monday

    @pytest.mark.parametrize("year", [2024, 2025, 2026])
    def test_the_monthly_review(self, works: Callable[[date], bool], year: int) -> None:
        found = [row.day for row in last_workday(date(year, 1, 1), date(year, 12, 31), works)]
        assert found == [date.fromisoformat(f"{year}-{day}") for day in LAST_WORKDAYS[year]]

    def test_a_day_of_the_month_at_the_end_of_a_long_holiday_stays_in_its_month(self, works: Callable[[date], bool]) -> None:
        (january,) = month_day(31, date(2025, 1, 1), date(2025, 1, 31), works)
        assert (january.rule_day, january.day) == (date(2025, 1, 31), date(2025, 1, 27))
        (october,) = month_day(1, date(2026, 10, 1), date(2026, 10, 31), works)
        assert october.day == date(2026, 10, 8)
