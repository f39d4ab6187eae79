"""A second reading of our iCalendar by libraries that did not write it: vobject reads the lines, dateutil zone and rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import vobject
from dateutil import tz
from dateutil.rrule import rrulestr


@dataclass(frozen=True)
class Read:
    """One time at which one meets, as the second parser understands it."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str


class Calendar:
    """A VCALENDAR as raw lines; instants come from its own VTIMEZONE, never from the system's."""

    def __init__(self, content: bytes) -> None:
        text = content.decode()
        self.parsed = vobject.readOne(text, transform=False)
        names = [line.removeprefix("TZID:").strip() for line in text.splitlines() if line.startswith("TZID:")]
        self.zones: dict[str, Any] = {name: tz.tzical(StringIO(text.replace("\r\n", "\n"))).get(name) for name in names}

    @property
    def events(self) -> list[Any]:
        return list(self.parsed.contents.get("vevent", []))

    def one(self) -> Any:
        (event,) = self.events
        return event

    def moments(self, line: Any) -> list[datetime]:
        """The values of a date line, in UTC."""
        return [self._moment(one, line.params) for one in line.value.split(",")]

    def _moment(self, text: str, params: dict[str, list[str]]) -> datetime:
        if text.endswith("Z"):
            return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=self.zones[params["TZID"][0]]).astimezone(UTC)

    def meetings(self, until: datetime) -> list[Read]:
        """All that takes place, with what is moved or left out, up to a moment."""
        moved = {(e.uid.value, self.moments(e.recurrence_id)[0]) for e in self.events if "recurrence-id" in e.contents}
        found: list[Read] = []
        for event in self.events:
            if "rrule" not in event.contents:
                found.append(self._read(event, self.moments(event.dtstart)[0]))
                continue
            off = {moment for line in event.contents.get("exdate", []) for moment in self.moments(line)}
            for moment in self._expanded(event, until):
                if moment not in off and (event.uid.value, moment) not in moved:
                    found.append(self._read(event, moment))
        return sorted((row for row in found if row.starts_at <= until), key=lambda row: row.starts_at)

    def _expanded(self, event: Any, until: datetime) -> Iterator[datetime]:
        line = event.dtstart
        zone = self.zones[line.params["TZID"][0]] if "TZID" in line.params else UTC
        start = datetime.strptime(line.value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=zone)
        for moment in rrulestr(event.rrule.value, dtstart=start):
            if moment.astimezone(UTC) > until:
                return
            yield moment.astimezone(UTC)

    def _read(self, event: Any, starts_at: datetime) -> Read:
        if "dtend" in event.contents:
            ends_at = self.moments(event.dtend)[0]
        else:
            ends_at = starts_at + timedelta(minutes=int(event.duration.value.removeprefix("PT").removesuffix("M")))
        return Read(event.uid.value, starts_at, ends_at, event.summary.value)
