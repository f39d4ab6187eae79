"""A weekly meeting on a Saturday (rule D1): held where that Saturday is worked, else on the next workday."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common import clock
from common.refusals import Refused
from meetings.feed import feed_of
from meetings.models import Series
from meetings.services import edit_series, start_series
from people import working_days
from people.models import User
from people.queries import organisation
from projects.models import Project
from tests.meetings.second_parser import Calendar

People = dict[str, User]
SIGNED = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5


def week(people: People, **said: Any) -> None:
    working_days.choose_week(actor=people["毕以恒"], seen_version=organisation().version, **said)


@pytest.fixture
def saturdays(project: Project) -> Any:
    def start() -> Series:
        Project.objects.filter(pk=project.pk).update(state="execution")
        with clock.at(SIGNED):
            return start_series(
                actor=None, project_uid=project.uid, kind="weekly", rule="weekly", weekday=SATURDAY, minutes=30, at=time(10),
                first_on=date(2026, 4, 17), last_on=date(2026, 9, 30),
            )  # fmt: skip

    return start


def begins(series: Series) -> list[str]:
    return [f"{row.starts_at.astimezone(SHANGHAI):%m-%d %a}" for row in series.meetings.filter(state="planned")]


def test_in_a_six_day_week_it_is_each_saturday_but_that_of_a_holiday(people: People, saturdays: Any) -> None:
    week(people, week="six")
    # 2 May is the second day of the Labour Day holiday, which ends on the 5th
    assert begins(saturdays()) == ["04-18 Sat", "04-25 Sat", "05-06 Wed", "05-09 Sat", "05-16 Sat"]


def test_where_every_other_saturday_is_worked_the_others_are_held_on_the_monday(people: People, saturdays: Any) -> None:
    week(people, week="alternate", first_worked_saturday=date(2026, 4, 18))
    # worked: 18 April, 2 May (but for the holiday), 16 May; 9 May makes up for the holiday
    assert begins(saturdays()) == ["04-18 Sat", "04-27 Mon", "05-06 Wed", "05-09 Sat", "05-16 Sat"]


def test_in_a_five_day_week_nobody_meets_on_a_saturday(people: People, saturdays: Any) -> None:
    week(people, week="six")
    series = saturdays()
    week(people, week="five")
    with clock.at(SIGNED), pytest.raises(Refused) as refusal:
        edit_series(
            actor=people["周以宁"], series_uid=series.uid, seen_version=series.version, at=time(9), minutes=30, weekday=SATURDAY
        )
    assert refusal.value.field == "weekday"


def test_calendars_hold_the_saturdays_and_what_lies_elsewhere(people: People, saturdays: Any) -> None:
    week(people, week="alternate", first_worked_saturday=date(2026, 4, 18))
    series = saturdays()
    with clock.at(SIGNED):
        read = Calendar(feed_of(people["沈嘉禾"]).content)
    found = read.meetings(datetime(2026, 6, 3, tzinfo=UTC))
    assert {row.uid for row in found} == {str(series.uid)}
    days = [f"{row.starts_at.astimezone(SHANGHAI):%m-%d %a}" for row in found]
    assert days[:5] == begins(series)
    # beyond what is planned: 23 May is off, 30 May is worked
    assert days[5:] == ["05-25 Mon", "05-30 Sat"]
