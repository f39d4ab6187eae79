"""Mails of this floor: written from what was frozen, in the reader's language, the reader's own actions first."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activity.models import Event
from common import saying
from common.ports import Letter
from meetings.models import Minutes
from people.models import User


def distributed(event: Event, reader: User) -> Letter:
    """The mail that carries distributed minutes: summary, own actions, all actions and resolutions; the link follows."""
    minutes = Minutes.objects.get(pk=event.object_id)
    said: dict[str, Any] = minutes.content or {}
    head = said["meeting"]
    starts_at = datetime.fromisoformat(head["starts_at"]).astimezone(ZoneInfo(head["zone"]))
    subject = _("Minutes: %(title)s, %(day)s (%(project)s)") % {
        "title": head["title"],
        "day": saying.date_words(starts_at.date(), with_year=False),
        "project": head["project"],
    }
    lines = [f"{head['title']} · {saying.date_words(starts_at.date())} {starts_at:%H:%M} · {head['project']}"]
    if said["by_system"]:
        lines.append(_("Distributed by the system shortly before the deadline, as far as it was written."))
    mine = [row for row in said["actions"] if row["owner"] and row["owner"]["uid"] == str(reader.uid)]
    others = [row for row in said["actions"] if row not in mine]
    lines += _part("", [said["summary"]] if said["summary"].strip() else [])
    lines += _part(_("Your actions"), [_action(row, named=False) for row in mine])
    lines += _part(_("Resolutions"), [row["text"] for row in said["resolutions"]])
    lines += _part(
        _("Actions of others") if mine else pgettext("minutes", "Actions"), [_action(row, named=True) for row in others]
    )
    if not _in_copy(said, reader):
        lines += ["", _("Please read the minutes and confirm them by one click on their page.")]
    return Letter(subject=subject, lines=lines)


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
