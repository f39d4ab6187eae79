"""One part of a task as typed: name, quantity, person and day, read from the end of the words (华东 30家 程子昂 7月20日前)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.amounts import LARGEST, TIMES
from common.dates import NoSuchDay
from common.said_days import read_said_day

LONGEST = 200
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x3000, 0xA0, 0x2002, 0x2003, 0x200B, 0xFEFF), 32
)
_HALF |= {0x2212: 0x2D, 0x2014: 0x2D, 0x2013: 0x2D}
_AMOUNT = re.compile(r"(?P<n>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<rest>[^\d\s,;、]{0,20})")
_GLUED = re.compile(r"(?P<title>.*?[^\d\s.,+\-/第前后共之#№VvQq])\s*(?P<amount>\d[\d,]*(?:\.\d+)?\s*[^\d\s,;、]{0,6})", re.S)
_BRACKETED = re.compile(r"(?P<title>.*\S)\s*\((?P<inner>[^()]*)\)\s*", re.S)
_SPAN = re.compile(r"(?P<from>.+?)\s*(?:至|到|~|—+|\bto\b|(?<=[日号])-|\s-\s)\s*(?P<to>.+)", re.I)
_POINTED_DAY = re.compile(r"(?P<m>\d{1,2})\.(?P<d>\d{1,2})")
_SPELLED = re.compile("[零一二两三四五六七八九十百千万]+")
_LIKE_A_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_ENDS = " \t:=.。*·-—–：\u3000\u00a0\ufeff\u200b"
_SCALES = sorted((key for key in TIMES if not key.isascii()), key=len, reverse=True)
_OF_THOUSANDS = "克米瓦卡赫帕伏升"


def half(text: str) -> str:
    """The text with full-width letters, digits and marks as narrow ones; every character keeps its place."""
    return text.translate(_HALF)


@dataclass(frozen=True)
class Ground:
    """What is known where parts are about to be made: today, the people by name, the whole's unit and dates."""

    today: date
    people: Mapping[str, Sequence[Any]]
    unit: str = ""
    counted: bool = False
    starts_on: date | None = None
    due_on: date | None = None

    def day(self, said: str) -> date:
        """A day as said; without year it lies at or after the beginning of the whole. Errors: NoSuchDay."""
        return read_said_day(half(said), self.today, min(self.starts_on or self.today, self.today))


@dataclass(frozen=True)
class Part:
    """A part as read: where it stands in the text, what it says, and what is wrong with it (each in a sentence)."""

    line: int = 1
    item: int = 0  # its place among several of one line; 0 when it stands alone
    text: str = ""
    title: str = ""
    target: Decimal | None = None
    unit: str = ""
    assignee: Any = None
    starts_on: date | None = None
    due_on: date | None = None
    weight: int | None = None
    deliverable: str = ""
    standard: str = ""
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def wrong(self, *faults: str) -> "Part":
        return replace(self, faults=(*self.faults, *faults))

    def fields(self) -> dict[str, Any]:
        """What goes to the service: only what was said."""
        names = ("title", "target", "assignee", "starts_on", "due_on", "weight", "deliverable", "standard")
        said = {name: getattr(self, name) for name in names if getattr(self, name) not in (None, "")}
        return said | ({"unit": self.unit} if self.target is not None and self.unit else {})


def read_amount(said: str, unit: str = "") -> tuple[Decimal, str] | None:
    """A number and its unit: 30, 1,200家, 1.5万, 40%; None when it is none. `unit` is what the whole is counted in."""
    found = _AMOUNT.fullmatch(half(said).strip())
    if found is None:
        return None
    number, rest = Decimal(found["n"].replace(",", "")), found["rest"].strip()
    if rest.casefold() == half(unit).casefold():
        return number, unit
    for scale in _SCALES:
        if rest.startswith(scale) and rest[len(scale) :][:1] not in tuple(_OF_THOUSANDS):
            below = rest[len(scale) :]
            return number * TIMES[scale], unit if below.casefold() == half(unit).casefold() else below
    if rest.casefold() in TIMES and len(rest) == 1 and not unit.casefold().startswith(rest.casefold()):
        return number * TIMES[rest.casefold()], ""
    return number, rest


def with_amount(part: Part, said: str, ground: Ground) -> Part:
    """The part with this quantity; what is wrong with it is said."""
    read = read_amount(said, ground.unit)
    if read is None:
        return part.wrong(_("“%s” is no quantity; write it in digits, such as 30.") % said)
    number, unit = read
    if not 0 < number < LARGEST:
        return part.wrong(_("A quantity lies above 0 and below a billion, not %s.") % said)
    if number != number.quantize(Decimal("0.01")):
        return part.wrong(_("“%s”: a quantity has at most two decimal places.") % said)
    if ground.counted and unit and unit != ground.unit:
        named = {"unit": unit, "whole": ground.unit or "1"}
        return part.wrong(_("counted in %(unit)s, but the whole is counted in %(whole)s.") % named)
    return replace(part, target=number, unit=ground.unit if ground.counted else unit)


def with_person(part: Part, said: str, ground: Ground) -> Part:
    """The part with this person; a stranger, or a name that several bear, is a fault."""
    name, department = _named(said)
    found = [one for one in ground.people.get(name, ()) if not department or department == str(one.department)]
    if len(found) == 1:
        return replace(part, assignee=found[0])
    if not found:
        return part.wrong(_("Nobody in this project is called “%s”.") % said.strip().lstrip("@"))
    departments = "、".join(str(one.department) for one in found)
    return part.wrong(_("Several people are called %(name)s (%(departments)s); add the department.") % {
        "name": name, "departments": departments,
    })  # fmt: skip


def _named(said: str) -> tuple[str, str]:
    """A name and, where it is said, the department: 程子昂, @程子昂, 程子昂(销售部), 程子昂 · 销售部."""
    bare = half(said).strip().lstrip("@").strip()
    pieces = [one for one in re.split(r"\s*[()·/]\s*", bare) if one]
    return (pieces[0], pieces[1]) if len(pieces) == 2 else (bare, "")


def with_days(part: Part, said: str, ground: Ground) -> Part:
    """The part with its due date, or with start and due where a span is said."""
    try:
        return _with_span(part, said, ground) or replace(part, due_on=ground.day(said))
    except NoSuchDay as error:
        return part.wrong(str(error))


def _with_span(part: Part, said: str, ground: Ground) -> Part | None:
    found = _SPAN.fullmatch(half(said).strip())
    if not found:
        return None
    start = ground.day(found["from"])
    return replace(part, starts_on=start, due_on=read_said_day(found["to"], ground.today, start))


def read_piece(text: str, ground: Ground, *, bare: bool = False) -> Part:
    """What a piece of text says; `bare` leaves quantities that are glued to the name in it."""
    part, left = Part(text=text.strip()), text
    while True:
        step = _peeled(part, left, ground)
        if step is None:
            break
        part, left = step
    title = left.strip().strip(_ENDS)
    if part.target is None and not part.faults and not bare:
        part, title = _unglued(part, title, ground)
    if part.target is None and ground.counted and not bare:
        part = part.wrong(*_unread(title, ground))
    if not title and part.target is not None and part.assignee is not None:
        title = part.assignee.name  # divided among people: each part bears its person's name
    return replace(part, title=title)


def _unread(title: str, ground: Ground) -> list[str]:
    """What stands at the end of a name and is most likely none of it: 华东 10 孙悟空, 华东 三十家."""
    words = half(title).split()
    if len(words) < 2:
        return []
    if _SPELLED.fullmatch(words[-1].removesuffix(half(ground.unit))):
        return [_("“%s” is no quantity; write it in digits, such as 30.") % words[-1]]
    amount = read_amount(words[-2], ground.unit)
    if len(words) > 2 and amount is not None and amount[1] in ("", ground.unit) and _LIKE_A_NAME.fullmatch(words[-1]):
        return [_("Nobody in this project is called “%s”.") % words[-1]]
    return []


def _peeled(part: Part, left: str, ground: Ground) -> tuple[Part, str] | None:
    """The part with what its last words say, and the words before them; None when they are of the name."""
    words = list(re.finditer(r"\S+", half(left).replace("=", " ").replace(":", " ")))
    for count in (3, 2, 1):
        if len(words) < count:
            continue
        start = words[-count].start()
        said = half(left[start:]).strip().strip("=: ")
        found = _recognised(part, said, ground, count=count, before=[one.group() for one in words[:-count]])
        if found is not None:
            return found, left[:start]
    return None


def _recognised(part: Part, said: str, ground: Ground, *, count: int, before: list[str]) -> Part | None:
    """The part with these words as a day, person or quantity that it does not have yet."""
    if part.assignee is None and count == 1 and (said.startswith("@") or _named(said)[0] in ground.people):
        return with_person(part, said, ground)
    if part.due_on is None and not part.faults:
        day = _pointed(said, before) if part.target is None else said
        try:
            return _with_span(part, day, ground) or replace(part, due_on=ground.day(day))
        except NoSuchDay:
            if re.fullmatch(r"(?:\d{4}[-/.年])?\d{1,2}[-/月]\d{1,2}[日号]?(?:之?前|止)?", day):
                return with_days(part, said, ground)
    if part.target is None and count <= 2 and read_amount(said, ground.unit) is not None:
        unit = (read_amount(said, ground.unit) or (0, ""))[1]
        if (count == 2 and unit != ground.unit) or (not before and len(unit) > 2 and unit != ground.unit):
            return None  # 2026年会筹备 is a name
        return with_amount(part, said, ground)
    return None


def _pointed(said: str, before: list[str]) -> str:
    """7.20 behind a quantity is a day."""
    found = _POINTED_DAY.fullmatch(said)
    if found and before and read_amount(before[-1]) is not None:
        return f"{found['m']}/{found['d']}"
    return said


def _unglued(part: Part, title: str, ground: Ground) -> tuple[Part, str]:
    """华东30家, 华东(30): a quantity glued to the name, where the whole is counted and it fits its unit."""
    narrow = half(title)
    inner = _BRACKETED.fullmatch(narrow)
    if inner:
        read = read_amount(inner["inner"], ground.unit)
        if read is not None and (not ground.counted or read[1] in ("", ground.unit)):
            return with_amount(part, inner["inner"], ground), title[: inner.end("title")].strip(_ENDS)
    found = _GLUED.fullmatch(narrow) if ground.counted else None
    if found:
        read = read_amount(found["amount"], ground.unit)
        close = read is not None and read[1] == ground.unit
        if close or (read is not None and not read[1] and not found["title"][-1].isascii()):
            return with_amount(part, found["amount"], ground), title[: found.end("title")].strip(_ENDS)
    return part, title


def judged(part: Part, ground: Ground) -> Part:
    """The part with what the rules of tasks have against it: no name, too long a name, later than the whole."""
    faults = []
    if not part.title:
        faults.append(_("This has no name."))
    elif len(part.title) > LONGEST:
        faults.append(_("The name is longer than %d characters.") % LONGEST)
    start = part.starts_on or ground.starts_on
    if part.due_on and ground.due_on and part.due_on > ground.due_on:
        faults.append(_("The whole is due on %s; a part cannot be later.") % ground.due_on.isoformat())
    elif part.due_on and start and part.due_on < start:
        faults.append(_("It would end on %(due)s, before it begins on %(start)s.") % {
            "due": part.due_on.isoformat(), "start": start.isoformat(),
        })  # fmt: skip
    elif part.starts_on and ground.due_on and not part.due_on and part.starts_on > ground.due_on:
        faults.append(_("The whole is due on %s; a part cannot be later.") % ground.due_on.isoformat())
    return part.wrong(*faults) if faults else part
