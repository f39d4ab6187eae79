"""Deviation, defined once: planned and actual progress of a task and its roll-up, integers in hundredths of a percent.

`tracking/scan_sql.py` says the same in SQL for a whole project; the two are tested against each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

FULL = 10_000  # 100.00 %

CountDays = Callable[[date, date], int]
Steps = tuple[tuple[date, int], ...]


class Figures(NamedTuple):
    """Planned and actual progress on an evening, in hundredths of a percent."""

    planned: int
    actual: int

    @property
    def deviation(self) -> int:
        return self.planned - self.actual


@dataclass(frozen=True, slots=True)
class Item:
    """A task as the definition sees it; `done` is a quantity when there is a target, else a percentage."""

    id: int
    parent_id: int | None = None
    starts_on: date | None = None
    due_on: date | None = None
    target: Decimal | None = None
    unit: str = ""
    weight: int | None = None
    done: Decimal = Decimal(0)
    cancelled: bool = False
    steps: Steps = ()


def half_up(numerator: int, denominator: int) -> int:
    """A quotient of whole numbers that are not negative, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def hundredths(value: Decimal) -> int:
    """A quantity of two decimal places as a whole number of hundredths."""
    return int(value * 100)


def calendar_days(after: date, until: date) -> int:
    """W(a, b) where every day counts."""
    return (until - after).days


def planned(starts_on: date | None, due_on: date | None, day: date, days: CountDays, steps: Steps = ()) -> int:
    """Planned progress on the evening of `day`: 0 up to the start, 100 from the due date on, by counted days between.

    Planned steps (day, hundredths of a percent) between start and due date are joined by the same rule. Without a due date
    nothing is planned; without a start, or with no counted day between two points, it jumps on the later one.
    """
    if due_on is None:
        return 0
    if day >= due_on:
        return FULL
    if starts_on is None or day <= starts_on:
        return 0
    last, low, following, high = starts_on, 0, due_on, FULL
    for at, share in sorted(steps):
        if starts_on < at < due_on and at <= day:
            last, low = at, share
        elif day < at < due_on:
            following, high = at, share
            break
    length, gone = days(last, following), days(last, day)
    return half_up(low * (length - gone) + high * gone, length) if length else low


def actual(done: Decimal, target: Decimal | None) -> int:
    """Actual progress: done over target when quantified, otherwise the percentage as reported."""
    return half_up(FULL * hundredths(done), FULL if target is None else hundredths(target))


def weights(parts: list[Item], days: CountDays) -> list[int]:
    """All given, or all defaulted: targets when all parts share one unit, else planned days (one at least)."""
    given = [part.weight for part in parts if part.weight]
    if len(given) == len(parts):
        return given
    targets = [hundredths(part.target) for part in parts if part.target is not None]
    if len(targets) == len(parts) and len({part.unit for part in parts}) == 1:
        return targets
    return [_length(part, days) for part in parts]


def _length(part: Item, days: CountDays) -> int:
    if part.starts_on is None or part.due_on is None:
        return 1
    return max(1, days(part.starts_on, part.due_on))


def mean(parts: list[Item], below: list[Figures], days: CountDays) -> Figures:
    """The weighted means of the figures of parts; more than 100 % done counts as 100 %."""
    shares = weights(parts, days)
    whole = sum(shares)
    return Figures(
        half_up(sum(share * one.planned for share, one in zip(shares, below, strict=True)), whole),
        half_up(sum(share * min(FULL, one.actual) for share, one in zip(shares, below, strict=True)), whole),
    )


def figures(items: Iterable[Item], day: date, days: CountDays) -> dict[int, Figures]:
    """The figures of every task of whole trees on the evening of `day`; a parent's are the weighted means of its parts'.

    Cancelled parts do not count; each level is rounded.
    """
    rows = list(items)
    parts_of: dict[int, list[Item]] = {}
    for row in rows:
        if row.parent_id is not None and not row.cancelled:
            parts_of.setdefault(row.parent_id, []).append(row)
    found: dict[int, Figures] = {}

    def judge(row: Item) -> Figures:
        if row.id not in found:
            parts = parts_of.get(row.id)
            found[row.id] = mean(parts, [judge(part) for part in parts], days) if parts else _of_leaf(row)
        return found[row.id]

    def _of_leaf(row: Item) -> Figures:
        return Figures(planned(row.starts_on, row.due_on, day, days, row.steps), actual(row.done, row.target))

    for row in rows:
        judge(row)
    return found
