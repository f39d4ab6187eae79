"""Mails of this floor: written from what was frozen, in the reader's language, the reader's own actions first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from activity.models import Event
from common import saying
from common.ports import Letter
from meetings.agenda.actions import ends_of, subject_of
from meetings.asking import asked_words
from meetings.content import whose_action
from meetings.differences import action_words, differences, version_before
from meetings.models import Minutes
from meetings.models.meeting import Kind
from meetings.objections import open_objections
from meetings.paper import file_name
from meetings.plainly import numbered
from meetings.services.papers import bytes_of
from people.models import User


@dataclass(frozen=True)
class _Told:
    """What all readers of one version read in one language; found out once for all whom a worker tells of it."""

    subject: str
    head: list[str]
    summary: list[str]
    resolutions: list[str]
    asked: list[str]
    paper: list[tuple[str, bytes, str]]
    in_copy: frozenset[str]
    actions: list[
        tuple[frozenset[str], str, str]
    ]  # whose, as these read it, as the others do; those of which something is to come
    ended: list[str]


def distributed(event: Event, reader: User) -> Letter:
    """The mail that carries distributed minutes: what changed, summary, own actions, resolutions, the PDF; the link follows."""
    minutes: Any = event.subject
    language, me = get_language() or settings.LANGUAGE_CODE, str(reader.uid)
    known: dict[str, _Told] = minutes.__dict__.setdefault("_told", {})
    if language not in known:
        known[language] = _told(minutes, language)
    told = known[language]
    mine = [own for whose, own, _other in told.actions if me in whose]
    others = [other for whose, _own, other in told.actions if me not in whose]
    lines = [*told.head, *told.summary, *numbered(_("Your actions"), mine), *told.resolutions]
    lines += numbered(_("Actions of others") if mine else pgettext("minutes", "Actions"), others)
    lines += numbered(_("Done or not needed"), told.ended)
    if me not in told.in_copy:
        lines += ["", *told.asked]
    if not told.paper:
        lines += ["", _("The PDF is on the page of the minutes.")]
    return Letter(subject=told.subject, lines=lines, attachments=told.paper)


def undelivered(event: Event, reader: User) -> Letter:
    """To who answers for the minutes alone: whom a mail server refused, and what it said; the log names nobody."""
    facts = event.facts
    refused = _("%(reader)s; the server said: %(reply)s") % {"reader": facts["reader"], "reply": facts["reply"]}
    return Letter(subject=event.sentence, lines=[event.sentence, "", refused])


def _told(minutes: Minutes, language: str) -> _Told:
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
    content = bytes_of(minutes, language)
    actions = [(row, subject_of(row["lineage"])) for row in said["actions"]]
    ends = ends_of(name for _row, name in actions)
    ended = [(row, name) for row, name in actions if name in ends]
    return _Told(
        subject=subject,
        head=lines + _changed(minutes, said),
        summary=numbered("", [said["summary"]] if said["summary"].strip() else []),
        resolutions=numbered(_("Resolutions"), [row["text"] for row in said["resolutions"]]),
        asked=_asked(minutes),
        paper=[(file_name(minutes, said), content, "application/pdf")] if content is not None else [],
        in_copy=frozenset(row["uid"] for row in said["attendees"] if row["in_copy"]),
        actions=[
            (whose_action(row, said), action_words(row, named=not row["owner"]), action_words(row))
            for row, name in actions
            if name not in ends
        ],
        ended=[f"{action_words(row)} · {ends[name].get_outcome_display()}" for row, name in ended],
    )


def _changed(minutes: Minutes, said: dict[str, Any]) -> list[str]:
    """Why there is a new version, and what it changes."""
    before = version_before(minutes)
    if before is None:
        return []
    why = [_("Why there is a new version: %s") % said["reason"]] if said.get("reason") else []
    return [*why, *numbered(_("What changed"), [row.sentence for row in differences(before.content or {}, said)])]


def _asked(minutes: Minutes) -> list[str]:
    """What is asked of an attendee, until when, what follows, and how it is done."""
    how = _("One click on their page confirms them.")
    if minutes.meeting.kind == Kind.KICKOFF:
        how = _("The heads of departments sign them on their page, the others confirm by one click.")
    return [asked_words(minutes, held_up=open_objections(minutes.meeting).exists()), how]
