"""Whom a line addresses: departments and people of the project by name, by its beginning, or in pinyin."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

_AT = re.compile(r"(?<![A-Za-z0-9])@\s*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.'_-]*")
_TOKEN = re.compile(r"[^\s@，,。.；;：:、！!？?（）()]{1,12}")
_AFTER_NAME = " ，,。;；：:、\t"
_DOES = re.compile(r"^(?:to|will|shall|负责)\s+", re.I)
_ASKED = re.compile(r"^(?:请|由|让)\s*")
_BY_WHOM = re.compile(r"由\s*")
_SEPARATES = re.compile(r"\s*(?:[:,：，]|$)|\s+(?:to|will|shall|by|before|负责)\b", re.I)
SHORTEST, SHORTEST_PINYIN = 2, 3


@dataclass(frozen=True)
class Name:
    """A name by which a row is addressed, and its pinyin, syllables apart."""

    said: str
    pinyin: str
    row: Any

    @property
    def spelt(self) -> tuple[str, str]:
        """The pinyin as one types it: in full, and its initials."""
        syllables = self.pinyin.lower().split()
        return "".join(syllables), "".join(one[0] for one in syllables)


def find_names(text: str, known: Sequence[Name]) -> tuple[list[Any], str, list[str]]:
    """Who is addressed by @, the line without that, and who is nobody here; else whose name follows 由."""
    rows: list[Any] = []
    unread: list[str] = []
    rest, start = text, 0
    while (at := _AT.search(rest, start)) is not None:
        fitting, length = _fit(rest[at.end() :], known)
        if len(fitting) == 1:
            if fitting[0] not in rows:
                rows.append(fitting[0])
            after = _DOES.sub("", rest[at.end() + length :].lstrip(_AFTER_NAME))
            rest, start = (rest[: at.start()] + after), at.start()
            continue
        token = _TOKEN.match(rest, at.end())
        unread.append(_unknown(token.group() if token else "", fitting))
        start = at.end()
    if not rows:
        rows += [row for by in _BY_WHOM.finditer(rest) if (row := _whole(rest[by.end() :], known)[0]) is not None][:1]
    return rows, rest.strip(), unread


def _unknown(token: str, fitting: list[Any]) -> str:
    if len(fitting) > 1:
        return _("“@%(said)s” may be %(names)s.") % {"said": token, "names": _(", ").join(str(row) for row in fitting[:4])}
    return _("“@%s” is nobody of this project.") % token


def begins_with_name(text: str, known: Sequence[Name]) -> tuple[list[Any], str]:
    """Whose name the line begins with (请销售部…), and the line without it."""
    bare = _ASKED.sub("", text)
    row, length = _whole(bare, known)
    if row is None:
        return [], text
    rest = bare[length:]
    if bare[:length].isascii() and not _SEPARATES.match(rest):
        return [], text  # “Marketing plan …” is about marketing, not for it
    return [row], _DOES.sub("", rest.lstrip(_AFTER_NAME))


def _whole(tail: str, known: Sequence[Name]) -> tuple[Any, int]:
    """The longest whole name that the text begins with."""
    low = tail.lower()
    found = [name for name in known if low.startswith(name.said.lower()) and _ends(tail, len(name.said))]
    longest = max(found, key=lambda name: len(name.said), default=None)
    return (longest.row, len(longest.said)) if longest else (None, 0)


def _ends(tail: str, length: int) -> bool:
    """Whether a name ends there: letters do not go on."""
    return not (tail[length - 1 : length].isascii() and re.match(r"[A-Za-z0-9]", tail[length : length + 1]))


def _fit(tail: str, known: Sequence[Name]) -> tuple[list[Any], int]:
    """Who is meant after @, and how much of the text says it: a whole name, the beginning of one, or pinyin."""
    row, length = _whole(tail, known)
    if row is not None:
        return [row], length
    latin = _LATIN.match(tail)
    if latin is None:
        return _beginning(tail, known)
    word = latin.group().lower()
    readings: list[Callable[[Name], bool]] = [
        lambda name: len(word) >= SHORTEST and name.said.lower().startswith(word),
        lambda name: not name.said.isascii() and word in name.spelt,
        lambda name: not name.said.isascii() and len(word) >= SHORTEST_PINYIN and name.spelt[0].startswith(word),
    ]
    for fits in readings:
        if found := list(dict.fromkeys(name.row for name in known if fits(name))):
            return found, len(word)
    return [], 0


def _beginning(tail: str, known: Sequence[Name]) -> tuple[list[Any], int]:
    """销售 for 销售部: as much of the text as begins a name."""
    for length in range(max((len(name.said) for name in known), default=0), SHORTEST - 1, -1):
        start = tail[:length].lower()
        if len(start) == length and (found := [name.row for name in known if name.said.lower().startswith(start)]):
            return list(dict.fromkeys(found)), length
    return [], 0
