"""A year of the work calendar as its page shows it: twelve months, what is off or worked out of turn, and why."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from common import clock
from common.saying import in_chinese
from people.models import DayOverride, Organisation, WorkDay
from people.official_days import FIRST, LAST, official, published_until
from people.working_days import week_of


class Sort(StrEnum):
    """How a day differs from an ordinary one of the house's week."""

    WORK = "work"
    REST = "rest"
    HOLIDAY = "holiday"
    MADE_UP = "made-up"


@dataclass(frozen=True)
class Cell:
    """One day of a month: its sort, why, and whether the house decided it itself."""

    day: date
    sort: Sort
    note: str
    is_own: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    """Weeks from Monday to Sunday; None where another month's day would stand."""

    first: date
    weeks: list[list[Cell | None]]
    workdays: int


@dataclass(frozen=True)
class Year:
    """What the page shows of one year."""

    number: int
    months: list[Month]
    workdays: int
    overrides: list[DayOverride]
    before: int | None
    after: int | None
    is_published: bool  # whether its make-up workdays are known
    lacking: int | None  # this year or the next, while its notice is not known


def year_of(number: int, row: Organisation) -> Year:
    """Two queries."""
    today = clock.today("Asia/Shanghai")
    own = list(DayOverride.objects.filter(day__year=number).select_related("by__department"))
    decided = {each.day: each for each in own}
    cells = []
    known = official()
    names = known.names if in_chinese() else official(date(number, 1, 1), date(number, 12, 31), "en").names
    week = week_of(row)
    for day, works in WorkDay.objects.filter(day__year=number).order_by("day").values_list("day", "is_workday"):
        said = decided[day].note if day in decided else ""
        sort = _sort(works, week.works(day), day in known.breaks)
        cells.append(Cell(day, sort, said or names.get(day, ""), day in decided, day == today))
    months = [_month(number, month, cells) for month in range(1, 13)]
    published = published_until()
    return Year(
        number, months, sum(month.workdays for month in months), own,
        number - 1 if number > FIRST.year else None, number + 1 if number < LAST.year else None,
        number <= published, next((year for year in (today.year, today.year + 1) if year > published), None),
    )  # fmt: skip


def _sort(works: bool, as_the_week_has_it: bool, is_official: bool) -> Sort:
    if works:
        return Sort.WORK if as_the_week_has_it else Sort.MADE_UP
    return Sort.HOLIDAY if as_the_week_has_it or is_official else Sort.REST


def _month(year: int, month: int, cells: list[Cell]) -> Month:
    first = date(year, month, 1)
    days: list[Cell | None] = [cell for cell in cells if cell.day.month == month]
    worked = sum(cell is not None and cell.sort in (Sort.WORK, Sort.MADE_UP) for cell in days)
    row: list[Cell | None] = [*(None for _n in range(first.weekday())), *days]
    row += [None for _n in range(-len(row) % 7)]
    return Month(first, [row[at : at + 7] for at in range(0, len(row), 7)], worked)


def nearest_year(asked: int | None) -> int:
    """The year asked for as far as the calendar reaches; else this one."""
    return min(max(asked, FIRST.year), LAST.year) if asked is not None else clock.today("Asia/Shanghai").year


def next_saturday(day: date) -> date:
    """The Saturday on or after a day."""
    return day + timedelta((5 - day.weekday()) % 7)
