"""Move a sample by whole weeks: every date, and every date, quarter, season or year said inside a text (rule I1)."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from common import clock

ZONE = "Asia/Shanghai"
WEEK = timedelta(weeks=1)
LOADED_FROM = time(18)

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
SAID = re.compile(
    r"(?<![A-Za-z0-9])Q(?P<quarter>[1-4])(?!\d)"
    r"|(?<![A-Za-z0-9])(?P<code>[A-Z]{3})-20\d\d(?=-\d\d)"
    r"|(?<!\d)20\d\d(?P<nian>年?)(?P<season>[春夏秋冬])(?=季)"
    r"|(?<!\d)(?:(?P<year>20\d\d)年)?(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>[12]\d|3[01]|0?[1-9])日)?"
    r"|(?<!\d)(?P<alone>20\d\d)(?=年)"
)
SEASONS = "冬冬春春春夏夏夏秋秋秋冬"  # of January, February …


def weeks_between(load_as_of: date, now: datetime) -> int:
    """By how many weeks a sample moves so that now lies in the seven days that begin at 18:00 of its `load_as_of`."""
    return (now - clock.local(load_as_of, LOADED_FROM, ZONE)) // WEEK


def shifted(said: dict[str, Any], weeks: int) -> dict[str, Any]:
    """The sample as read, `weeks` later."""
    period = said["project"]["period"]
    by = weeks * WEEK
    result: dict[str, Any] = _walk(said, by, _texts(period["start"], period["end"], by))
    return result


def _walk(value: Any, by: timedelta, text: Callable[[str], str]) -> Any:
    match value:
        case dict():
            return {_walk(key, by, text): _walk(held, by, text) for key, held in value.items()}
        case list():
            return [_walk(held, by, text) for held in value]
        case date():
            return value + by
        case str() if MOMENT.fullmatch(value):
            return (datetime.fromisoformat(value) + by).isoformat(timespec="minutes")
        case str():
            return text(value)
    return value


def _texts(start: date, end: date, by: timedelta) -> Callable[[str], str]:
    """What moves the dates in a text of a project of this period. Quarters, seasons and years become those of the new end,
    codes carry the year of the new start."""

    def moved(said: re.Match[str]) -> str:
        if said["quarter"]:
            return f"Q{((end + by).month + 2) // 3}"
        if said["code"]:
            return f"{said['code']}-{(start + by).year}"
        if said["season"]:
            return f"{(end + by).year}{said['nian']}{SEASONS[(end + by).month - 1]}"
        if said["alone"]:
            return str((end + by).year)
        day = _meant(said["year"], int(said["month"]), said["day"], start, end) + by
        return (f"{day.year}年" if said["year"] else "") + f"{day.month}月" + (f"{day.day}日" if said["day"] else "")

    return lambda text: SAID.sub(moved, text)


def _meant(year: str | None, month: int, day: str | None, start: date, end: date) -> date:
    """The date a text means: without a year the one nearest to the period, without a day the middle of the month within it."""
    years = [int(year)] if year else range(start.year - 1, end.year + 2)
    found = []
    for candidate in years:
        if day is None:
            found.append(min(max(date(candidate, month, 15), start), end) if _overlaps(candidate, month, start, end) else None)
        else:
            try:
                found.append(date(candidate, month, int(day)))
            except ValueError:  # 29 February of a common year
                found.append(None)
    dates = [known for known in found if known] or [date(years[0], month, 15)]
    return min(dates, key=lambda known: max(start - known, known - end, timedelta()))


def _overlaps(year: int, month: int, start: date, end: date) -> bool:
    return (start.year, start.month) <= (year, month) <= (end.year, end.month)
