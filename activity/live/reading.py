"""Events as live pages are told them: read past a cursor, each for those alone who may see what it is about."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from activity.live.cursor import Cursor
from activity.models import Event
from activity.seeing import through_its_door
from common import ports
from common.rows import Row
from people.models import User

MOST = 500  # events at once; whoever is further behind reads the page anew

Watchers = Mapping[int, Collection[int]]  # users by project


@dataclass(frozen=True)
class Told:
    """One event for live pages: its id, its project, who of the watchers may see it, and what they are told."""

    pk: int
    project: int
    readers: frozenset[int]
    said: Mapping[str, object]

    def for_wire(self) -> str:
        return json.dumps(self.said, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Read:
    """What stood behind a cursor: the events, where the reader stands now, and the projects of which there was too much."""

    events: list[Event]
    cursor: Cursor
    too_much: frozenset[int] = frozenset()


def read(cursor: Cursor) -> Read:
    """All events behind the cursor, of every project; more than fit are not told one by one."""
    behind = Q(pk__gt=cursor.upto)
    for hole in cursor.holes:
        behind |= Q(pk__range=(hole.first, hole.last))
    rows = Event.objects.filter(behind).order_by("pk")
    found = list(rows.defer("title", "url", "facts")[: MOST + 1])
    if len(found) <= MOST:
        return Read(found, cursor.after(row.pk for row in found))
    present = Cursor.present()
    projects = rows.filter(project_id__isnull=False).order_by().values_list("project_id", flat=True).distinct()
    return Read([], present, frozenset(project for project in projects if project))


def tell(events: Iterable[Event], watchers: Watchers, uids: Mapping[int, UUID]) -> list[Told]:
    """The events of watched projects; a bounded number of queries, but for subjects whose door is narrower than the project's."""
    rows = [row for row in events if row.project_id is not None and row.project_id in watchers]
    if not rows:
        return []
    readers = ports.projects().who_sees(watchers.keys(), {user for users in watchers.values() for user in users})
    names = _subjects(rows)
    actors = User.objects.in_bulk([row.actor_id for row in rows if row.actor_id])
    told = []
    for row in rows:
        project = row.project_id or 0
        seeing = frozenset(readers.get(project, ())) & frozenset(watchers[project])
        subjects = names[row.content_type_id, row.object_id]
        actor = actors.get(row.actor_id) if row.actor_id else None
        said = {
            "id": str(row.uid),
            "verb": row.verb,
            "subject": subjects[0],
            "subjects": subjects,
            "project": str(uids[project]),
            "actor": str(actor.uid) if actor else "",
            "by": actor.name if actor else "",
            "at": int(row.at.timestamp() * 1000),
        }
        told.append(Told(row.pk, project, _through_its_door(row, seeing), said))
    return told


def _subjects(rows: list[Event]) -> dict[tuple[int, int], list[str]]:
    """By subject, the public keys of what looks different now: the row itself first, then what stands beside it."""
    by_kind: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        by_kind[row.content_type_id].add(row.object_id)
    found: dict[tuple[int, int], list[str]] = {}
    for kind_id, ids in by_kind.items():
        kind = ContentType.objects.get_for_id(kind_id)
        label, model = f"{kind.app_label}.{kind.model}", kind.model_class()
        named = model is not None and issubclass(model, Row)  # what has no uid (an evening's scan) is nowhere shown by itself
        known = dict(model._base_manager.filter(pk__in=ids).values_list("pk", "uid")) if model and named else {}
        beside = ports.beside[label](ids) if label in ports.beside else {}
        for pk in ids:
            found[kind_id, pk] = list(dict.fromkeys([f"{label}:{known.get(pk, '')}", *beside.get(pk, [])]))
    return found


def _through_its_door(event: Event, readers: frozenset[int]) -> frozenset[int]:
    """Of those who see the project, who may see this subject; asked one by one only where its door is narrower."""
    kind = ContentType.objects.get_for_id(event.content_type_id)
    label = f"{kind.app_label}.{kind.model}"
    if label in ports.as_the_project or label not in ports.doors or not readers:
        return readers
    return frozenset(through_its_door(event, User.objects.filter(pk__in=readers, is_active=True)))
