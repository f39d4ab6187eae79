"""Very many rows, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many rows at a time, the last time what is left."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
