"""Where the meetings of a series lie (rule D1): made some weeks ahead, and put elsewhere when rule or work calendar change."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from simple_history.utils import bulk_update_with_history

from common import acts, clock, ports
from common.moves import move
from meetings import recurrence
from meetings.models import Meeting, Series
from meetings.services import roles
from meetings.services.answering import ask_again
from meetings.services.laying import lay_meeting, raise_sequence
from meetings.services.telling import tell_each
from people import calendar
from projects.models import Project

AHEAD = timedelta(weeks=5)
PLACED = ["series_day", "starts_at", "ends_at", "place", "state", "reason", "called_off_at", "version", "sequence"]
PLANNED, NOT_HELD = Meeting.State.PLANNED, Meeting.State.NOT_HELD


@dataclass
class Placed:
    """What became of a series' meetings to come."""

    moved: list[Meeting] = field(default_factory=list)
    at_other_time: list[Meeting] = field(default_factory=list)  # of these: not at another place alone
    off: list[Meeting] = field(default_factory=list)  # their week is off altogether now
    back: list[Meeting] = field(default_factory=list)  # it is worked again
    made: list[Meeting] = field(default_factory=list)

    @property
    def changed(self) -> list[Meeting]:
        """What those who were invited to one of them alone hear of together; what is off is told them by itself."""
        return [*self.moved, *self.back]

    def __bool__(self) -> bool:
        return bool(self.moved or self.off or self.back or self.made)


def occurrences(series: Series, first: date, last: date) -> list[recurrence.Occurrence]:
    """The days of a series in a window, by its rule and the organisation's work calendar."""
    works = calendar.workdays()
    if series.rule == Series.Rule.LAST_WORKDAY:
        return list(recurrence.last_workday(first, last, works))
    if series.rule == Series.Rule.MONTH_DAY:
        return list(recurrence.month_day(series.month_day, first, last, works))
    return list(recurrence.weekly(series.weekday, first, last, works))


def period_of(series: Series, day: date) -> tuple[date, date]:
    """The week (Monday to Sunday) or month that holds a day: a series meets at most once in it."""
    if series.rule == Series.Rule.WEEKLY:
        monday = day - timedelta(day.weekday())
        return monday, monday + timedelta(6)
    return day.replace(day=1), (day.replace(day=1) + timedelta(31)).replace(day=1) - timedelta(1)


@transaction.atomic
def plan_series(series: Series, until: date) -> list[Meeting]:
    """Make the meetings of a series up to a day, each once, with the right people; returns the new ones.

    One scheduler at a time holds the series; after a change of the work calendar those that exist are first put in their place.
    """
    project = Project.objects.select_for_update(of=("self",)).get(pk=series.project_id)  # everybody locks it before its series
    locked = Series.objects.select_for_update(of=("self",)).get(pk=series.pk)
    locked.project = project
    follow_calendar(locked)
    return plan(locked, until)


def plan(series: Series, until: date) -> list[Meeting]:
    """The same, for who holds the series already."""
    last = min(until, series.last_on) if series.last_on else until
    first = series.planned_until + timedelta(1) if series.planned_until else series.first_on
    if last < first or roles.usual_chair(series.project, series.kind) is None or series.project.is_frozen:
        return []
    made = _make(series, occurrences(series, first, last))
    series.planned_until = last
    fields = ["planned_until"]
    if series.planned_with is None:
        series.planned_with = calendar.edition()
        fields.append("planned_with")
    series.save(update_fields=fields)
    return made


def _make(series: Series, found: Iterable[recurrence.Occurrence]) -> list[Meeting]:
    """The meetings that are still to come and that do not exist yet."""
    project, now = series.project, clock.now()
    seats = roles.usual_seats(project, series.kind, series, None)
    if seats is None:
        return []
    days = series.meetings.exclude(series_day=None).values_list("series_day", flat=True)
    known = {period_of(series, day) for day in days if day is not None}
    made = []
    for occurrence in found:
        starts_at, ends_at = recurrence.window(occurrence.day, series.at, series.minutes, project.time_zone)
        if period_of(series, occurrence.rule_day) in known or ends_at <= now:
            continue
        meeting = Meeting(
            project=project, series=series, series_day=occurrence.rule_day, kind=series.kind, title=series.title,
            starts_at=starts_at, ends_at=ends_at, place=series.place, chair=seats.chair, recorder=seats.recorder,
        )  # fmt: skip
        lay_meeting(meeting, seats.invited, [(user, user.department) for user in seats.copies])
        made.append(meeting)
    return made


def follow_calendar(series: Series) -> Placed:
    """After the work calendar changed: meetings that nobody moved lie where the rule has them now, new ones appear, and that is
    announced once. A series that is held up follows when it goes on.
    """
    holds = calendar.edition()
    if series.planned_with == holds or series.project.is_frozen or series.planned_until is None:
        return Placed()
    placed = put_in_place(series)
    series.planned_with = holds
    series.save(update_fields=["planned_with"])
    if placed:
        raise_sequence(series)
        facts = {
            "series": series.title, "series_uid": series.uid, "moved": len(placed.moved), "off": len(placed.off),
            "added": len(placed.back) + len(placed.made),
        }  # fmt: skip
        told, project = roles.told_of(series, placed.changed), series.project
        ports.record(actor=None, verb="meeting.series_replanned", subject=project, project=project, facts=facts, tell=told)
        tell_each("meeting.cancelled", None, project, placed.off, but=roles.told_of(series))
    return placed


def put_in_place(series: Series) -> Placed:
    """Put what is still to come where rule and calendar have it.

    What a person moved or cancelled stays as it is, and keeps standing for its week or month; so does what was called off with
    project or series.
    """
    now, today = clock.now(), series.project.today
    first = period_of(series, today)[0]
    last = period_of(series, series.planned_until or today)[1]
    end = series.last_on or date.max
    wanted = {period_of(series, found.rule_day): found for found in occurrences(series, first, last) if found.rule_day <= end}
    placed, changed = Placed(), []
    coming = series.meetings.filter(starts_at__gt=now, series_day__isnull=False, state__in=(PLANNED, NOT_HELD))
    for meeting in coming.select_for_update(of=("self",)).order_by("pk"):
        period = period_of(series, meeting.series_day or today)
        if period[0] >= first and _place(series, meeting, wanted.get(period), placed):
            meeting.version += 1  # who moves one of them from an older page sees that it moved
            meeting.sequence = max(meeting.sequence, series.sequence) + 1
            changed.append(meeting)
    bulk_update_with_history(changed, Meeting, PLACED, default_user=acts.current_actor(), default_date=now)
    until = min(series.planned_until or today, end)
    ask_again([*placed.at_other_time, *placed.back])
    placed.made = _make(series, [found for found in wanted.values() if max(first, series.first_on) <= found.rule_day <= until])
    return placed


def _place(series: Series, meeting: Meeting, found: recurrence.Occurrence | None, placed: Placed) -> bool:
    """Whether anything on this meeting changes."""
    by_person = meeting.moved_by_hand or (meeting.state == NOT_HELD and meeting.called_off_at is None) or bool(meeting.off_with)
    if found is None:
        return not by_person and _call_off(series, meeting, placed)
    before = (meeting.series_day, meeting.starts_at, meeting.ends_at, meeting.place)
    meeting.series_day = found.rule_day
    starts_at, ends_at = recurrence.window(found.day, series.at, series.minutes, series.project.time_zone)
    if by_person or starts_at <= clock.now():
        return before[0] != found.rule_day
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, series.place
    if meeting.state == NOT_HELD:
        move(meeting, PLANNED, reason="", called_off_at=None)
        placed.back.append(meeting)
        return True
    if before[1:] != (starts_at, ends_at, series.place):
        placed.moved.append(meeting)
        placed.at_other_time += [meeting] if before[1] != starts_at else []
    return before != (found.rule_day, starts_at, ends_at, series.place)


def _call_off(series: Series, meeting: Meeting, placed: Placed) -> bool:
    """A week without a workday, or after the project's end, has no meeting; it comes back with them."""
    if meeting.state == NOT_HELD:
        return False
    is_after = series.last_on is not None and meeting.series_day is not None and meeting.series_day > series.last_on
    with override(settings.LANGUAGE_CODE):
        reason = series.stop_reason or _("The project ends before it.") if is_after else _("There is no workday at that time.")
    move(meeting, NOT_HELD, reason=reason, called_off_at=clock.now())
    placed.off.append(meeting)
    return True
