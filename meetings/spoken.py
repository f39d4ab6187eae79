"""Days and quantities as they are said in the middle of a line: 下周五前, 三天内, by Friday, 20 家, 1.5万台, 20 stores."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from common.amounts import LARGEST
from common.dates import CHINESE, MONTHS, NoSuchDay, add_months, find_day
from common.said_days import read_said_day
from people.calendar import workday_after

WIDE = {code: chr(code - 0xFEE0) for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]} | {
    ord("＠"): "@", ord("％"): "%", ord("／"): "/", ord("．"): ".", ord("－"): "-", ord("＋"): "+", 0x3000: " ", 0xA0: " ",
}  # fmt: skip
A_YEAR_ON = timedelta(183)  # a day without year that lies farther ahead was more likely meant to be past

_COUNT = r"\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
_ENGLISH_COUNT = {word: n for n, word in enumerate(re.findall(r"\w+", "zero one two three four five six seven eight nine ten"))}
_WEEK_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_NEAR = re.compile(
    r"(?:今天|今日|明天|明日|大?后天|(?:下下|下|本|这)?个?(?:周|星期|礼拜)[一二三四五六日天末]|(?:本|这个?|下个?)?月(?:底|末)|(?:本|下)周底"
    r"|(?:本|这个?|下个?)月\d{1,2}[日号]|(?<![\d月第])\d{1,2}[日号](?![线楼店馆])"
    rf"|\b(?:(?:this|next)\s+)?{_WEEK_DAY}\b|(?<=by )(?:mon|tue|wed|thu|fri|sat|sun)\b|\btoday\b|\btomorrow\b"
    r"|\b(?:the\s+)?end\s+of\s+(?:this\s+|next\s+|the\s+)?(?:week|month|year)\b|年底|年末)",
    re.I,
)
_LATER = re.compile(
    rf"(?P<n>{_COUNT})\s*个?(?P<unit>工作日|天|日|周|星期|礼拜|月)(?:之?内|以内|之?后|以后)"
    rf"|\b(?:with)?in\s+(?P<en>\d{{1,3}}|{'|'.join(_ENGLISH_COUNT)})\s+(?P<word>workdays?|working\s+days?|days?|weeks?|months?)\b",
    re.I,
)
_MONTH_NAME = re.compile(rf"\b(?:the\s+)?end\s+of\s+(?P<word>{'|'.join(MONTHS)})[a-z]*\b", re.I)
_PAST = re.compile(
    rf"昨天|昨日|前天|上个?(?:周|星期|礼拜)[一二三四五六日天末]?|上个?月|\byesterday\b|\blast\s+(?:{_WEEK_DAY}|week|month)\b",
    re.I,
)
_IN_FIGURES = re.compile(r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)")  # 2026-07-05 is a due date, whatever else the words compare
_NO_DAY = re.compile(
    r"下个?(?:周|星期|礼拜|月)(?![一二三四五六日天底末\d])|\d{1,2}月份?(?:初|中旬?|下旬|上旬)?(?=前|内|以内)|月中|月初|[上中下]旬|季度?末"
    r"|\bnext\s+(?:week|month)\b|\bmid-?\w+\b(?=\s*$)",
    re.I,
)
_TO_ANOTHER = re.compile(r"\s*(?:至|到|—+|–|~|～|-|\bto\b|\buntil\b)\s*", re.I)
_BEFORE_IT = re.compile(r"(?:\b(?:no\s+later\s+than|by|before|until|due|on)|于|在|截至|截止到?|最迟|最晚)\s*$", re.I)
_AFTER_IT = re.compile(r"\s*(?:之?前|以前|之?内|以内|止|截止)?\s*(?:(?:完成|搞定|交付?)\s*(?=[。.]?\s*$))?")
_MONTHS_IN_FULL = {*re.findall(
    r"\w+", "january february march april may june july august september october november december sept"
), *MONTHS}  # fmt: skip
_BESIDE_MONTHS = {"of", "st", "nd", "rd", "th"}


@dataclass(frozen=True)
class Due:
    """A day found in a line, where its words begin and end, and what about it should be looked at."""

    day: date | None
    start: int
    end: int
    note: str = ""


def find_due(text: str, today: date) -> Due | None:
    """Until when, seen from today: the first day that is named; of a period its last. What names no day says so."""
    past = None if _IN_FIGURES.search(text) else _PAST.search(text)
    if past is not None:
        return Due(None, past.start(), past.start(), _("“%s” is past; a due date is still to come.") % past.group())
    try:
        found = _first(text, today)
        if found is None:
            vague = _NO_DAY.search(text)
            return vague and Due(None, vague.start(), vague.start(), _("“%s” names no day.") % vague.group())
        joined = _TO_ANOTHER.match(text, found.end)
        until = _first(text[joined.end() :], found.day or today) if joined else None
        if joined and until is not None and until.start == 0:
            found = Due(until.day, found.start, joined.end() + until.end)
    except NoSuchDay as trouble:
        return Due(None, 0, 0, str(trouble))
    return _with_its_words(text, found, today)


def _first(text: str, today: date) -> Due | None:
    """The day that is named first; where two readings begin at one place, the longer."""
    found = [one for one in (_written(text, today), _near(text, today), _later(text, today), _end_of(text, today)) if one]
    return min(found, key=lambda one: (one.start, -one.end), default=None)


def _written(text: str, today: date) -> Due | None:
    """A day with its month; “20 marketing plans” is none."""
    masked = text
    while (found := find_day(masked, today)) is not None:
        words = set(re.findall("[a-z]+", masked[found.start : found.end].lower()))
        if words <= _MONTHS_IN_FULL | _BESIDE_MONTHS:
            return Due(found.day, found.start, found.end)
        masked = masked[: found.start] + "\x00" * (found.end - found.start) + masked[found.end :]
    return None


def _near(text: str, today: date) -> Due | None:
    found = _NEAR.search(text)
    if found is None:
        return None
    before = re.search(r"(?:the\s+)?day\s+after\s+$", text[: found.start()], re.I)
    if before and found.group().lower() == "tomorrow":
        return Due(today + timedelta(2), before.start(), found.end())
    return Due(read_said_day(found.group(), today), found.start(), found.end())


def _later(text: str, today: date) -> Due | None:
    found = _LATER.search(text)
    if found is None:
        return None
    en = (found["en"] or "").lower()
    count = count_of(found["n"]) if found["n"] else _ENGLISH_COUNT[en] if en in _ENGLISH_COUNT else int(en)
    unit = (found["unit"] or found["word"]).lower()
    if unit.startswith("work") or unit == "工作日":
        day = workday_after(today, count)
    elif unit.startswith(("月", "month")):
        day = add_months(today, count)
    else:
        day = today + timedelta(count * (1 if unit.startswith(("天", "日", "day")) else 7))
    return Due(day, found.start(), found.end())


def _end_of(text: str, today: date) -> Due | None:
    found = _MONTH_NAME.search(text)
    if found is None:
        return None
    month = MONTHS.index(found["word"].lower()) + 1
    year = today.year + (month < today.month)
    return Due(add_months(date(year, month, 1), 1) - timedelta(1), found.start(), found.end())


def _with_its_words(text: str, found: Due, today: date) -> Due:
    """With the words that belong to it (by, 前), and a note where the day is past or nearly a year ahead."""
    said = text[found.start : found.end].strip()
    before, after = _BEFORE_IT.search(text[: found.start]), _AFTER_IT.match(text, found.end)
    start, end = before.start() if before else found.start, after.end() if after else found.end
    note = ""
    if found.day is not None and found.day < today:
        note = _("“%s” is past; a due date is still to come.") % said
    elif found.day is not None and found.day - today > A_YEAR_ON and str(found.day.year) not in said:
        note = _("“%(said)s” is taken for %(day)s.") % {"said": said, "day": found.day.isoformat()}
    return Due(found.day, start, end, note)


def count_of(said: str) -> int:
    """A number below a hundred in Chinese signs or digits."""
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return int(CHINESE[said])
    return (int(CHINESE[tens]) if tens else 1) * 10 + (int(CHINESE[ones]) if ones else 0)


_TIMES = {
    "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, "k": 10**3, "m": 10**6, "thousand": 10**3,
    "million": 10**6,
}  # fmt: skip
_UNITS = (
    "平方米|公里|公斤|千克|人次|元|家|台|件|套|份|个|名|批|张|箱|条|场|次|人|吨|页|位|篇|款|项|组|户|辆"
    "|包|盒|袋|支|瓶|本|册|块|间|处|%"
)
_COUNTED = re.compile(
    r"(?<![\d.,A-Za-z第])(?P<money>[¥￥$€])?\s*(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,15}(?:\.\d{1,2})?)\s*"
    r"(?P<times>亿|千万|百万|万|千|[kKmM](?![A-Za-z])|(?:thousand|million)\b)?\s*"
    rf"(?P<unit>{_UNITS})?(?!\d)"
)
_SPELT = re.compile(rf"(?<![一二三四五六七八九十第两每周])(?P<n>{_COUNT})(?P<unit>{_UNITS})")
_NOT_A_UNIT = re.compile(r"个?(?:月|工作日|小时|星期|礼拜|季度|半|年)")
_ENGLISH_UNIT = re.compile(r"\s*(?P<unit>[A-Za-z][A-Za-z-]{1,18})\b")
_NO_UNITS = {*re.findall(
    r"\w+", "am pm day days week weeks month months year years hour hours minute minutes workday workdays working at in by on "
    "of to and or the for with from is are per st nd rd th"
), *_MONTHS_IN_FULL}  # fmt: skip
_NUMBERED = re.compile(
    r"(?:\b(?:clause|section|version|phase|step|item|chapter|no\.?|number|room|floor|week|day|page|table|option|line|model|quarter)\s*|#)$",
    re.I,
)
_MEANT = re.compile(r"(?:目标|\btarget)\s*[:：]?\s*$", re.I)
_MONEY = {"¥": "元", "￥": "元", "$": "USD", "€": "EUR"}


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, and where it is said."""

    number: Decimal
    unit: str
    said: str
    start: int
    end: int


def quantities_in(text: str) -> list[Quantity]:
    """All that is counted in a line; days, numbers of clauses and versions, and years are not."""
    found = [*_in_digits(text), *_spelt(text)]
    return sorted(found, key=lambda one: one.start)


def _in_digits(text: str) -> Iterator[Quantity]:
    for found in _COUNTED.finditer(text):
        unit, end = found["unit"] or _MONEY.get(found["money"] or "", ""), found.end()
        if found["unit"] == "个" and _NOT_A_UNIT.match(text, found.start("unit")):
            continue
        if _NUMBERED.search(text[: found.start()]) or _NOT_A_UNIT.match(text, end):
            continue
        word = _ENGLISH_UNIT.match(text, end) if not unit else None
        if word is not None and word["unit"].lower() not in _NO_UNITS and not _is_year(found):
            unit, end = word["unit"], word.end()
        if unit or found["times"]:
            number = Decimal(found["n"].replace(",", "")) * _TIMES.get((found["times"] or "").lower(), 1)
            yield Quantity(number, unit, text[found.start() : end].strip(), found.start(), end)


def _is_year(found: re.Match[str]) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", found["n"])) and not found["times"]


def _spelt(text: str) -> Iterator[Quantity]:
    """两家, 三十台; one of something (一份, 一次) counts nothing."""
    for found in _SPELT.finditer(text):
        if found["n"].isdigit() or _NOT_A_UNIT.match(text, found.start("unit")):
            continue
        if (number := count_of(found["n"])) > 1:
            yield Quantity(Decimal(number), found["unit"], found.group(), found.start(), found.end())


def counted(text: str) -> tuple[Quantity | None, str]:
    """The one quantity of a line, or that which is called its target; or none and why: two, a range, more than counts here."""
    found = quantities_in(text)
    if not found:
        return None, ""
    meant = [one for one in found if _MEANT.search(text[: one.start])]
    if len(found) > 1 and len(meant) == 1:
        found = meant
    if len(found) > 1:
        return None, _("Two quantities are said (%s): one is kept apart.") % _(", ").join(one.said for one in found)
    (only,) = found
    if re.search(r"\d\s*(?:-|–|~|～|至|到|to)\s*$", text[: only.start], re.I):
        return None, _("“%s” is a range; say one figure.") % only.said
    if not 0 < only.number < LARGEST:
        return None, _("A quantity lies above 0 and below a billion.")
    return only, ""
