"""Days and periods as people say them, in Chinese and English; a day that does not exist is said to be none."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(?P<word>jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
CHINESE = {sign: str(number) for number, sign in enumerate("零一二三四五六七八九")} | {"两": "2", "〇": "0"}
MOST_DAYS = 9999  # more in one number is a slip of the keyboard

_DAYS = [
    re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?"),
    re.compile(r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?"),
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+(?P<y>\d{{4}}))?", re.I),
    re.compile(rf"{MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y>\d{{4}}))?", re.I),
    re.compile(r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/])"),
]
_BESIDE_A_DAY = re.compile(r"\s*(?:by|before|until|on)?\s*(?:之?前|止|截止)?\s*", re.I)
_MONTH_END = re.compile(r"(?:(?P<y>\d{4})\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?:底|末)")


class NoSuchDay(ValueError):
    """What was typed is no day; the message says why."""


@dataclass(frozen=True)
class SaidDay:
    """A day found in a text, and where it stands there."""

    day: date
    start: int
    end: int


def find_day(text: str, near: date) -> SaidDay | None:
    """The first day named in the text; a day without year is the first one on or after `near`. Errors: NoSuchDay."""
    for pattern in _DAYS:
        found = pattern.search(text)
        if found:
            parts = found.groupdict()
            month = int(parts["m"]) if parts.get("m") else _month(parts["word"])
            return SaidDay(_day(parts.get("y"), month, int(parts["d"]), near), found.start(), found.end())
    found = _MONTH_END.search(text)
    if found:
        year = int(found["y"]) if found["y"] else near.year
        month = int(found["m"])
        _check_month(month)
        _check_year(year)
        if not found["y"] and month < near.month:
            year += 1
        return SaidDay(date(year, month, calendar.monthrange(year, month)[1]), found.start(), found.end())
    return None


def read_day(text: str, near: date) -> date:
    """The day that this text is; errors: NoSuchDay when there is none in it or more than a day."""
    said = text.strip()
    found = find_day(said, near)
    rest = said[: found.start] + said[found.end :] if found else said
    if found is None or not _BESIDE_A_DAY.fullmatch(rest):
        raise NoSuchDay(_("“%s” is no date; write it like 2026-06-30 or 6月30日.") % said)
    return found.day


def _month(word: str) -> int:
    return MONTHS.index(word.lower()[:3]) + 1


def _check_month(month: int) -> None:
    if not 1 <= month <= 12:
        raise NoSuchDay(_("There is no month %d.") % month)


def _check_year(year: int) -> None:
    """Nobody plans beyond these years; what is typed there is a slip of the keyboard."""
    if not 1900 <= year <= 2200:
        raise NoSuchDay(_("The year %04d is out of reach.") % year)


def _day(year: str | None, month: int, day: int, near: date) -> date:
    _check_month(month)
    if year:
        _check_year(int(year))
    try_years = [int(year)] if year else range(near.year, near.year + 5)
    for each in try_years:
        last = calendar.monthrange(each, month)[1]
        if 1 <= day <= last and (year or date(each, month, day) >= near):
            return date(each, month, day)
    shown = int(year) if year else near.year
    raise NoSuchDay(
        _("There is no %(year)d-%(month)02d-%(day)02d: that month has %(last)d days.")
        % {"day": day, "month": month, "year": shown, "last": calendar.monthrange(shown, month)[1]}
    )


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_QUARTER = re.compile(
    r"(?:(?P<y>\d{4})\s*年?\s*[-/]?\s*)?(?:q\s*(?P<q>[1-4])|第?(?P<c>[一二三四1-4])季度?)(?:\s*(?P<y2>\d{4}))?", re.I
)
_LENGTH = re.compile(r"(?P<n>\d+|[一二两三四五六七八九十])\s*(?P<u>个月|months?|周|星期|weeks?|天|日|days?)", re.I)
_BETWEEN = re.compile(r"\s*(?:至|到|—+|–|~|～|\bto\b|\buntil\b|\s-\s)\s*", re.I)


def read_period(text: str, starts_on: date) -> tuple[date, date]:
    """The first and last day of “2026Q3”, “3 个月” (from `starts_on`), “4月8日至9月30日”. Errors: NoSuchDay."""
    said = text.strip()
    parts = _BETWEEN.split(said)
    if len(parts) == 2:
        first = read_day(parts[0], date(starts_on.year, 1, 1))
        return first, read_day(parts[1], first)
    found = _QUARTER.fullmatch(said)
    if found:
        year = int(found["y"] or found["y2"] or starts_on.year)
        _check_year(year)
        quarter = int(found["q"] or CHINESE.get(found["c"], found["c"]))
        first = date(year, quarter * 3 - 2, 1)
        return first, add_months(first, 3) - timedelta(1)
    found = _LENGTH.fullmatch(said)
    if found:
        return starts_on, _after(starts_on, found["n"], found["u"].lower())
    find_day(said, starts_on)  # a day that does not exist is said to be none
    raise NoSuchDay(_("“%s” is no period; write it like 2026Q3, 3 个月 or 4月8日至9月30日.") % said)


def _after(first: date, number: str, unit: str) -> date:
    count = 10 if number == "十" else int(CHINESE.get(number, number))
    if count > MOST_DAYS:
        raise NoSuchDay(_("“%s” is too long a time.") % f"{number} {unit}")
    if unit.startswith(("个", "month")):
        return add_months(first, count) - timedelta(1)
    days = count * 7 if unit.startswith(("周", "星", "week")) else count
    return first + timedelta(days - 1)
