"""On which days a series meets."""

from datetime import date, time

from meetings.recurrence import last_workday, weekly, window

MONDAY = 0
OFF_2026 = {date(2026, 10, day) for day in range(1, 8)}
MADE_UP = {date(2026, 10, 10)}


def is_workday(day: date) -> bool:
    """National day 2026: 1 to 7 October off, Saturday the 10th made up."""
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF_2026)


def days(found: object) -> list[date]:
    return [occurrence.day for occurrence in found]  # type: ignore[attr-defined]


def test_each_monday_from_the_first_to_the_last() -> None:
    found = weekly(MONDAY, date(2026, 4, 17), date(2026, 5, 11), lambda day: day.weekday() < 5)
    assert days(found) == [date(2026, 4, 20), date(2026, 4, 27), date(2026, 5, 4), date(2026, 5, 11)]


def test_a_meeting_on_a_holiday_moves_to_the_next_workday_and_keeps_the_name_of_its_day() -> None:
    found = list(weekly(MONDAY, date(2026, 10, 1), date(2026, 10, 11), is_workday))
    assert [(row.rule_day, row.day) for row in found] == [(date(2026, 10, 5), date(2026, 10, 8))]


def test_a_week_without_a_workday_is_skipped() -> None:
    off = {date(2026, 2, day) for day in range(16, 23)}
    found = weekly(MONDAY, date(2026, 2, 9), date(2026, 2, 23), lambda day: day.weekday() < 5 and day not in off)
    assert days(found) == [date(2026, 2, 9), date(2026, 2, 23)]


def test_a_week_with_a_made_up_saturday_alone_meets_on_it() -> None:
    off = {date(2026, 10, day) for day in range(5, 10)}
    found = weekly(
        MONDAY, date(2026, 10, 5), date(2026, 10, 5), lambda day: (day.weekday() < 5 and day not in off) or day in MADE_UP
    )
    assert days(found) == [date(2026, 10, 10)]


def test_the_last_workday_of_each_month_never_the_31st_by_rote() -> None:
    found = last_workday(date(2026, 4, 17), date(2026, 8, 31), lambda day: day.weekday() < 5)
    assert days(found) == [date(2026, 4, 30), date(2026, 5, 29), date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)]


def test_a_month_whose_last_workday_lies_before_the_first_day_has_none() -> None:
    assert days(last_workday(date(2026, 5, 30), date(2026, 6, 1), lambda day: day.weekday() < 5)) == []


def test_a_wall_time_becomes_an_instant_in_its_zone() -> None:
    begins, ends = window(date(2026, 3, 30), time(10), 30, "Europe/Berlin")
    assert begins.isoformat() == "2026-03-30T08:00:00+00:00"
    assert (ends - begins).seconds == 1800
    assert window(date(2026, 3, 27), time(10), 30, "Europe/Berlin")[0].isoformat() == "2026-03-27T09:00:00+00:00"
