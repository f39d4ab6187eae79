"""Distributed minutes as a page to print, in a language: drawn from what was frozen, with what differs from before."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import pgettext

from meetings.differences import differences, version_before
from meetings.models import Minutes


def paper_html(minutes: Minutes, language: str) -> str:
    """The whole page."""
    content: dict[str, Any] = minutes.content or {}
    before = version_before(minutes)
    with translation.override(language):
        context = {
            "s": content,
            "title": title_of(content),
            "minutes": minutes,
            "language": "zh-Hans" if language == "zh-hans" else language,
            "document": {"sha256": minutes.content_sha256},
            "paper_differences": differences(before.content or {}, content) if before is not None else [],
            "before": before,
            "address": settings.BASE_URL + minutes.get_absolute_url(),
        }
        return render_to_string("meetings/pdf/minutes.html", context)


def title_of(content: dict[str, Any]) -> str:
    """What stands over the paper: 周例会纪要."""
    return pgettext("title on paper", "%(title)s: minutes") % {"title": content["meeting"]["title"]}


def file_name(minutes: Minutes, content: dict[str, Any]) -> str:
    """How the file is called: title, number, version."""
    version = f" v{minutes.edition}" if minutes.edition > 1 else ""
    name = " ".join(f"{title_of(content)} {content.get('number', '')}".split())  # one line, for a mail's head
    return name.replace("/", "-") + version + ".pdf"
