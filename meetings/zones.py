"""Time zones as iCalendar tells them: a VTIMEZONE names the offsets of the years that its calendar uses, by its zone's rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

ALWAYS = {
    "UTC",
    "Etc/UTC",
    "Etc/UCT",
    "Etc/Universal",
    "Etc/Zulu",
    "UCT",
    "Universal",
    "Zulu",
}  # written with a Z, no zone needed
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Offset:
    """What a zone's clocks say from some moment on, and what they said before it."""

    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@lru_cache(maxsize=256)
def vtimezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """The offsets of a zone from before one year until after another; each onset is a local time as it was before."""
    begin, end = datetime(first_year - 1, 12, 1, tzinfo=UTC), datetime(last_year + 1, 2, 1, tzinfo=UTC)
    found: dict[Offset, list[datetime]] = {}
    for moment, offset in _offsets(ZoneInfo(zone), begin, end):
        found.setdefault(offset, []).append((moment + offset.before).replace(tzinfo=None))
    made = Timezone()
    made.add("tzid", zone)
    for offset, onsets in found.items():
        part = TimezoneDaylight() if offset.is_summer else TimezoneStandard()
        part.add("dtstart", onsets[0])
        part.add("tzoffsetfrom", offset.before)
        part.add("tzoffsetto", offset.after)
        part.add("tzname", offset.name)
        if onsets[1:]:
            part.add("rdate", onsets[1:])
        made.add_component(part)
    return made


def _offsets(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, Offset]]:
    """The offset at `first`, then each moment up to `last` at which it changes."""
    said = _said(zone, first)
    yield first, Offset(said[0], said[0], said[1], said[2])
    day = first
    while day < last:
        following = day + DAY
        if _said(zone, following) != said:
            moment = _change(zone, day, following)
            now = _said(zone, moment)
            yield moment, Offset(said[0], now[0], now[1], now[2])
            said = now
        day = following


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second at which the zone says something else than at `low`."""
    said = _said(zone, low)
    while high - low > SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _said(zone, middle) == said:
            low = middle
        else:
            high = middle
    return high


def _said(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst())
