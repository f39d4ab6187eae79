"""Names in pinyin, as an errand: the dictionary weighs 55 MB and is asked when somebody is new, no more."""

from collections.abc import Iterable
from functools import lru_cache

from common import errands

SECONDS = 20


def sort_key(name: str) -> str:
    """By what a name is sorted: its pinyin."""
    return _asked((name,))[0]


def sort_keys(names: Iterable[str]) -> dict[str, str]:
    """The same of many names, asked once."""
    every = tuple(sorted(set(names)))
    return dict(zip(every, _asked(every), strict=True))


@lru_cache(maxsize=64)
def _asked(names: tuple[str, ...]) -> list[str]:
    return errands.words("people.pinyin_errand", list(names), seconds=SECONDS) if names else []
