"""What differs between two versions of minutes: computed from what was frozen of each, row by row (rule D5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common import saying
from meetings.models import Minutes

Content = dict[str, Any]
PARTS: dict[str, Promise | str] = {
    "place": gettext_lazy("Place"),
    "chair": gettext_lazy("Chair"),
    "recorder": gettext_lazy("Minute taker"),
    "attendance": gettext_lazy("Attendance"),
    "summary": gettext_lazy("Summary"),
    "topic": gettext_lazy("Topic"),
    "resolution": gettext_lazy("Resolution"),
    "action": gettext_lazy("Action"),
}


@dataclass(frozen=True)
class Difference:
    """One thing that was added, removed or changed; `name` says which of its part, where that is not plain from the text."""

    part: str
    kind: str
    before: str
    after: str
    name: str = ""

    @property
    def words(self) -> str:
        """The part it stands in, and which one of it."""
        return " · ".join(word for word in (str(PARTS[self.part]), self.name) if word)

    @property
    def sentence(self) -> str:
        """As one line of plain text."""
        if self.kind == "added":
            return _("%(where)s, new: %(after)s") % {"where": self.words, "after": self.after}
        if self.kind == "removed":
            return _("%(where)s, left out: %(before)s") % {"where": self.words, "before": self.before}
        return _("%(where)s: “%(before)s” becomes “%(after)s”") % {
            "where": self.words, "before": self.before, "after": self.after,
        }  # fmt: skip


def version_before(minutes: Minutes) -> Minutes | None:
    """The version that this one took the place of."""
    if minutes.edition == 1:
        return None
    return minutes.meeting.minutes_versions.filter(edition__lt=minutes.edition).exclude(content=None).order_by("-edition").first()


def differences(before: Content, after: Content) -> list[Difference]:
    """All that differs, in the order of the paper, in the language that is spoken now."""
    return [found for found in _walk(before, after) if found.before.strip() != found.after.strip()]


def _walk(before: Content, after: Content) -> Iterator[Difference]:
    old, new = before["meeting"], after["meeting"]
    yield _pair("place", old["place"], new["place"])
    yield _pair("chair", old["chair"]["name"], new["chair"]["name"])
    yield _pair("recorder", old["recorder"]["name"], new["recorder"]["name"])
    yield from _attendance(before["attendees"], after["attendees"])
    yield _pair("summary", before["summary"], after["summary"])
    yield from _topics(_by(before["items"], "uid", "title"), _by(after["items"], "uid", "title"))
    for part, rows, says in (("resolution", "resolutions", _resolved), ("action", "actions", _asked)):
        first, second = _by(before[rows], "lineage", "text"), _by(after[rows], "lineage", "text")
        for key in [*first, *(key for key in second if key not in first)]:
            yield _pair(part, *says(first.get(key), second.get(key)))


def _pair(part: str, before: str, after: str, name: str = "") -> Difference:
    kind = "changed" if before.strip() and after.strip() else "added" if after.strip() else "removed"
    return Difference(part, kind, before, after, name)


def _by(rows: list[Content], *keys: str) -> dict[Any, Content]:
    """Rows by what stays the same of them in a new version; of those frozen before it was kept, by their words."""
    return {next(row[key] for key in keys if row.get(key)): row for row in rows}


def _resolved(before: Content | None, after: Content | None) -> tuple[str, str]:
    return before["text"] if before else "", after["text"] if after else ""


def _asked(before: Content | None, after: Content | None) -> tuple[str, str]:
    """An action before and after; where one was frozen before quantities were kept, the other's is no difference."""
    counts = all("quantity" in row for row in (before, after) if row)
    return action_words(before, counted=counts), action_words(after, counted=counts)


def action_words(row: Content | None, *, named: bool = True, counted: bool = True) -> str:
    """An action in one line: what, who, until when, how much; who is left out for those who know that it is them."""
    if row is None:
        return ""
    who = row["owner"]["name"] if row["owner"] else row["department"]
    due = saying.date_words(date.fromisoformat(row["due_on"])) if row["due_on"] else ""
    many = saying.quantity_words(Decimal(row["quantity"]), row["unit"]) if counted and row.get("quantity") else ""
    return " · ".join(word for word in (row["text"], who if named else "", _("until %s") % due if due else "", many) if word)


ATTENDED: dict[Any, Promise | str] = {
    True: pgettext_lazy("attendance", "present"),
    False: pgettext_lazy("attendance", "absent"),
    None: pgettext_lazy("attendance", "not taken"),
}


def _attendance(before: list[Content], after: list[Content]) -> Iterator[Difference]:
    old, new = _by(before, "uid"), _by(after, "uid")
    for key in [*old, *(key for key in new if key not in old)]:
        row = new.get(key) or old[key]
        yield _pair("attendance", _came(old.get(key)), _came(new.get(key)), row["name"])


def _came(row: Content | None) -> str:
    if row is None:
        return ""
    return _("in copy") if row["in_copy"] else str(ATTENDED[row["present"]])


def _topics(old: dict[Any, Content], new: dict[Any, Content]) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        first, second = old.get(key), new.get(key)
        row = second or first or {}
        if first is None or second is None:
            yield _pair("topic", _topic(first), _topic(second))
        else:
            yield _pair("topic", first["title"], second["title"])
            yield _pair("topic", first["notes"], second["notes"], row["title"])


def _topic(row: Content | None) -> str:
    return " · ".join(word for word in (row["title"], row["notes"]) if word) if row else ""
