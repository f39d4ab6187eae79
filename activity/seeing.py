"""Who may (still) see what an event is about: asked again whenever it is shown, and before anything leaves the house."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType

from activity.models import Delivery, Event
from common import ports
from people.models import User


def may_see(reader: User, event: Event) -> bool:
    """Whether this person may (still) see what the event is about."""
    if not reader.is_active:
        return False
    if event.project_id is not None and not ports.projects().sees(reader, event.project_id):
        return False
    door = ports.doors.get(_label(event))
    subject = event.subject if door is not None else None
    return door is None or subject is None or door(reader, subject)


def may_go(rows: Sequence[Delivery]) -> set[int]:
    """The keys of those deliveries whose readers may (still) see their events: the same rule, asked for all of them at once."""
    by_event: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.notice.reader.is_active:
            by_event[row.notice.event_id].append(row)
    there = [of[0].notice.event for of in by_event.values()]
    projects = {event.project_id for event in there if event.project_id is not None}
    readers = {row.notice.reader_id for of in by_event.values() for row in of}
    seen = ports.projects().who_sees(projects, readers) if projects else {}
    found: set[int] = set()
    for of in by_event.values():
        event = of[0].notice.event
        left = [row for row in of if event.project_id is None or row.notice.reader_id in seen.get(event.project_id, ())]
        through = through_its_door(event, [row.notice.reader for row in left])
        found |= {row.pk for row in left if row.notice.reader_id in through}
    return found


def through_its_door(event: Event, readers: Iterable[User]) -> set[int]:
    """Of people who see the project, who may see this subject; asked one by one only where its door is narrower."""
    there, label = list(readers), _label(event)
    if not there or label in ports.as_the_project or label not in ports.doors or event.subject is None:
        return {reader.pk for reader in there}
    if label in ports.doors_of_many:
        return set(ports.doors_of_many[label](there, event.subject))
    return {reader.pk for reader in there if ports.doors[label](reader, event.subject)}


def _label(event: Event) -> str:
    kind = ContentType.objects.get_for_id(event.content_type_id)
    return f"{kind.app_label}.{kind.model}"
