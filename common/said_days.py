"""Days as colleagues say them to each other: 明天, 周五, 下周五前, 月底, 3天后, 20号, tomorrow, next Friday, +3."""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from common.dates import CHINESE, MOST_DAYS, NoSuchDay, add_months, read_day

_BESIDE = re.compile(
    r"^\s*(?:by|before|until|on|于|在|截至|截止到?)?\s*(?P<day>.*?)\s*(?:之?前|以前|止|截止|完成|完)?\s*$", re.I | re.S
)
LONGEST = 60  # no day is said in more signs; what is longer is not even looked at
_NEAR = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3}
_SIGNS = "一二三四五六日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBER = r"\d{1,4}|[一二两三四五六七八九十]"
_WEEKDAY = re.compile(r"(?P<which>下下|下|本|这)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7末])")
_DAY_NAME = re.compile(r"(?:(?P<which>this|next)\s+)?(?P<day>mon|tue|wed|thu|fri|sat|sun)[a-z]*", re.I)
_END = re.compile(
    r"(?P<zh>本|这个?|下个?)?(?P<span>月|年|周)(?:底|末)|(?:the\s+)?end\s+of\s+(?:(?P<en>this|next|the)\s+)?(?P<word>month|year|week)",
    re.I,
)
_OF_MONTH = re.compile(r"(?P<which>本|这个?|下个?)?(?P<month>月)?\s*(?P<day>\d{1,2})\s*[日号]")
_LATER = re.compile(
    rf"(?:(?:in\s+)|\+\s*)?(?P<n>{_NUMBER})\s*(?P<unit>个?工作日|天|日|个?(?:周|星期|礼拜)|个?月|days?|d|weeks?|w|months?|m)?\s*"
    r"(?P<after>之?以?后|之?以?内|later)?",
    re.I,
)


def read_said_day(text: str, today: date, near: date | None = None) -> date:
    """The day that this text says, seen from today; a date without year is the first on or after `near`. Errors: NoSuchDay."""
    said = " ".join(text.split())
    if len(said) > LONGEST:
        raise NoSuchDay(_("“%s” is no date; write it like 2026-06-30 or 6月30日.") % f"{said[:LONGEST]}…")
    match = _BESIDE.match(said)
    bare = (match["day"] if match else said).strip()
    word = bare.lower()
    if word in _NEAR:
        return today + timedelta(_NEAR[word])
    for pattern, reading in _READINGS:
        found = pattern.fullmatch(bare)
        day = reading(found, today) if found else None
        if day is not None:
            return day
    return read_day(bare, near or today)


def _weekday(found: re.Match[str], today: date) -> date | None:
    sign = found["day"]
    place = 6 if sign in "末天" else int(sign) - 1 if sign.isdigit() else _SIGNS.index(sign)
    return _in_week(place, {"下": 1, "下下": 2, "本": 0, "这": 0}.get(found["which"] or ""), today)


def _day_name(found: re.Match[str], today: date) -> date | None:
    place = _ENGLISH.index(found["day"].lower()[:3])
    return _in_week(place, {"this": 0, "next": 1}.get((found["which"] or "").lower()), today)


def _in_week(place: int, weeks: int | None, today: date) -> date:
    """The weekday of the week so many weeks from this one; without a week the first on or after today."""
    if weeks is None:
        return today + timedelta((place - today.weekday()) % 7)
    return today - timedelta(today.weekday()) + timedelta(7 * weeks + place)


def _end(found: re.Match[str], today: date) -> date | None:
    following = (found["zh"] or "").startswith("下") or (found["en"] or "").lower() == "next"
    span = {"月": "month", "年": "year", "周": "week"}.get(found["span"] or "", (found["word"] or "").lower())
    if span == "week":
        return _in_week(4, int(following), today)
    if span == "year":
        return date(today.year + following, 12, 31)
    first = add_months(today.replace(day=1), int(following))
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _of_month(found: re.Match[str], today: date) -> date | None:
    which, number = found["which"], int(found["day"])
    if found["month"] and not which:
        return None
    if which and not found["month"]:
        return None
    months = range(1) if which and not which.startswith("下") else range(1, 2) if which else range(12)
    for ahead in months:
        first = add_months(today.replace(day=1), ahead)
        if 1 <= number <= calendar.monthrange(first.year, first.month)[1]:
            day = first.replace(day=number)
            if which or day >= today:
                return day
    return None


def _later(found: re.Match[str], today: date) -> date | None:
    unit, plus = (found["unit"] or "").lower(), found.group(0).lstrip().startswith("+")
    said_so = plus or found["after"] or found.group(0).lower().lstrip().startswith("in")
    if not said_so or (not unit and not plus) or "工作日" in unit:
        return None  # workdays are the calendar's; it is not asked here
    count = 10 if found["n"] == "十" else int(CHINESE.get(found["n"], found["n"]))
    if count > MOST_DAYS:
        raise NoSuchDay(_("“%s” is too long a time.") % found.group(0))
    if unit.startswith(("月", "个月", "m")):
        return add_months(today, count)
    return today + timedelta(count * (7 if unit.lstrip("个")[:1] in ("周", "星", "礼", "w") else 1))


_READINGS: list[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]]] = [
    (_WEEKDAY, _weekday),
    (_DAY_NAME, _day_name),
    (_END, _end),
    (_OF_MONTH, _of_month),
    (_LATER, _later),
]
