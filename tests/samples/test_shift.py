"""Samples are moved by whole weeks, and no text says a date outside the moved period."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import pytest

from collab.samples import files
from collab.samples.people import read
from collab.samples.shift import ZONE, shifted, weeks_between
from common import clock

NAMES = ["new-product-launch", "customer-conference", "complaint-incident"]
SATURDAY = date(2026, 7, 18)


@pytest.mark.parametrize("hours", [0, 1, 15, 24 * 6 + 23])
@pytest.mark.parametrize("weeks", [-3, 0, 18, 60])
def test_now_lies_in_the_seven_days_from_saturday_evening(weeks: int, hours: int) -> None:
    begin = datetime(2026, 7, 18, 10, tzinfo=UTC)  # 18:00 in Shanghai
    assert weeks_between(SATURDAY, begin + timedelta(weeks=weeks, hours=hours)) == weeks


def test_a_minute_before_saturday_evening_belongs_to_the_week_before() -> None:
    assert weeks_between(SATURDAY, datetime(2026, 7, 18, 9, 59, tzinfo=UTC)) == -1


def test_loading_now_puts_now_into_the_week_of_the_shifted_saturday() -> None:
    now = clock.now()
    for name in NAMES:
        day = files.load_as_of(name) + timedelta(weeks=weeks_between(files.load_as_of(name), now))
        begin = clock.local(day, time(18), ZONE)
        assert day.weekday() == 5
        assert begin <= now < begin + timedelta(7)


@pytest.mark.parametrize("name", NAMES)
def test_no_weeks_change_nothing(name: str) -> None:
    assert shifted(read(name), 0) == read(name)


def test_texts_say_the_moved_dates() -> None:
    launch = shifted(read("new-product-launch"), 18)["project"]
    assert launch["period"] == {"start": date(2026, 8, 12), "end": date(2027, 2, 3)}
    assert launch["goal"] == "Q1季度完成A产品上市,首月销售额500万元"
    assert launch["code"] == "NPL-2026-01"
    assert shifted(read("new-product-launch"), 40)["memorandum"]["number"] == "MOU-NPL-2027-01"
    conference = shifted(read("customer-conference"), 18)["project"]
    assert conference["name"] == "2027冬季客户大会"
    assert conference["goal"].startswith("1月21日举办300人")
    incident = shifted(read("complaint-incident"), 2)
    assert "6月8日前完成整改" in incident["project"]["goal"]
    assert incident["issues"][0]["title"] == "KL-2604B批次漏液42起"


@pytest.mark.parametrize(
    ("text", "weeks", "moved"),
    [
        ("6月30日前", 4, "7月28日前"),
        ("7月2日与7月20日", 1, "7月9日与7月27日"),
        ("2026年9月17日", 20, "2027年2月4日"),
        ("7月底前,3个月内", 10, "9月底前,3个月内"),
        ("2026年Q3季度", 20, "2027年Q1季度"),
        ("首月500万元,1万台", 20, "首月500万元,1万台"),
        ("首批20日到,第3季", 20, "首批20日到,第3季"),
    ],
)
def test_each_way_to_say_a_date_is_moved(text: str, weeks: int, moved: str) -> None:
    said = {"project": {"period": {"start": date(2026, 4, 8), "end": date(2026, 9, 30)}, "goal": text}}
    assert shifted(said, weeks)["project"]["goal"] == moved


@pytest.mark.parametrize("name", NAMES)
def test_no_text_says_a_date_outside_the_moved_period(name: str) -> None:
    written = read(name)
    for weeks in range(-30, 120):
        moved = shifted(written, weeks)
        start, end = moved["project"]["period"]["start"], moved["project"]["period"]["end"]
        for text in _texts(moved):
            assert_dates_lie_within(text, start, end)


@cache
def days_of(start: date, end: date) -> frozenset[tuple[int | str, ...]]:
    """What may be said of a period's days: (month, day), (month,), quarter, year, season."""
    days = [start + timedelta(n) for n in range((end - start).days + 1)]
    said: set[tuple[int | str, ...]] = {(d.month, d.day) for d in days} | {(d.month,) for d in days}
    for d in days:
        said |= {("Q", (d.month + 2) // 3), ("year", d.year), ("season", "冬冬春春春夏夏夏秋秋秋冬"[d.month - 1])}
    return frozenset(said)


def assert_dates_lie_within(text: str, start: date, end: date) -> None:
    """Every date, month, quarter, season and year said in a text can be one of the period's days."""
    known = days_of(start, end)
    said: list[tuple[int | str, ...]] = [
        (int(month), int(day)) if day else (int(month),) for month, day in re.findall(r"(\d{1,2})月(?:(\d{1,2})日)?", text)
    ]
    said += [("Q", int(quarter)) for quarter in re.findall(r"(?<![A-Za-z0-9_-])Q([1-4])(?![A-Za-z0-9_-])", text)]
    years = re.findall(r"(?<![A-Za-z0-9_-])20\d\d(?=[年春夏秋冬])|(?<=[A-Z]{3}-)20\d\d(?=-\d\d)", text)
    said += [("year", int(year)) for year in years]
    said += [("season", season) for season in re.findall(r"([春夏秋冬])季", text)]
    assert set(said) <= known, text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for held in value.values():
            yield from _texts(held)
    elif isinstance(value, list):
        for held in value:
            yield from _texts(held)
    elif isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value):
        yield value
