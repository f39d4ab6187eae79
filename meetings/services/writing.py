"""Writing minutes on the agenda (rule D3): notes and summary; two writers never overwrite each other."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.models import Event
from common import clock, ports
from common.acts import act
from common.refusals import Conflict, Refused
from meetings.access import Act, item_for, meeting_for
from meetings.models import AgendaItem, Minutes
from meetings.services.agendas import lay_agenda
from meetings.services.laying import draft_of
from people.models import User

SITTING = timedelta(minutes=10)
LONGEST = 20_000  # characters of one text


@act
def write_item(*, actor: User, item_uid: UUID, seen_version: int, notes: str) -> AgendaItem:
    """Keep what was said on a topic; if somebody wrote in between, both texts are shown and the person chooses."""
    item = item_for(actor, item_uid, Act.WRITE, lock=True)
    minutes = draft_of(item.meeting)
    if _is_kept(actor, item, "notes", notes, seen_version):
        return item
    item.notes = notes
    item.bump("notes")
    record_sitting(actor, minutes)
    return item


@act
def write_summary(*, actor: User, meeting_uid: UUID, seen_version: int, summary: str) -> Minutes:
    """Keep the summary of the minutes, under the same rule as the notes."""
    minutes = draft_of(meeting_for(actor, meeting_uid, Act.WRITE, lock=True))
    lay_agenda(minutes.meeting)
    if _is_kept(actor, minutes, "summary", summary, seen_version):
        return minutes
    minutes.summary = summary
    minutes.bump("summary")
    record_sitting(actor, minutes)
    return minutes


def _is_kept(actor: User, row: Any, field: str, text: str, seen_version: int) -> bool:
    """Whether there is nothing to write: it says so already, or this very text was kept and somebody wrote after it.

    The latter is a page that was left while its answer was on the way: it sends again what arrived. Errors: Conflict, Refused.
    """
    if len(text) > LONGEST:
        raise too_long(len(text))
    now = getattr(row, field)
    if now == text:
        return True
    if row.version == seen_version:
        return False
    later = row.history.filter(version__gt=seen_version, history_user_id=actor.pk, **{field: text})
    if later.exists():
        return True
    raise Conflict(
        _("Somebody else wrote here while you were writing. Both texts are kept; choose."),
        mine={"text": text},
        theirs={"text": now, "version": row.version, "by": last_writer(row)},
    )


def too_long(length: int) -> Refused:
    """The refusal of a text that nobody would read in minutes."""
    words = ngettext(
        "A text has at most %(most)s characters; this one has %(length)s. It is not saved until it is shorter.",
        "A text has at most %(most)s characters; this one has %(length)s. It is not saved until it is shorter.",
        length,
    )
    return Refused(words % {"most": f"{LONGEST:,}", "length": f"{length:,}"}, field="text", code="too_long")


def last_writer(row: Any) -> str:
    """Whose hand the newest version of a row shows."""
    last = row.history.select_related("history_user").order_by("-history_id").first()
    return last.history_user.name if last is not None and last.history_user is not None else ""


def record_sitting(actor: User, minutes: Minutes) -> None:
    """Keystrokes are kept in history; for the timeline one sitting of one writer is one act."""
    since = clock.now() - SITTING
    if Event.objects.filter(verb="minutes.written", object_id=minutes.pk, actor=actor, at__gt=since).exists():
        return
    ports.record(actor=actor, verb="minutes.written", subject=minutes, project=minutes.meeting.project, facts={}, tell=())


def is_written(minutes: Minutes) -> bool:
    """Whether there is anything to distribute: a summary, a note, a resolution or an action."""
    if minutes.summary.strip() or minutes.resolutions.exists() or minutes.actions.exists():
        return True
    return minutes.meeting.agenda.exclude(notes="").exists()
