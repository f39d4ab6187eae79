"""A meeting, a series and their people as they were when an event told of them, so that a mail says the same at every attempt."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from activity.models import Event
from meetings.models import Attendee, Meeting, Series
from people.models import User
from projects.models import Project


def meeting_at(event: Event) -> Meeting:
    """The meeting of an event as it stood then."""
    (meeting,) = _rows(Meeting, event.at, id=event.object_id) or [Meeting.objects.get(pk=event.object_id)]
    meeting.project = Project.objects.get(pk=meeting.project_id)
    meeting.chair = User.objects.get(pk=meeting.chair_id)
    if meeting.series_id is not None:
        (meeting.series,) = _rows(Series, event.at, id=meeting.series_id) or [Series.objects.get(pk=meeting.series_id)]
    return meeting


def series_at(event: Event) -> tuple[Series, list[Meeting]]:
    """The series of an event as it stood then, with its meetings."""
    said = {"uid": event.facts["series_uid"]} if "series_uid" in event.facts else {"title": event.facts["series"]}
    now = Series.objects.select_related("project").get(project_id=event.project_id or 0, **said)
    (series,) = _rows(Series, event.at, id=now.pk) or [now]
    series.project = now.project
    return series, sorted(_rows(Meeting, event.at, series_id=now.pk), key=lambda row: (row.starts_at, row.pk))


def people_at(event: Event, meeting_pk: int | None) -> list[Attendee]:
    """Who was invited to a meeting, and who was in copy, those who work here still."""
    if meeting_pk is None:
        return []
    rows = _rows(Attendee, event.at, meeting_id=meeting_pk)
    known = User.objects.select_related("department").in_bulk([row.user_id for row in rows])
    for row in rows:
        row.user = known[row.user_id]
    return sorted((row for row in rows if row.user.is_active), key=lambda row: (row.in_copy, row.order, row.pk))


def lines_at(event: Event, user: User, meetings: Iterable[Meeting]) -> dict[int, Attendee]:
    """A person's own lines at some meetings, by the key of the meeting."""
    rows = _rows(Attendee, event.at, user_id=user.pk, meeting_id__in=[row.pk for row in meetings])
    return {row.meeting_id: row for row in rows}


def lines_to_come(event: Event, user: User, meetings: Iterable[Meeting]) -> list[Attendee]:
    """A person's own lines at those of some meetings that were planned then and still to come."""
    coming = [row for row in meetings if row.state == Meeting.State.PLANNED and row.starts_at > event.at]
    return list(lines_at(event, user, coming).values())


def has_series(event: Event, user: User, meeting: Meeting) -> bool:
    """Whether this person's calendar has the series of a meeting as a whole: not that of a guest of single ones, or of nobody's.

    Who is let off this one by the event itself had it as the line says that was there before.
    """
    if meeting.series_id is None:
        return False
    others = [row for row in _rows(Meeting, event.at, series_id=meeting.series_id) if row.pk != meeting.pk]
    past = Attendee.history.filter(history_date__lte=event.at, user_id=user.pk, meeting_id=meeting.pk)
    here = past.order_by("history_date", "history_id").last()
    is_let_off = str(user.uid) in [str(uid) for uid in event.facts.get("left_uids", ())]
    lines = lines_to_come(event, user, others)
    if here is not None and (here.history_type != "-" or is_let_off):
        lines.append(here.instance)
    return any(not row.by_hand for row in lines)


def _rows(model: type[Any], moment: datetime, **said: object) -> list[Any]:
    """Rows of a model as their history has them at a moment."""
    newest: dict[int, Any] = {}
    past: Iterable[Any] = model.history.filter(history_date__lte=moment, **said).order_by("history_date", "history_id")
    for row in past:
        newest[row.id] = row
    return [row.instance for row in newest.values() if row.history_type != "-"]
