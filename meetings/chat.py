"""Minutes as a message for a chat (rule H1b): plain text to be copied, with a short link, in the language of the reader."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import saying
from meetings.differences import action_words
from meetings.models import Minutes
from meetings.paper import title_of
from meetings.plainly import numbered


def chat_text(minutes: Minutes, asked: str) -> str:
    """Title, when, summary, resolutions, actions with owner and date, what is asked (now, where anything is), the link."""
    said: dict[str, Any] = minutes.content or {}
    lines = [*_head(minutes, said), *numbered("", [said["summary"].strip()] if said["summary"].strip() else [])]
    lines += numbered(_("Resolutions"), [row["text"] for row in said["resolutions"]])
    lines += numbered(pgettext("minutes", "Actions"), [action_words(row) for row in said["actions"]])
    return "\n".join([*lines, "", *([asked] if asked else []), short_address(minutes)])


def nudge_text(minutes: Minutes, asked: str, names: Iterable[str]) -> str:
    """The same message to those who have not answered."""
    said: dict[str, Any] = minutes.content or {}
    waiting = _("No reply yet from: %s") % _(", ").join(names)
    return "\n".join([*_head(minutes, said), waiting, asked, short_address(minutes)])


def _head(minutes: Minutes, said: dict[str, Any]) -> list[str]:
    head = said["meeting"]
    starts_at = datetime.fromisoformat(head["starts_at"]).astimezone(ZoneInfo(head["zone"]))
    title = title_of(said)
    if minutes.edition > 1:
        title += " " + _("Version %(n)s") % {"n": minutes.edition}
    return [title, f"{saying.full_words(starts_at.date())} {starts_at:%H:%M} · {head['project']}"]


def short_address(minutes: Minutes) -> str:
    """Where the newest version is read, short enough for a chat."""
    token = urlsafe_b64encode(minutes.meeting.uid.bytes).decode().rstrip("=")
    return f"{settings.BASE_URL}{reverse('short_minutes', args=[token])}"


def meeting_uid_of(token: str) -> UUID | None:
    """Of which meeting a short link is; None for what never was one."""
    try:
        return UUID(bytes=urlsafe_b64decode(token + "=="))
    except ValueError:
        return None
