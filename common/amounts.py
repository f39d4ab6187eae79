"""Amounts, days and distances as people type them: 500万元, 1万台, 98%, 6月30日前, 提前10天."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from common.dates import CHINESE, MOST_DAYS, NoSuchDay, find_day

LARGEST = Decimal(10) ** 9  # what is promised, planned and reported in one figure stays below it
TIMES = {
    "万亿": 10**12,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "万": 10**4,
    "千": 10**3,
    "k": 10**3,
    "thousand": 10**3,
    "million": 10**6,
    "m": 10**6,
    "billion": 10**9,
}
AT_MOST = re.compile(
    r"不超过|不高于|不多于|不大于|至多|最多|以内|内$|以下|(?<!不)小于|(?<!不)低于|≤|<=?|"
    r"at most|no more than|under|below|less than|within",
    re.I,
)
AT_LEAST = re.compile(
    r"不低于|不少于|不小于|至少|以上|达到|(?<!不)超过|≥|>=?|"
    r"at least|no less than|more than|over|above",
    re.I,
)
_NUMBER = re.compile(
    r"(?P<money>[¥￥$€]|RMB|CNY|USD)?\s*(?P<n>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s*(?P<times>万亿|亿|千万|百万|万|千|(?:thousand|million|billion)\b|[kKmM](?![a-zA-Z]))?"
    r"\s*(?P<unit>%|％|[^\d\s,，。;；、()()]{0,12})",
    re.I,
)
_MINUS = re.compile(r"\s*[-−－]\s*[¥￥$€]?\s*\d")
_MONEY = {"¥": "元", "￥": "元", "rmb": "元", "cny": "元", "$": "USD", "usd": "USD", "€": "EUR"}
_BEFORE = re.compile(
    r"(?:提前|早于?)\s*(?P<a>\d+|[一二两三四五六七八九十])\s*(?:天|日|days?)"
    r"|(?P<b>\d+|[一二两三四五六七八九十])\s*(?:天前|日前|天之前|days?\s+(?:before|ahead|early|earlier))",
    re.I,
)
_AFTER = re.compile(
    r"(?:推后|之后|后)\s*(?P<a>\d+|[一二两三四五六七八九十])\s*(?:天|日)(?!前)"
    r"|(?P<b>\d+|[一二两三四五六七八九十])\s*(?:天后|日后|天之后|days?\s+(?:after|later))",
    re.I,
)


@dataclass(frozen=True)
class Said:
    """What a text says: a number with its unit, a day, or days from something (before: negative)."""

    number: Decimal | None = None
    unit: str = ""
    day: date | None = None
    days: int | None = None
    direction: str = ""  # at_most, at_least, or nothing said


def read(text: str, near: date) -> Said:
    """Read a target as typed; a day without year is the first on or after `near`. Errors: common.dates.NoSuchDay."""
    said = text.strip()
    found = find_day(said, near)
    days = _distance(said[: found.start] + " " + said[found.end :] if found else said)
    if found is not None:
        return Said(day=found.day + timedelta(days or 0))
    if days is not None:
        return Said(days=days)
    return _amount(said)


def _distance(said: str) -> int | None:
    before, after = _BEFORE.search(said), _AFTER.search(said)
    if before:
        return -_count(before["a"] or before["b"])
    if after:
        return _count(after["a"] or after["b"])
    return None


def _count(said: str) -> int:
    count = 10 if said == "十" else int(CHINESE.get(said, said))
    if count > MOST_DAYS:
        raise NoSuchDay(_("“%s” is too long a time.") % said)
    return count


def _amount(said: str) -> Said:
    direction = "at_most" if AT_MOST.search(said) else "at_least" if AT_LEAST.search(said) else ""
    bare = AT_MOST.sub(" ", AT_LEAST.sub(" ", said))
    found = _NUMBER.search(bare)
    if not found:
        return Said(direction=direction)
    number = Decimal(re.sub("[,，]", "", found["n"])) * TIMES.get((found["times"] or "").lower(), 1)
    number = -number if _MINUS.match(said) else number
    unit = found["unit"].replace("％", "%").strip() or _MONEY.get((found["money"] or "").lower(), "")
    rest = bare[found.end() :].strip()
    if not unit and re.fullmatch(r"[A-Za-z]{1,12}", rest):
        unit = rest
    return Said(number=number, unit=unit, direction=direction)
