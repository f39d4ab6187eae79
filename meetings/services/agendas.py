"""Writing an agenda down: once, when its meeting begins (rule D2)."""

from typing import Any

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from common import acts, clock, ports
from common.moves import move
from meetings import agenda
from meetings.models import AgendaItem, Meeting, Topic
from meetings.services.laying import keep

KEPT_LEFT = 200  # of what did not fit
KEPT_WHOLE = 30  # of these with all their figures


@transaction.atomic
def lay_agenda(meeting: Meeting) -> Meeting:
    """Write down what stands on the agenda now, with the first line and what is left over; twice, or three at once, is once.

    Not before the meeting begins: until then liaisons amend their parts, though somebody writes a summary already.
    """
    row = Meeting.objects.select_for_update(of=("self",)).select_related("project").get(pk=meeting.pk)
    if agenda.writes_itself(row) and row.starts_at <= clock.now():
        items, left = agenda.agenda_of(row), agenda.left_over(row)
        row.since_last = agenda.since_last(row).frozen() | {
            "left": [_left(n, matter) for n, matter in enumerate(left[:KEPT_LEFT])]
        }
        row.agenda_at = clock.now()
        row.save(update_fields=["agenda_at", "since_last"])
        _write(items)
        _note_topics(items, left)
        facts = {"count": len(items), "left": len(left)}
        ports.record(
            actor=acts.current_actor(), verb="meeting.agenda_laid", subject=row, project=row.project, facts=facts, tell=()
        )
    meeting.agenda_at, meeting.since_last = row.agenda_at, row.since_last
    return meeting


def _write(items: list[AgendaItem]) -> None:
    """New rows in one statement; people's own get their place among them."""
    own = [item for item in items if item.pk is not None]
    if own:
        now, who = clock.now(), acts.current_actor()
        bulk_update_with_history(own, AgendaItem, ["order", "slot"], default_user=who, default_date=now)
    keep(AgendaItem, [item for item in items if item.pk is None])


def _left(place: int, matter: agenda.Matter) -> dict[str, Any]:
    said: dict[str, Any] = {"source": matter.source, "subject": matter.subject, "title": matter.title}
    if place < KEPT_WHOLE:
        whose = {"department": matter.department, "waits": matter.waits, "carried": matter.carried, "facts": matter.facts}
        said |= whose
    return said


def _note_topics(items: list[AgendaItem], left: list[agenda.Matter]) -> None:
    """A topic that is on is taken; one that did not fit waits on, and says how often."""
    taken = {item.topic_id for item in items if item.topic_id}
    waiting = {matter.topic for matter in left if matter.topic}
    rows = Topic.objects.select_for_update(of=("self",)).filter(pk__in=taken | waiting, state=Topic.State.OPEN)
    for topic in rows.order_by("pk"):
        if topic.pk in taken:
            move(topic, Topic.State.TAKEN)
            topic.bump("state")
        else:
            topic.carried += 1
            topic.bump("carried")
