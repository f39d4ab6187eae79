"""Which days are worked: the official ones of the library `holidays`, the week of this house, and its own exceptions. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version

import holidays

FIRST, LAST = date(2020, 1, 1), date(2035, 12, 31)
SATURDAY, SUNDAY = 5, 6
LANGUAGES = {"zh": "zh_CN", "en": "en_US"}


@dataclass(frozen=True)
class Day:
    """One date: whether people work, why not (or why they do), the workdays up to and with it."""

    day: date
    is_workday: bool
    note: str
    running: int


@dataclass(frozen=True)
class Official:
    """What the State Council's notices say: the names of days off, the weekend days to be worked, all days of its breaks."""

    names: Mapping[date, str]
    made_up: Collection[date]
    breaks: Collection[date]


@dataclass(frozen=True)
class Week:
    """On which Saturdays people work: none, all, or every second one counted from one that is worked."""

    saturdays: str = "five"  # five, six, alternate: as Organisation.Week
    first_worked: date | None = None

    def works(self, day: date) -> bool:
        """Whether the day is one of the working week, holidays left aside."""
        if day.weekday() != SATURDAY:
            return day.weekday() < SATURDAY
        if self.saturdays == "alternate":
            return self.first_worked is not None and (day - self.first_worked).days % 14 == 0
        return self.saturdays == "six"


FIVE_DAYS = Week()


@lru_cache(maxsize=4)
def official(first: date = FIRST, last: date = LAST, language: str = "zh") -> Official:
    """The notices as the library knows them. A break is every run of days off that holds a named one: the weekend that it
    joins is part of it (10月1日至7日放假), so that who works on Saturdays has it off as well.
    """
    known = holidays.country_holidays("CN", years=range(first.year - 1, last.year + 2), language=LANGUAGES[language])
    names, run, breaks = dict(known), [], set[date]()
    day = first - timedelta(14)
    while day <= last + timedelta(14):
        if not known.is_working_day(day):
            run.append(day)
        else:
            breaks |= set(run) if any(each in names for each in run) else set()
            run = []
        day += timedelta(1)
    made_up = {day for day in known.weekend_workdays if first <= day <= last}
    return Official(names, made_up, breaks)


def published_until() -> int:
    """The last year whose make-up workdays are known: the notice for a year comes out in the autumn before."""
    return max(day.year for day in official().made_up)


def known_by() -> str:
    """What the official days were read from; another one makes the calendar be computed anew."""
    return f"holidays {version('holidays')}"


def official_days(
    first: date = FIRST,
    last: date = LAST,
    *,
    week: Week = FIVE_DAYS,
    own: Mapping[date, tuple[bool, str]] | None = None,
) -> list[Day]:
    """The calendar, day by day. An official day off stays off and a make-up day stays worked, whatever the week of the house;
    its own exceptions (day: worked or not, why) win over all.
    """
    known, own = official(), own or {}
    rows, running, day = [], 0, first
    while day <= last:
        works, note = day in known.made_up or (day not in known.breaks and week.works(day)), known.names.get(day, "")
        if day in own:
            works, said = own[day]
            note = said or note
        running += works
        rows.append(Day(day, works, note, running))
        day += timedelta(1)
    return rows
