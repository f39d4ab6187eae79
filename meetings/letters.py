"""Mails of this floor: written from what was frozen, in the reader's language, the reader's own actions first."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from activity.models import Event
from common import saying
from common.ports import Letter
from meetings.differences import differences, version_before
from meetings.models import Minutes
from meetings.paper import file_name
from meetings.services.papers import bytes_of
from people.models import User


def distributed(event: Event, reader: User) -> Letter:
    """The mail that carries distributed minutes: what changed, summary, own actions, resolutions, the PDF; the link follows."""
    minutes = Minutes.objects.select_related("meeting__project").get(pk=event.object_id)
    said: dict[str, Any] = minutes.content or {}
    head = said["meeting"]
    starts_at = datetime.fromisoformat(head["starts_at"]).astimezone(ZoneInfo(head["zone"]))
    name = {
        "title": head["title"], "day": saying.date_words(starts_at.date(), with_year=False), "project": head["project"],
        "n": minutes.edition,
    }  # fmt: skip
    subject = _("Minutes: %(title)s, %(day)s (%(project)s)") % name
    if minutes.edition > 1:
        subject = _("Minutes, version %(n)s: %(title)s, %(day)s (%(project)s)") % name
    lines = [f"{head['title']} · {saying.date_words(starts_at.date())} {starts_at:%H:%M} · {head['project']}"]
    if said["by_system"]:
        lines.append(_("Distributed by the system shortly before the deadline, as far as it was written."))
    lines += _changed(minutes, said)
    mine = [row for row in said["actions"] if row["owner"] and row["owner"]["uid"] == str(reader.uid)]
    others = [row for row in said["actions"] if row not in mine]
    lines += _part("", [said["summary"]] if said["summary"].strip() else [])
    lines += _part(_("Your actions"), [_action(row, named=False) for row in mine])
    lines += _part(_("Resolutions"), [row["text"] for row in said["resolutions"]])
    lines += _part(
        _("Actions of others") if mine else pgettext("minutes", "Actions"), [_action(row, named=True) for row in others]
    )
    if not _in_copy(said, reader):
        lines += ["", *_asked(minutes)]
    return Letter(subject=subject, lines=lines, attachments=_with_paper(minutes, said, lines))


def _changed(minutes: Minutes, said: dict[str, Any]) -> list[str]:
    """Why there is a new version, and what it changes."""
    before = version_before(minutes)
    if before is None:
        return []
    why = [_("Why there is a new version: %s") % said["reason"]] if said.get("reason") else []
    return [*why, *_part(_("What changed"), [row.sentence for row in differences(before.content or {}, said)])]


def _asked(minutes: Minutes) -> list[str]:
    """What is asked of an attendee, and until when."""
    lines = [_("Please read the minutes and confirm them by one click on their page.")]
    if minutes.answer_by is not None:
        local = minutes.answer_by.astimezone(ZoneInfo(minutes.meeting.project.time_zone))
        when = f"{saying.date_words(local.date())} {local:%H:%M}"
        lines.append(_("Whoever disagrees objects to the resolution there, until %s.") % when)
    return lines


def _with_paper(minutes: Minutes, said: dict[str, Any], lines: list[str]) -> list[tuple[str, bytes, str]]:
    """The minutes as PDF in the language that is spoken; where it cannot be printed now, the mail says where it will be."""
    content = bytes_of(minutes, get_language() or settings.LANGUAGE_CODE)
    if content is not None:
        return [(file_name(minutes, said), content, "application/pdf")]
    lines += ["", _("The PDF is on the page of the minutes.")]
    return []


def _part(heading: str, rows: list[str]) -> list[str]:
    """A heading with its numbered rows; nothing at all where there are none."""
    if not rows:
        return []
    if not heading:
        return ["", *rows]
    return ["", heading, *[f"{number}. {row}" for number, row in enumerate(rows, 1)]]


def _action(row: dict[str, Any], *, named: bool) -> str:
    who = row["owner"]["name"] if row["owner"] else row["department"]
    due = saying.date_words(date.fromisoformat(row["due_on"])) if row["due_on"] else ""
    words = [row["text"], who if named else "", _("until %s") % due if due else ""]
    return " · ".join(word for word in words if word)


def _in_copy(said: dict[str, Any], reader: User) -> bool:
    return any(row["uid"] == str(reader.uid) and row["in_copy"] for row in said["attendees"])
