"""Mails of this floor, in the reader's language: the digest, and being asked for a figure (rule E6)."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activity.models import Event
from common import saying
from common.ports import Letter
from people.models import User
from tracking.models import Digest

SHOWN = 12  # lines of one part


def digest(event: Event, reader: User) -> Letter:
    """What changed, what is late, who has not updated: the reader's own department first; heads read the week."""
    row = Digest.objects.select_related("project").get(pk=event.object_id)
    weekly = str(reader.uid) in row.facts.get("weekly", [])
    said: dict[str, Any] = row.facts["week" if weekly else "day"]
    name, on = row.project.name, saying.date_words(row.day, with_year=False)
    subject = _("%(project)s, the week until %(day)s") if weekly else _("%(project)s, progress on %(day)s")
    lines = [f"{name} · {saying.full_words(row.day)} 18:00", _whole(said["whole"]), ""]
    lines += _part(_("New risks"), [_risk(line) for line in _own_first(said["risks"], reader)])
    lines += _part(_("What changed"), [_change(line) for line in said["lines"]], said["changed"])
    zone = ZoneInfo(row.project.time_zone)
    lines += _part(_("Delayed"), [_late(line, row.day) for line in _own_first(said["late"], reader)])
    lines += _part(_("Not updated for two workdays"), [_silent(line, zone) for line in _own_first(said["silent"], reader)])
    return Letter(subject=f"{subject % {'project': name, 'day': on}} · {_counts(said)}", lines=_without_gaps(lines))


def asked(event: Event, reader: User) -> Letter:
    """Which figures are missing; the link opens the weekly card with all of them."""
    titles = event.facts.get("owed", {}).get(str(reader.uid), [])
    n = len(titles)
    subject = ngettext("%(n)s figure is missing: %(project)s", "%(n)s figures are missing: %(project)s", n)
    lines = [_("Nothing was reported on these for more than two workdays:"), *_numbered(titles[:SHOWN])]
    if n > SHOWN:
        lines.append(_and_more(n - SHOWN))
    lines += ["", _("One link opens all your figures on one sheet; if nothing has moved, “=” is enough.")]
    return Letter(subject=subject % {"n": n, "project": event.facts["project"]}, lines=lines)


def _counts(said: dict[str, Any]) -> str:
    """The numbers of a digest in one line."""
    words = [
        ngettext("%(n)s change", "%(n)s changes", said["changed"]) % {"n": said["changed"]},
        pgettext("digest", "%(n)s delayed") % {"n": len(said["late"])} if said["late"] else "",
        ngettext("%(n)s new risk", "%(n)s new risks", len(said["risks"])) % {"n": len(said["risks"])} if said["risks"] else "",
    ]
    return (pgettext("clauses", ", ")).join(word for word in words if word)


def _whole(figures: list[int]) -> str:
    if not figures:
        return ""
    planned, actual = figures
    return _("The whole project: planned %(planned)s, actual %(actual)s, deviation %(deviation)s") % {
        "planned": saying.percent_words(planned),
        "actual": saying.percent_words(actual),
        "deviation": saying.points_words(planned - actual),
    }


def _own_first(lines: list[dict[str, Any]], reader: User) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: (line.get("assignee") != reader.pk, line["key"] != reader.department_id))


def _part(heading: str, lines: list[str], total: int | None = None) -> list[str]:
    if not lines:
        return []
    shown = lines[-SHOWN:] if total is not None else lines[:SHOWN]
    left = len(lines) - len(shown)
    return ["", heading, *_numbered(shown), *([_and_more(left)] if left > 0 else [])]


def _numbered(lines: list[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]


def _and_more(n: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", n) % {"n": n}


def _change(line: dict[str, Any]) -> str:
    if line["reported"]:
        facts = line["facts"]
        return f"{line['title']}{_promised(line)}: {facts.get('before') or '–'} → {facts.get('done') or '–'} ({line['who']})"
    return saying.event_words(line["verb"], line["who"] or None, f"{line['title']}{_promised(line)}", line["facts"])


def _risk(line: dict[str, Any]) -> str:
    deviation = f" · {_('deviation %s') % saying.points_words(line['deviation'])}" if line["deviation"] is not None else ""
    title = f"{line['title']}{_promised(line)}"
    return f"{title} · {line['department']}{deviation}" if line["department"] else f"{title}{deviation}"


def _promised(line: dict[str, Any]) -> str:
    """The promise tag in words; nothing where no clause is behind a line, or a digest is older than the tag."""
    promise = line.get("promise")
    return f" ({_('Memorandum v%(version)s · %(number)s') % promise})" if promise else ""


def _who(line: dict[str, Any]) -> str:
    return f"{line['department']} {line['who']}".strip()


def _late(line: dict[str, Any], day: date) -> str:
    due = date.fromisoformat(line["due"])
    days = (day - due).days
    late = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    title = f"{line['title']}{_promised(line)}"
    return f"{title} · {_who(line)} · {_('due %s') % saying.date_words(due, with_year=False)} · {late}"


def _silent(line: dict[str, Any], zone: ZoneInfo) -> str:
    title = f"{line['title']}{_promised(line)}"
    if not line["heard"]:
        return f"{title} · {_who(line)} · {_('never reported')}"
    heard = datetime.fromisoformat(line["heard"]).astimezone(zone).date()
    return f"{title} · {_who(line)} · {_('last on %s') % saying.date_words(heard, with_year=False)}"


def _without_gaps(lines: list[str]) -> list[str]:
    """No two empty lines in a row."""
    return [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
