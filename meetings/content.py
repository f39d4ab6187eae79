"""What minutes say at the moment they are distributed: frozen, canonical, hashed."""

from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from common import clock
from common.canonical import plain
from common.turns import Turn, take_turn
from meetings import shown
from meetings.models import Action, AgendaItem, Meeting, Minutes, ResolutionObjection
from people.models import User


def content_of(minutes: Minutes, *, at: datetime, by_system: bool) -> dict[str, Any]:
    """The minutes as they go out, in plain values: meeting, attendance, topics, resolutions, actions."""
    meeting = minutes.meeting
    items = list(meeting.agenda.select_related("department"))
    shows = shown.data_for(meeting.project, {item.shows for item in items if item.shows})
    resolutions = list(minutes.resolutions.all())
    actions = list(minutes.actions.select_related("owner", "department"))
    said: dict[str, Any] = {
        "meeting": _head(meeting),
        "number": number_of(meeting),
        "edition": minutes.edition,
        "reason": minutes.reason,
        "distributed_at": at,
        "by_system": by_system,
        "attendees": _attendees(meeting),
        "summary": minutes.summary,
        "items": [_topic(item, shows) for item in items],
        "left": _left(meeting),
        "resolutions": [{"lineage": row.lineage, "text": row.text, "item": _place(row.item_id, items)} for row in resolutions],
        "actions": [_action(row, items) for row in actions],
        "answers": _answers(minutes),
        "since_last": _since_last(meeting),
    }
    frozen: dict[str, Any] = plain(said)
    return frozen


def number_of(meeting: Meeting) -> str:
    """The number of its minutes: the project's code, the day, and which meeting of that day it was.

    Once given it stays, for later versions as well, and no other minutes of the project get it.
    """
    project = meeting.project
    out = Minutes.objects.filter(meeting__project=project, content__isnull=False)
    given: str | None = out.filter(meeting=meeting).order_by("edition").values_list("content__number", flat=True).first()
    if given:
        return given
    zone = ZoneInfo(project.time_zone)
    day = meeting.starts_at.astimezone(zone).date()
    begins = clock.local(day, time(0), project.time_zone)
    before = project.meetings.filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1), pk__lt=meeting.pk)
    number = f"{project.code}-{day:%Y%m%d}-"
    take_turn(Turn.NUMBER_OF_MINUTES, project.pk)  # two that go out at the same moment see one another's
    taken = set(out.filter(content__number__startswith=number).values_list("content__number", flat=True))
    return next(f"{number}{n}" for n in count(before.count() + 1) if f"{number}{n}" not in taken)


def _answers(minutes: Minutes) -> list[dict[str, Any]]:
    """Objections to earlier versions that this one answers without following them."""
    rows = ResolutionObjection.objects.filter(
        resolution__minutes__meeting=minutes.meeting, resolution__minutes__edition__lt=minutes.edition, state="open"
    ).exclude(answer="")
    return [
        {"objector": row.objector.name, "resolution": row.resolution.text, "objection": row.text, "answer": row.answer}
        for row in rows.select_related("objector", "resolution")
    ]


def _head(meeting: Meeting) -> dict[str, Any]:
    project = meeting.project
    return {
        "project": project.name,
        "code": project.code,
        "zone": project.time_zone,
        "kind": meeting.kind,
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "ended_at": meeting.ended_at or meeting.ends_at,
        "place": meeting.place,
        "chair": _person(meeting.chair),
        "recorder": _person(meeting.recorder),
    }


def _person(user: User) -> dict[str, Any]:
    return {"uid": user.uid, "name": user.name, "title": user.title}


def _attendees(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {
            **_person(row.user),
            "department": row.department.name if row.department else "",
            "present": row.present,
            "in_copy": row.in_copy,
        }
        for row in meeting.attendees.select_related("user", "department")
    ]


def _topic(item: AgendaItem, shows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "uid": item.uid,
        "title": item.title,
        "department": item.department.name if item.department else "",
        "notes": item.notes,
        "shows": item.shows,
        "data": _figures(item) if item.is_written else shows.get(item.shows, {}),
        "source": item.source,
        "waits": item.waits,
        "carried": item.carried,
        "facts": {} if item.is_written else _figures(item),
    }


def _figures(item: AgendaItem) -> dict[str, Any]:
    """The figures of the moment at which the agenda was written; minutes go out without addresses of pages."""
    return {name: value for name, value in item.facts.items() if name != "url"}


def _since_last(meeting: Meeting) -> dict[str, Any] | None:
    """The first line: promises kept, broken, moved since the last meeting; what was left over stands by itself."""
    said = meeting.since_last
    return {name: rows for name, rows in said.items() if name != "left"} if said else None


def _left(meeting: Meeting) -> list[dict[str, Any]]:
    """What did not fit into the time, and how often it was carried over by now."""
    rows = (meeting.since_last or {}).get("left", [])
    return [{"title": row["title"], "source": row["source"], "carried": row.get("carried", 0) + 1} for row in rows]


def _place(item_id: int | None, items: list[AgendaItem]) -> int | None:
    """Under which topic (counted from 0) a row stands."""
    return next((place for place, item in enumerate(items) if item.pk == item_id), None)


def _action(row: Action, items: list[AgendaItem]) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "lineage": row.lineage,
        "text": row.text,
        "owner": _person(row.owner) if row.owner else None,
        "department": row.department.name if row.department else "",
        "due_on": row.due_on,
        "quantity": row.quantity,
        "unit": row.unit,
        "item": _place(row.item_id, items),
    }


def whose_action(row: dict[str, Any], said: dict[str, Any]) -> frozenset[str]:
    """The uids of those whose frozen action this is: its owner; of one that names a department alone, who attended for that."""
    if row["owner"]:
        return frozenset([row["owner"]["uid"]])
    if not row["department"]:
        return frozenset()
    attended = (one for one in said["attendees"] if not one["in_copy"] and one["department"] == row["department"])
    return frozenset(one["uid"] for one in attended)
