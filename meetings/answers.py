"""Who comes to a meeting, as its page shows it: the own answer, and to those who keep the minutes all of them, with counts."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from meetings.access import Act, may_at
from meetings.models import Attendee, Meeting
from people.models import User

Answer = Attendee.Answer
SIGNS = {
    Answer.NONE: ("calm", "clock-question"),
    Answer.ACCEPTED: ("good", "circle-check"),
    Answer.TENTATIVE: ("near", "help-circle"),
    Answer.DECLINED: ("off", "circle-x"),
}


@dataclass
class PersonLine:
    """One who is invited: role here, and the answer as far as the reader may see it."""

    row: Attendee
    role: str
    level: str = ""
    sign: str = ""
    keeps: bool = False  # chair or minute taker

    @property
    def may_go(self) -> bool:
        """Whether this person can be taken off the list, where the list is open."""
        return not self.row.in_copy and not self.keeps and self.row.present is None

    @property
    def is_absent(self) -> bool:
        return self.row.present is False


@dataclass(frozen=True)
class People:
    """The people of a meeting for one reader."""

    lines: list[PersonLine]
    counts: list[str]  # in words; empty for whom they are not
    own: Attendee | None  # the reader's own line, while it can be answered
    choices: list[tuple[str, str, str, bool]]  # value, words, sign, whether it is the answer given
    to_come: bool
    is_off: bool  # cancelled, and its time is still to come: it may stand in calendars yet
    may_change: bool


def people_for(user: User, meeting: Meeting, *, is_draft: bool = True) -> People:
    """Two queries: the attendees, and what this user may do. `is_draft`: its minutes are not out yet."""
    rows = list(meeting.attendees.select_related("user__department", "department"))
    still_to_come = meeting.state == Meeting.State.PLANNED and meeting.starts_at > clock.now()
    is_off = meeting.is_cancelled and meeting.starts_at > clock.now()
    writes = may_at(user, meeting, Act.WRITE)
    keeps = still_to_come and writes
    may_change = writes and is_draft and meeting.state != Meeting.State.NOT_HELD and not meeting.project.is_frozen
    own = next((row for row in rows if row.user_id == user.pk and not row.in_copy), None) if still_to_come else None
    lines = [_line(row, meeting, shown=still_to_come and (keeps or row.user_id == user.pk)) for row in rows]
    words = {Answer.ACCEPTED: _("I come"), Answer.TENTATIVE: _("Perhaps"), Answer.DECLINED: _("I cannot come")}
    choices = [(str(value), said, SIGNS[value][1], own is not None and own.answer == value) for value, said in words.items()]
    return People(lines, _counts(rows) if keeps else [], own, choices, still_to_come, is_off, may_change)


def _line(row: Attendee, meeting: Meeting, *, shown: bool) -> PersonLine:
    if row.user_id == meeting.chair_id:
        role = _("Chair")
    elif row.in_copy:
        role = _("In copy")
    else:
        role = _("Minute taker") if row.user_id == meeting.recorder_id else ""
    keeps = row.user_id in (meeting.chair_id, meeting.recorder_id)
    if row.in_copy or not shown:
        return PersonLine(row, role, keeps=keeps)
    return PersonLine(row, role, *SIGNS[Answer(row.answer)], keeps=keeps)


def _counts(rows: list[Attendee]) -> list[str]:
    found = Counter(row.answer for row in rows if not row.in_copy)
    said = [
        (found[Answer.ACCEPTED], ngettext("%(n)d comes", "%(n)d come", found[Answer.ACCEPTED])),
        (found[Answer.TENTATIVE], ngettext("%(n)d perhaps", "%(n)d perhaps", found[Answer.TENTATIVE])),
        (found[Answer.DECLINED], ngettext("%(n)d cannot come", "%(n)d cannot come", found[Answer.DECLINED])),
        (found[Answer.NONE], ngettext("%(n)d has not answered", "%(n)d have not answered", found[Answer.NONE])),
    ]
    return [words % {"n": number} for number, words in said if number]
