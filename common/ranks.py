"""Sort keys between neighbours: a row is put anywhere in a shared order by one new key; nothing is ever renumbered.

Keys are strings of 0–9 and a–z that every database sorts alike; none ends in 0, so that there is always room before it.
"""

import secrets
from datetime import UTC, datetime

from common import clock

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
WIDTH = 11  # digits of a moment in microseconds: enough for four thousand years
LONGEST = 500
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_last = 0


def fresh() -> str:
    """A key behind all that were made before: for a new row, which stands at the end."""
    return "i" + _written(_moment()) + _chance()


def first_of_all(first: str) -> str:
    """A key before `first`, the first of an order so far."""
    made = "a" + _written(BASE**WIDTH - 1 - _moment()) + _chance()
    return made if made < first else between("", first)


def last_of_all(last: str) -> str:
    """A key behind `last`, the last of an order so far."""
    made = fresh()
    return made if made > last else between(last, "")


def between(low: str, high: str) -> str:
    """A key strictly between two keys; "" stands for no neighbour on that side. Errors: ValueError unless low < high."""
    if high and low >= high:
        raise ValueError(f"no key lies between {low!r} and {high!r}")
    made, place, bounded = "", 0, bool(high)
    while True:
        below = DIGITS.index(low[place]) if place < len(low) else 0
        above = DIGITS.index(high[place]) if bounded and place < len(high) else BASE
        if above - below > 1:
            return made + DIGITS[(below + above) // 2] + _chance()
        made += DIGITS[below]
        bounded = bounded and below == above
        place += 1


def _moment() -> int:
    """Microseconds, never the same twice in this process, so that rows made in one go keep their order."""
    global _last
    _last = max(int((clock.now() - _EPOCH).total_seconds() * 1_000_000), _last + 1)
    return _last


def _written(number: int) -> str:
    digits = ""
    for _place in range(WIDTH):
        number, digit = divmod(number, BASE)
        digits = DIGITS[digit] + digits
    return digits


def _chance() -> str:
    """Two digits by chance: who inserts at the same place at the same moment gets another key."""
    return secrets.choice(DIGITS) + secrets.choice(DIGITS[1:])
