"""Meetings as iCalendar (RFC 5545): a single one by its own UID, a series as one recurring event and what differs from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, vCalAddress, vRecur
from icalendar import Event as Entry

from meetings import zones
from meetings.instances import Instance, Repeated, first_named, named_at
from meetings.models import Attendee, Meeting, Series
from people.models import User

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS_AHEAD = 5  # for which the zone of a series without an end is told
STATUS: Mapping[str, str] = {
    Attendee.Answer.NONE: "NEEDS-ACTION",
    Attendee.Answer.ACCEPTED: "ACCEPTED",
    Attendee.Answer.TENTATIVE: "TENTATIVE",
    Attendee.Answer.DECLINED: "DECLINED",
}


@dataclass(frozen=True)
class Told:
    """For whom a calendar is written, when, and who takes part as far as this reader may know."""

    stamp: datetime
    people: Sequence[Attendee] = ()
    reader: User | None = None
    asks: bool = False  # an invitation: what the reader answered before counts no more


def calendar_of(entries: Iterable[Entry], method: str = "", *, name: str = "") -> bytes:
    """A VCALENDAR of entries with the zones that they use; lines end as the standard has it, none is longer than 75 octets."""
    made = Calendar()
    made.add("prodid", "-//Collab//Collab 1//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    if method:
        made.add("method", method)
    if name:
        made.add("name", name)
        made.add("x-wr-calname", name)
    entries = list(entries)
    for zone, (first, last) in sorted(_zones(entries).items()):
        made.add_component(zones.vtimezone(zone, first, last))
    for entry in entries:
        made.add_component(entry)
    return bytes(made.to_ical())


def single(meeting: Meeting, told: Told, *, cancelled: bool = False) -> Entry:
    """A meeting by its own UID; of a series by the series' UID and the moment that the rule had named for it."""
    if meeting.series is None:
        return _entry(str(meeting.uid), meeting.sequence, meeting, told, cancelled=cancelled)
    series = meeting.series
    named = named_at(series, meeting.series_day or meeting.starts_at.date())
    entry = _entry(str(series.uid), series.sequence + meeting.sequence, meeting, told, cancelled=cancelled)
    entry.add("recurrence-id", named.replace(tzinfo=ZoneInfo(meeting.project.time_zone)))
    return entry


def alone(meeting: Meeting, told: Told, *, cancelled: bool = False) -> Entry:
    """A meeting by its own UID, though it is one of a series: for whom the rest of the series is not.

    Their calendar has no recurring event to which a moment of the rule would belong, and the rule may change.
    """
    sequence = meeting.sequence + (meeting.series.sequence if meeting.series is not None else 0)
    return _entry(str(meeting.uid), sequence, meeting, told, cancelled=cancelled)


def recurring(series: Series, repeated: Repeated, told: Told) -> list[Entry]:
    """A series: its rule, the days on which nobody meets, and an entry for each meeting that is elsewhere than the rule says."""
    if not repeated.instances:
        return []
    zone = ZoneInfo(series.project.time_zone)
    first = repeated.instances[0]
    master = _frame(str(series.uid), series.sequence, told)
    master.add("dtstart", first.named.replace(tzinfo=zone))
    master.add("duration", timedelta(minutes=series.minutes))
    master.add("rrule", vRecur(_rule(series) | _until(series, repeated, zone)))
    off = [row.named.replace(tzinfo=zone) for row in repeated.instances if not row.takes_place]
    if off:
        master.add("exdate", off)
    chair = next((row.meeting.chair for row in reversed(repeated.instances) if row.meeting is not None), None)
    page = reverse("project_meetings", args=[series.project.uid])
    _say(master, series.title, series.project, chair, series.place, page, told)
    return [master, *(_elsewhere(series, row, told, chair) for row in repeated.instances if _differs(series, row))]


def none_of(series: Series, told: Told) -> Entry:
    """A series that is cancelled as a whole: its rule from its first day on."""
    zone = ZoneInfo(series.project.time_zone)
    master = _frame(str(series.uid), series.sequence, told, cancelled=True)
    master.add("dtstart", named_at(series, first_named(series)).replace(tzinfo=zone))
    master.add("duration", timedelta(minutes=series.minutes))
    master.add("rrule", vRecur(_rule(series)))
    _say(master, series.title, series.project, None, series.place, reverse("project_meetings", args=[series.project.uid]), told)
    return master


def _elsewhere(series: Series, row: Instance, told: Told, chair: User | None) -> Entry:
    """An instance that is held at another time or place than the rule says."""
    zone = ZoneInfo(series.project.time_zone)
    if row.meeting is not None:
        row.meeting.series = series
        entry = _entry(str(series.uid), series.sequence + row.meeting.sequence, row.meeting, told)
    else:
        entry = _frame(str(series.uid), series.sequence, told)
        _when(entry, row.starts_at, row.ends_at, zone)
        _say(
            entry, series.title, series.project, chair, series.place, reverse("project_meetings", args=[series.project.uid]), told
        )
    entry.add("recurrence-id", row.named.replace(tzinfo=zone))
    return entry


def _differs(series: Series, row: Instance) -> bool:
    """Whether an instance is told apart: moved, longer, at a place of its own, or at an hour that the clocks skip that day."""
    if row.starts_at is None or row.ends_at is None:
        return False
    zone = ZoneInfo(series.project.time_zone)
    moment = row.named.replace(tzinfo=zone).astimezone(UTC)
    skipped = moment.astimezone(zone).replace(tzinfo=None) != row.named
    as_ruled = (moment, moment + timedelta(minutes=series.minutes)) == (row.starts_at, row.ends_at)
    return skipped or not as_ruled or (row.meeting is not None and row.meeting.place != series.place)


def _rule(series: Series) -> dict[str, Any]:
    """The recurrence rule; a month that is too short has its last day."""
    match series.rule:
        case Series.Rule.WEEKLY:
            return {"freq": "WEEKLY", "byday": WEEKDAYS[series.weekday]}
        case Series.Rule.LAST_WORKDAY:
            return {"freq": "MONTHLY", "byday": list(WEEKDAYS[:5]), "bysetpos": -1}
        case _ if series.month_day > 28:
            return {"freq": "MONTHLY", "bymonthday": list(range(28, series.month_day + 1)), "bysetpos": -1}
        case _:
            return {"freq": "MONTHLY", "bymonthday": series.month_day}


def _until(series: Series, repeated: Repeated, zone: ZoneInfo) -> dict[str, Any]:
    """The last moment that the rule names: of the last that takes place, or a day beyond what is looked at; {} without an end."""
    if not repeated.goes_on:
        last = repeated.instances[-1].named
    elif series.last_on is not None:
        last = named_at(series, series.last_on)
    else:
        return {}
    return {"until": last.replace(tzinfo=zone).astimezone(UTC)}


def _entry(uid: str, sequence: int, meeting: Meeting, told: Told, *, cancelled: bool = False) -> Entry:
    entry = _frame(uid, sequence, told, cancelled=cancelled)
    _when(entry, meeting.starts_at, meeting.ends_at, ZoneInfo(meeting.project.time_zone))
    _say(entry, meeting.title, meeting.project, meeting.chair, meeting.place, meeting.get_absolute_url(), told)
    return entry


def _frame(uid: str, sequence: int, told: Told, *, cancelled: bool = False) -> Entry:
    entry = Entry()
    entry.add("uid", uid)
    entry.add("sequence", sequence)
    entry.add("dtstamp", told.stamp.replace(microsecond=0))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return entry


def _when(entry: Entry, starts_at: datetime | None, ends_at: datetime | None, zone: ZoneInfo) -> None:
    if starts_at is not None and ends_at is not None:
        entry.add("dtstart", _local(starts_at, zone))
        entry.add("dtend", _local(ends_at, zone))


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment by the clocks of a zone; in UTC where they show that hour for the second time: a local time means the first."""
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


def _say(entry: Entry, title: str, project: Any, chair: User | None, place: str, page: str, told: Told) -> None:
    """What it is, where, who leads it, who takes part, and the page with the agenda."""
    link = settings.BASE_URL + page
    entry.add("summary", f"{one_line(title)} · {one_line(project.name)}")
    if place.strip():
        entry.add("location", one_line(place))
    lines = [_("Project: %s") % one_line(project.name)]
    if chair is not None:
        lines.append(_("Chair: %s") % one_line(chair.name))
    entry.add("description", "\n".join([*lines, _("Agenda and answer: %s") % link]))
    entry.add("url", link)
    sender = vCalAddress("mailto:" + parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    sender.params["CN"] = _quiet(chair.name if chair is not None else _("Collab"))
    entry.add("organizer", sender)
    for row in told.people:
        entry.add("attendee", _attendee(row, chair, told))


def _attendee(row: Attendee, chair: User | None, told: Told) -> vCalAddress:
    """One who is invited: by the mail address, or by a name of ours where there is none."""
    is_reader = told.reader is not None and row.user_id == told.reader.pk
    address = vCalAddress("mailto:" + row.user.email if row.user.email else f"urn:uuid:{row.user.uid}")
    role = "CHAIR" if chair is not None and row.user_id == chair.pk else "NON-PARTICIPANT" if row.in_copy else "REQ-PARTICIPANT"
    answer = row.answer if is_reader and not told.asks else Attendee.Answer.NONE
    address.params["CN"] = _quiet(row.user.name)
    address.params["ROLE"] = role
    address.params["PARTSTAT"] = STATUS[answer]
    address.params["RSVP"] = "TRUE" if is_reader and told.asks and not row.in_copy else "FALSE"
    return address


def one_line(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def _quiet(name: str) -> str:
    """A name as a parameter may hold it: no quotation mark, nothing that ends a line."""
    return "".join(sign for sign in one_line(name).replace('"', "'").replace("^", "") if sign.isprintable())


def _zones(entries: Iterable[Entry]) -> dict[str, tuple[int, int]]:
    """The zones that entries use, with the first and the last year in which they do."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        starts: datetime = entry.decoded("dtstart")
        zone = getattr(starts.tzinfo, "key", "UTC")
        if zone in zones.ALWAYS or starts.tzinfo is UTC:
            continue
        last = _last_year(entry, starts)
        known = found.get(zone, (starts.year, last))
        found[zone] = (min(known[0], starts.year), max(known[1], last))
    return found


def _last_year(entry: Entry, starts: date) -> int:
    rule: Any = entry.get("rrule")
    if rule is None:
        return starts.year
    until = rule.get("until")
    return int((until[0] if isinstance(until, list) else until).year) if until else starts.year + YEARS_AHEAD
