"""Mails about when one meets: invitation, update, cancellation, each with its iCalendar message as calendars understand it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Event as Entry

from activity.models import Event
from common import ports, saying
from common.ports import Letter
from meetings import ical
from meetings.as_told import has_series, lines_at, lines_to_come, meeting_at, people_at, series_at
from meetings.instances import horizon_at, repeat
from meetings.models import Attendee, Meeting, Series
from people import calendar
from people.models import User
from tracking.models import Issue
from tracking.services.issues import SOLUTION_TIME

REQUEST, CANCEL = "REQUEST", "CANCEL"
STOPPED = "meeting.series_stopped"
SHOWN = 4  # meetings of a series that its letter names one by one


def invited(event: Event, reader: User) -> Letter:
    """A meeting was called or moved: when and where, the chair, and the invitation for the reader's calendar."""
    meeting = meeting_at(event)
    told = _told(event, reader, people_at(event, meeting.pk))
    lines = [*_first(event), *_facts(meeting), *_issue(meeting)]
    if meeting.starts_at <= event.at:
        return Letter(subject=_subject(meeting), lines=lines)
    if _answers(told):
        lines += [
            "",
            _("Please say on the page of the meeting whether you come; an answer that your calendar sends by mail is not read."),
        ]
    return _with_calendar(_subject(meeting), lines, [_entry(event, meeting, told)], REQUEST)


def called_off(event: Event, reader: User) -> Letter:
    """A meeting will not be held: why, and its cancellation; one that had begun is not in anybody's way any more."""
    meeting = meeting_at(event)
    lines = [*_first(event), *_facts(meeting)]
    subject = _("Cancelled: %s") % _subject(meeting)
    if meeting.starts_at <= event.at:
        return Letter(subject=subject, lines=lines)
    told = _told(event, reader, people_at(event, meeting.pk))
    return _with_calendar(subject, lines, [_entry(event, meeting, told, cancelled=True)], CANCEL)


@calendar.looked_at_once()
def repeated(event: Event, reader: User) -> Letter:
    """A series began, changed, or the reader came in: its rule, the next meetings, and the whole series for the calendar.

    A meeting that the reader was taken off is none of it; who was invited to single ones hears of those alone.
    """
    series, meetings = series_at(event)
    own, to_come = lines_at(event, reader, meetings), lines_to_come(event, reader, meetings)
    if to_come and all(row.by_hand for row in to_come):
        held = {row.meeting_id for row in to_come}
        return _some_of(event, reader, series, [row for row in meetings if row.pk in held])
    meetings = [row for row in meetings if row.pk in own or row.starts_at <= event.at]
    coming = [row for row in meetings if row.starts_at > event.at and row.state == Meeting.State.PLANNED]
    told = _told(event, reader, people_at(event, coming[0].pk if coming else None))
    found = repeat(series, meetings, *horizon_at(event.at, series.project))
    lines = [*_first(event), *_rule(series)]
    next_ones = [row for row in found.instances if row.starts_at is not None and row.starts_at > event.at][:SHOWN]
    if next_ones:
        zone = ZoneInfo(series.project.time_zone)
        lines += ["", _("The next meetings:"), *(f"· {_when(row.starts_at, zone)}" for row in next_ones if row.starts_at)]
        lines += [
            "",
            _("If you cannot come to one of them, say so on its page; an answer that your calendar sends by mail is not read."),
        ]
    subject = _subject_of(series)
    _name_chairs(meetings)
    entries = ical.recurring(series, found, told)
    if not entries and event.verb == STOPPED:  # before its first meeting
        return _with_calendar(subject, lines, [ical.none_of(series, _alone(event, reader))], CANCEL)
    return _with_calendar(subject, lines, entries, REQUEST) if entries else Letter(subject=subject, lines=lines)


def series_called_off(event: Event, reader: User) -> Letter:
    """None of its meetings to come is held: why, and the cancellation of the series as a whole."""
    series, _meetings = series_at(event)
    subject = _("Cancelled: %s") % _subject_of(series)
    lines = [*_first(event), _("Project: %s") % series.project.name]
    return _with_calendar(subject, lines, [ical.none_of(series, _alone(event, reader))], CANCEL)


def people_changed(event: Event, reader: User) -> Letter:
    """Who comes in is invited to the meeting or to the whole series; for who is let off it is taken out of the calendar.

    So it is for who stands in for somebody who is let off; but who comes on the own account reads of it only.
    """
    left, joined = ([str(uid) for uid in event.facts.get(name, ())] for name in ("left_uids", "joined_uids"))
    of_series, is_left = "series_uid" in event.facts, str(reader.uid) in left
    if not is_left and (of_series or not left or str(reader.uid) in joined):
        return repeated(event, reader) if of_series else invited(event, reader)
    if not of_series:
        meeting = meeting_at(event)
        lines = [*_first(event), *_facts(meeting)]
        if not is_left and lines_at(event, reader, [meeting]):
            return Letter(subject=_subject(meeting), lines=lines)
        entry = _entry(event, meeting, _alone(event, reader), cancelled=True)
        return _with_calendar(_let_off(_subject(meeting)), lines, [entry], CANCEL)
    series, _meetings = series_at(event)
    subject = _let_off(_subject_of(series))
    lines = [*_first(event), "", _("Project: %s") % series.project.name]
    return _with_calendar(subject, lines, [ical.none_of(series, _alone(event, reader))], CANCEL)


def _alone(event: Event, reader: User) -> ical.Told:
    """For whom a series is taken out of the calendar: nobody else is named."""
    return ical.Told(event.at, [Attendee(user=reader, department=reader.department)], reader)


def keepers_named(event: Event, reader: User) -> Letter:
    """Who is chair or minute taker now; whom that brings to the meeting is invited to it."""
    if str(reader.uid) in [str(uid) for uid in event.facts.get("joined_uids", ())]:
        return invited(event, reader)
    meeting = meeting_at(event)
    return Letter(subject=_subject(meeting), lines=[*_first(event), *_facts(meeting)])


def _let_off(what: str) -> str:
    return _("No longer invited: %s") % what


def _some_of(event: Event, reader: User, series: Series, meetings: list[Meeting]) -> Letter:
    """Where those meetings of a series lie now to which the reader was invited, each by itself in the calendar.

    Of one that is not held any more they have a letter of its own.
    """
    _name_chairs(meetings)
    zone, lines = ZoneInfo(series.project.time_zone), _first(event)
    for row in meetings:
        row.project, row.series = series.project, series
        lines.append(f"· {_when(row.starts_at, zone)}")
    entries = [ical.alone(row, _told(event, reader, people_at(event, row.pk))) for row in meetings]
    return _with_calendar(_subject_of(series), lines, entries, REQUEST)


def _entry(event: Event, meeting: Meeting, told: ical.Told, *, cancelled: bool = False) -> Entry:
    """A meeting as the reader's calendar knows it: as one of the series that stands there, or by itself."""
    is_of_series = told.reader is not None and has_series(event, told.reader, meeting)
    return (ical.single if is_of_series else ical.alone)(meeting, told, cancelled=cancelled)


def _with_calendar(subject: str, lines: list[str], entries: Iterable[Entry], method: str) -> Letter:
    """The message twice, as mail programs look for it: beside the text with its method, and as a file that one can open."""
    content = ical.calendar_of(entries, method)
    name = "cancel.ics" if method == CANCEL else "invite.ics"
    return Letter(
        subject=subject,
        lines=lines,
        attachments=[(name, content, "application/ics")],
        alternatives=[(content, "text/calendar", {"charset": "UTF-8", "method": method})],
    )


def _told(event: Event, reader: User, people: list[Attendee]) -> ical.Told:
    """Names and addresses are those of people for whom the project exists, as it does for the reader."""
    users = [row.user_id for row in people]
    seen = ports.projects().who_sees([event.project_id], users).get(event.project_id, set()) if event.project_id else set()
    return ical.Told(event.at, [row for row in people if row.user_id in seen], reader, asks=True)


def _answers(told: ical.Told) -> bool:
    return any(told.reader is not None and row.user_id == told.reader.pk and not row.in_copy for row in told.people)


def _subject(meeting: Meeting) -> str:
    local = meeting.starts_at.astimezone(ZoneInfo(meeting.project.time_zone))
    return f"{meeting.title} · {saying.date_words(local.date(), with_year=False)} {local:%H:%M}"


def _subject_of(series: Series) -> str:
    return f"{series.title} · {ical.one_line(series.project.name)}"


def _first(event: Event) -> list[str]:
    return [event.sentence, ""]


def _facts(meeting: Meeting) -> list[str]:
    zone = ZoneInfo(meeting.project.time_zone)
    lines = [_("Time: %s") % f"{_when(meeting.starts_at, zone)}–{meeting.ends_at.astimezone(zone):%H:%M}"]
    if meeting.place:
        lines.append(_("Place: %s") % meeting.place)
    return [*lines, _("Chair: %s") % meeting.chair.name, _("Project: %s") % meeting.project.name]


def _rule(series: Series) -> list[str]:
    zone = series.project.time_zone
    said = series.get_rule_display()
    if series.rule == Series.Rule.WEEKLY:
        said = f"{said} · {saying.weekday_name(series.weekday)}"
    elif series.rule == Series.Rule.MONTH_DAY:
        said = f"{said} · {series.month_day}"
    return [
        _("Time: %s") % f"{said} · {series.at:%H:%M} ({zone})",
        _("Length: %d minutes") % series.minutes,
        *([_("Place: %s") % series.place] if series.place else []),
        _("Project: %s") % series.project.name,
        _("A meeting on a day off moves to the next workday; a week that is off altogether has none."),
    ]


def _when(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{saying.full_words(local.date())} {local:%H:%M}"


def _name_chairs(meetings: Iterable[Meeting]) -> None:
    """The chairs of meetings as they stood then, in one query."""
    rows = list(meetings)
    known = User.objects.in_bulk({row.chair_id for row in rows})
    for row in rows:
        row.chair = known[row.chair_id]


def _issue(meeting: Meeting) -> list[str]:
    """What a coordination meeting is about: the text as it was registered, between whom, until when it is to be solved."""
    issue = Issue.objects.filter(pk=meeting.issue_id).first() if meeting.issue_id is not None else None
    if issue is None:
        return []
    parties = "、".join(row.department.name for row in issue.concerned.select_related("department"))
    due = _when(issue.raised_at + SOLUTION_TIME, ZoneInfo(meeting.project.time_zone))
    text = ["", *issue.text.splitlines()] if issue.text else []
    return [*text, "", _("Between: %s") % parties, _("Solution due: %s") % due]
