"""Two wordings side by side: which words stayed, went and came; Chinese by its characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"[A-Za-z0-9]+(?:[.,:/'-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)
CRUMB = 1  # so few signs between two changes are read better as part of them
LIKE = 0.3  # below this the two have nothing to do with each other: one goes, the other comes


@dataclass(frozen=True)
class Piece:
    """A run of text: `same`, `out` (only in the old wording) or `in` (only in the new one)."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The way from one wording to the other, in reading order; what goes stands before what comes in its place."""
    if before == after:
        return [Piece("same", after)] if after else []
    old, new = WORDS.findall(before), WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LIKE:
        return [piece for piece in (Piece("out", before), Piece("in", after)) if piece.text]
    runs = [(tag == "equal", "".join(old[i1:i2]), "".join(new[j1:j2])) for tag, i1, i2, j1, j2 in matcher.get_opcodes()]
    return list(_as_pieces(_without_crumbs(runs)))


def _without_crumbs(runs: list[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """A single sign that stayed between two changes goes and comes with them."""
    joined: list[tuple[bool, str, str]] = []
    last = len(runs) - 1
    for place, (same, old, new) in enumerate(runs):
        if same and 0 < place < last and len(old) <= CRUMB:
            same = False
        if joined and not same and not joined[-1][0]:
            _same, earlier_old, earlier_new = joined[-1]
            joined[-1] = (False, earlier_old + old, earlier_new + new)
        else:
            joined.append((same, old, new))
    return joined


def _as_pieces(runs: list[tuple[bool, str, str]]) -> Iterator[Piece]:
    for same, old, new in runs:
        if same:
            yield Piece("same", new)
            continue
        if old:
            yield Piece("out", old)
        if new:
            yield Piece("in", new)
