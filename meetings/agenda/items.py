"""The agenda of a meeting: parts, what people put on it, and the matters that fit into its time (rule D2)."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.agenda import matters
from meetings.agenda.matter import Matter
from meetings.agenda.monthly import standing_data
from meetings.agenda.parts import Part, frozen_part, live_parts
from meetings.agenda.scene import Scene
from meetings.models import Action, AgendaItem, Meeting, Resolution
from meetings.models.meeting import Kind

PART_MINUTES = 2  # of a department's part
MATTER_MINUTES = 3  # of a matter, and of what a person put on the agenda
STANDING_MINUTES = 10  # of each standing item of the monthly review

Source, Shows = AgendaItem.Source, AgendaItem.Shows
WRITTEN_FROM_DATA = (Kind.WEEKLY, Kind.MONTHLY_REVIEW)


def writes_itself(meeting: Meeting) -> bool:
    """Whether the agenda of this meeting is written from the data, and is not written down yet."""
    return meeting.kind in WRITTEN_FROM_DATA and meeting.agenda_at is None and meeting.state == Meeting.State.PLANNED


def agenda_of(meeting: Meeting, *, actions: bool = True) -> list[AgendaItem]:
    """What stands on the agenda: as it was written down, else as the data have it now (unsaved, but for people's own items).

    Without `actions` for who does not read the minutes that they come from.
    """
    items = _written(meeting)[0] if writes_itself(meeting) else _kept(meeting)
    return [item for item in items if actions or item.source != Source.ACTION]


def left_over(meeting: Meeting, *, actions: bool = True) -> list[Matter]:
    """What does not fit and is carried over; as it was written down, else as it is now."""
    left: list[Matter] = []
    if meeting.agenda_at is not None:
        left = [Matter(since=meeting.agenda_at, **row) for row in (meeting.since_last or {}).get("left", [])]
    elif writes_itself(meeting):
        left = _written(meeting)[1]
    return [matter for matter in left if actions or matter.source != Source.ACTION]


def _kept(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.agenda.select_related("department"))


def _written(meeting: Meeting) -> tuple[list[AgendaItem], list[Matter]]:
    """The agenda and what is left over, computed once for a page."""
    scene = Scene.of(meeting)
    known: tuple[list[AgendaItem], list[Matter]] | None = scene.__dict__.get("_written")
    if known is None:
        known = scene.__dict__["_written"] = write(scene, _kept(meeting))
    return known


def write(scene: Scene, kept: list[AgendaItem]) -> tuple[list[AgendaItem], list[Matter]]:
    """The whole agenda from the data: parts or standing items, people's own, then the matters that fit; and the rest."""
    meeting = scene.meeting
    opening, closing = _standing(scene)
    length = (meeting.ends_at - meeting.starts_at) // timedelta(minutes=1)
    for item in kept:
        item.slot = MATTER_MINUTES
    room = length - sum(item.slot for item in (*opening, *kept, *closing))
    fits = max(0, room // MATTER_MINUTES)
    ranked = matters.matters_of(scene)
    times = carried(scene, [matter.subject for matter in ranked])
    for matter in ranked:
        matter.carried = max(matter.carried, times.get(matter.subject, 0))  # an action counts by itself how often it came
    items = [*opening, *kept, *(_item(scene, matter) for matter in ranked[:fits]), *closing]
    for order, item in enumerate(items):
        item.order = order
    return items, ranked[fits:]


def _standing(scene: Scene) -> tuple[list[AgendaItem], list[AgendaItem]]:
    """What each such meeting begins and ends with, in the organisation's language."""
    if scene.meeting.kind == Kind.WEEKLY:
        with override(settings.LANGUAGE_CODE):
            return [_part(scene.meeting, part) for part in live_parts(scene)], []
    with override(settings.LANGUAGE_CODE):
        results = _stands(scene, _("Key results: target and actual"), Shows.GOAL)
        trend = _stands(scene, _("Deviations and risks"), Shows.TREND)
        return [results, trend], [_stands(scene, _("Plan of next month"), Shows.NEXT_MONTH)]


def _stands(scene: Scene, title: str, shows: str) -> AgendaItem:
    facts = standing_data(scene, shows)
    return AgendaItem(meeting=scene.meeting, title=title, shows=shows, source=Source.STANDING, slot=STANDING_MINUTES, facts=facts)


def _part(meeting: Meeting, part: Part) -> AgendaItem:
    title = _("%s: last week's progress, this week's plan") % part.department.name
    return AgendaItem(
        meeting=meeting, title=title[:200], department=part.department, shows=Shows.PART, source=Source.PART,
        slot=PART_MINUTES, facts=frozen_part(part),
    )  # fmt: skip


def _item(scene: Scene, matter: Matter) -> AgendaItem:
    item = AgendaItem(
        meeting=scene.meeting, title=matter.title[:200], source=matter.source, subject=matter.subject,
        waits=matter.waits, carried=matter.carried, slot=MATTER_MINUTES, facts=matter.facts,
    )  # fmt: skip
    item.department_id, item.topic_id = matter.department, matter.topic
    return item


def carried(scene: Scene, subjects: Iterable[str]) -> dict[str, int]:
    """By subject at how many meetings in a row, back from the last, nobody got to it; two queries."""
    wanted = set(subjects)
    laid = [row for row in scene.earlier if row.agenda_at is not None]
    if not wanted or not laid:
        return {}
    resolved, asked = (Exists(model.objects.filter(item=OuterRef("pk"))) for model in (Resolution, Action))
    said = Q(notes="") & ~resolved & ~asked
    rows = AgendaItem.objects.filter(meeting__in=[row.pk for row in laid], subject__in=wanted).order_by()
    silent: dict[int, dict[str, bool]] = {}
    for meeting, subject, is_silent in rows.annotate(silent=ExpressionWrapper(said, BooleanField())).values_list(
        "meeting", "subject", "silent"
    ):
        silent.setdefault(meeting, {})[subject] = is_silent
    times: dict[str, int] = {}
    for row in laid:
        left = {one["subject"] for one in (row.since_last or {}).get("left", [])}
        here = silent.get(row.pk, {})
        for subject in list(wanted):
            if here.get(subject) is False:
                wanted.discard(subject)  # it was talked about then: what was before does not count any more
            elif subject in left or subject in here:
                times[subject] = times.get(subject, 0) + 1
    return times
