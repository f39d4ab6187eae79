"""What a resolution or an action says, as far as it can be read: “@销售部 下周五前 铺货 20 家”."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from common.dates import NoSuchDay, find_day
from common.said_days import read_said_day
from meetings.invited import people_to_invite
from meetings.models import Meeting
from meetings.naming import Name, begins_with_name, find_names
from meetings.spoken import WIDE, counted, find_due
from people.models import Department, User
from projects.services import prefilling

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
    quantity, unit = prefilling.counted(rest)
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


@dataclass(frozen=True)
class Parsed:
    """An action as its line says it: who (a department, a person, or both), until when, how much; `rest` is what is to be done.

    `unread` says what was not understood or should be looked at, `missing` what an action lacks to become a task.
    """

    said: str
    department: Department | None = None
    owner: User | None = None
    due_on: date | None = None
    quantity: Decimal | None = None
    unit: str = ""
    rest: str = ""
    unread: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """What is still to be said before it can be a task."""
        lacks = [] if self.department or self.owner else [_("who does it")]
        return lacks + ([] if self.due_on else [_("until when")])

    def with_chosen(self, fields: Mapping[str, Any]) -> "Parsed":
        """What a person chose beside the line counts before what was read in it."""
        return replace(self, **fields)


def parse_action(text: str, meeting: Meeting) -> Parsed:
    """Read one line: “@销售部 下周五前 铺货 20 家”, “@Sales by Friday roll out 20 stores”. Days count from the meeting's."""
    zone = ZoneInfo(meeting.project.time_zone)
    day = (meeting.ended_at or meeting.starts_at).astimezone(zone).date()
    departments = list(Department.objects.filter(parties__project=meeting.project_id).order_by("parties__order"))
    return parse_line(text, departments, people_at(meeting), day)


def people_at(meeting: Meeting) -> list[User]:
    """Whom an action may name: who can be invited to this project's meetings, and who is at this one."""
    here = Q(pk__in=people_to_invite(meeting.project).values("pk")) | Q(pk__in=meeting.attendees.values("user"))
    return list(User.objects.filter(here, is_active=True).select_related("department").order_by("department_id", "sort_key"))


def parse_line(text: str, departments: Sequence[Department], people: Sequence[User], day: date) -> Parsed:
    """The same with the names and the day given."""
    said = " ".join(text.translate(WIDE).split())
    known = [Name(row.name, row.sort_key, row) for row in departments] + [Name(row.name, row.sort_key, row) for row in people]
    names, rest, unread = find_names(said, known)
    due = find_due(rest, day)
    if due is not None:
        unread += [due.note] if due.note else []
        rest = _joined(rest[: due.start], rest[due.end :])
    if not names:
        names, rest = begins_with_name(rest, known)
    quantity, doubt = counted(rest)
    unread += [doubt] if doubt else []
    for_departments = [row for row in names if isinstance(row, Department)]
    for_people = [row for row in names if isinstance(row, User)]
    unread += [_("It names %s too: one line is one action of one.") % row for row in [*for_departments[1:], *for_people[1:]]]
    if not rest.strip(_AROUND):
        unread.append(_("It does not say what is to be done."))
    return Parsed(
        said=said,
        department=next(iter(for_departments), None),
        owner=next(iter(for_people), None),
        due_on=due.day if due else None,
        quantity=quantity.number if quantity else None,
        unit=quantity.unit if quantity else "",
        rest=rest.strip(_AROUND),
        unread=tuple(unread),
    )


def _joined(before: str, after: str) -> str:
    """What is left on both sides of words that were taken out."""
    before, after = before.rstrip(" "), after.lstrip(_AROUND)
    if before.endswith(tuple("，,。;；、")) and not after.strip(_AROUND):
        before = before.rstrip(_AROUND)
    return f"{before} {after}".strip() if before and after else before or after
