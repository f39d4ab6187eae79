"""What a resolution says, as far as it can be read: whose it is, until when, how much (“@销售部 下周五前 铺货 20 家”)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.dates import NoSuchDay, find_day
from common.said_days import read_said_day
from people.models import Department
from projects.services.prefilling import counted

_NEAR = re.compile(
    r"(?:今天|今日|明天|明日|大?后天|(?:下下|下|本|这)?个?(?:周|星期|礼拜)[一二三四五六日天]|(?:本|这个?|下个?)?月(?:底|末)|(?:本|下)周(?:底|末)"
    r"|(?:本|这个?|下个?)月\d{1,2}[日号]|(?<![\d月])\d{1,2}[日号]"
    r"|(?:by\s+)?(?:(?:this|next)\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|(?:by\s+)?(?:the\s+)?end\s+of\s+(?:this\s+|next\s+|the\s+)?(?:week|month))"
    r"(?:之?前|以前)?",
    re.I,
)
_AROUND = " ，,。.；;：:、\t\n"


@dataclass(frozen=True)
class Read:
    """A resolution read: department, day, quantity with unit, and the words that are left."""

    department: Department | None = None
    due_on: date | None = None
    quantity: Decimal | None = None
    unit: str = ""
    rest: str = ""


def read(text: str, departments: Iterable[Department], day: date) -> Read:
    """Read a resolution of this day; what is not understood stays in the words."""
    department, rest = _department(text.strip(), list(departments))
    due_on, rest = _day(rest, day)
    quantity, unit = counted(rest)
    return Read(department, due_on, quantity, unit, rest.strip(_AROUND))


def _department(text: str, departments: list[Department]) -> tuple[Department | None, str]:
    """The department that is named first; its name goes from the words where it was addressed (@) or begins them."""
    found = [(text.find(row.name), -len(row.name), row) for row in departments if row.name in text]
    if not found:
        return None, text
    place, _length, row = min(found, key=lambda one: one[:2])
    addressed = text[:place].endswith("@") or place == 0
    if not addressed:
        return row, text
    return row, (text[:place].removesuffix("@") + text[place + len(row.name) :]).strip(_AROUND)


def _day(text: str, day: date) -> tuple[date | None, str]:
    """The day that is said in it, with or without a year, or beside the day of the meeting."""
    try:
        written = find_day(text, day)
        if written is not None:
            return written.day, _without(text, written.start, written.end)
        near = _NEAR.search(text)
        if near is not None:
            return read_said_day(near.group(), day), _without(text, near.start(), near.end())
    except NoSuchDay:
        return None, text
    return None, text


def _without(text: str, start: int, end: int) -> str:
    after = re.sub(r"^\s*(?:之?前|以前)", "", text[end:])
    return text[:start].rstrip(_AROUND) + (" " if text[:start].strip() else "") + after.lstrip(_AROUND)
