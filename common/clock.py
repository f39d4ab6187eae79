"""The one source of the present moment; no other code asks the system or the database for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)
_offset_read: tuple[tuple[int, int], timedelta] = ((0, 0), timedelta())


def _offset() -> timedelta:
    """The shared offset of tests of several processes (seconds, in the file named by COLLAB_TEST_CLOCK)."""
    global _offset_read
    name = os.environ.get("COLLAB_TEST_CLOCK")
    if not name:
        return timedelta()
    try:
        found = os.stat(name)
        stamp = (found.st_ino, found.st_mtime_ns)  # two put in place within a tick of the file system differ by the first
        if stamp != _offset_read[0]:
            _offset_read = (stamp, timedelta(seconds=float(Path(name).read_text(encoding="ascii") or 0)))
    except FileNotFoundError:
        return timedelta()
    return _offset_read[1]


def now() -> datetime:
    """The present moment, in UTC."""
    return _set_to.get() or datetime.now(UTC) + _offset()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within this block the present is `moment` (aware): for replaying what was done at that time."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def today(zone: str) -> date:
    """The date it is now in a time zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def local(day: date, hour: time, zone: str) -> datetime:
    """The instant at which it is `hour` on `day` in a time zone, in UTC."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
