"""What a person's private feed says: the meetings of one's own in the projects that exist for one now (rules A3, D1)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Event as Entry

from common import clock
from common.dates import add_months
from meetings import ical
from meetings.instances import horizon_at, repeat
from meetings.models import Attendee, Meeting, Series
from meetings.queries import of_mine
from people import calendar
from people.models import User
from projects.models import Project

HELD_UP = Q(project__state=Project.State.ARCHIVED) | ~Q(project__hold=Project.Hold.NONE)
MOST = 2000  # meetings in one feed; fifteen months of a person who does nothing else


@dataclass(frozen=True)
class Feed:
    """The bytes, and when something in them last changed."""

    content: bytes
    changed_at: datetime | None


@calendar.looked_at_once()
def feed_of(user: User) -> Feed:
    """From three months ago to twelve months ahead, in the person's language; the queries do not grow with the meetings.

    Nobody meets where a project is held up or archived, whatever was planned.
    """
    now = clock.now()
    begin, end = (datetime.combine(add_months(now.date(), months), time(), UTC) for months in (-3, 12))
    window = {"starts_at__gte": begin, "starts_at__lt": end + timedelta(days=1)}
    ours = of_mine(user, stood_in=False).filter(**window).exclude(HELD_UP, starts_at__gt=now)
    rows = _with_changes(ours.exclude(state=Meeting.State.NOT_HELD).select_related("series"))[:MOST]
    mine: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        mine[row.series_id].append(row)
    own = _own_lines(user, [row.pk for rows in mine.values() for row in rows])
    with translation.override(user.language):
        entries = [ical.alone(row, _told(user, [row], own)) for row in mine.pop(None, [])]
        whole = _whole_series(user, mine, window)
        for key, meetings in mine.items():
            entries += _of_series(user, meetings, own, now) if key in whole else _singly(user, meetings, own)
        content = ical.calendar_of(entries, name=_("Meetings · Collab"))
    stamps = [entry.decoded("dtstamp") for entry in entries]
    return Feed(content, max(stamps, default=None))


def file_of(meeting: Meeting, user: User) -> bytes:
    """One meeting (whose door was passed) by itself; the same UID as in its mails, so that a calendar holds it once."""
    own = meeting.attendees.select_related("user").filter(user=user).first()
    told = ical.Told(clock.now(), [own] if own is not None else [], user)
    written = ical.single if _has_series(meeting, user) else ical.alone
    return ical.calendar_of([written(meeting, told, cancelled=meeting.state == Meeting.State.NOT_HELD)], "PUBLISH")


def _has_series(meeting: Meeting, user: User) -> bool:
    """Whether the mails brought this person the series of a meeting as a whole: not to a guest of single ones of it."""
    if meeting.series_id is None:
        return False
    coming = Q(meeting__series=meeting.series_id, meeting__state=Meeting.State.PLANNED, meeting__starts_at__gt=clock.now())
    return Attendee.objects.filter(coming | Q(meeting=meeting), user=user, by_hand=False).exists()


def _with_changes(rows: QuerySet[Meeting]) -> QuerySet[Any]:
    """Each meeting with the moment at which it last changed."""
    past = Meeting.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date").values("history_date")
    return rows.annotate(changed_at=Subquery(past[:1])).order_by("starts_at", "pk")


def _own_lines(user: User, meetings: list[int]) -> dict[int, Attendee]:
    """What this person answered; nobody else stands in the feed."""
    rows = Attendee.objects.filter(user=user, meeting__in=meetings)
    return {row.meeting_id: row for row in rows}


def _whole_series(user: User, mine: dict[int | None, list[Any]], window: dict[str, Any]) -> set[int]:
    """The series whose newest meeting, cancelled or not, is this person's: of the others one is invited to single ones.

    Whom a person put on the list of that one alone has not the series; whom a person took off it has.
    """
    rows = Meeting.objects.filter(series__in=[key for key in mine if key is not None], **window)
    invited = Exists(Attendee.objects.filter(meeting=OuterRef("pk"), user=user, by_hand=False))
    lists = (Meeting.let_off.through, Meeting.not_copied.through)
    let_off, not_copied = (Exists(rows.objects.filter(meeting=OuterRef("pk"), user=user)) for rows in lists)
    keeps = Q(chair=user, chair_named=False) | Q(recorder=user, recorder_named=False)
    newest: dict[int, tuple[datetime, int, bool]] = {}
    for row in rows.annotate(own=invited | let_off | not_copied | keeps).values_list("series", "starts_at", "pk", "own"):
        series, *rest = row
        newest[series] = max(newest.get(series, tuple(rest)), tuple(rest))
    return {key for key, (_at, _pk, own) in newest.items() if own}


def _of_series(user: User, meetings: list[Any], own: dict[int, Attendee], now: datetime) -> list[Entry]:
    """A series as one recurring event; what an earlier rule gave stands beside it."""
    series: Series = meetings[0].series
    series.project = meetings[0].project
    found = repeat(series, meetings, *horizon_at(now, series.project))
    told = _told(user, meetings, own)
    return [*ical.recurring(series, found, told), *_singly(user, found.apart, own)]


def _singly(user: User, meetings: list[Any], own: dict[int, Attendee]) -> list[Entry]:
    return [ical.alone(row, _told(user, [row], own)) for row in meetings]


def _told(user: User, meetings: list[Any], own: dict[int, Attendee]) -> ical.Told:
    """The stamp is that of the newest change, so that the same meetings are the same bytes."""
    stamp = max((row.changed_at or row.created_at) for row in meetings)
    mine = next((own[row.pk] for row in reversed(meetings) if row.pk in own), None)
    if mine is not None:
        mine.user = user
        stamp = max(stamp, mine.answered_at or stamp)
    return ical.Told(stamp, [mine] if mine is not None else [], user)
