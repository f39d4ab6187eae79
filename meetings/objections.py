"""Reads of objections: what holds up which resolution, and why (rule D5)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from documents.models import Objection
from meetings.access import Act, persons_for
from meetings.models import Meeting, Minutes, ResolutionObjection
from meetings.models.meeting import Kind
from people.models import User

OPEN = ResolutionObjection.State.OPEN


def open_objections(meeting: Meeting) -> QuerySet[ResolutionObjection]:
    """What still holds up resolutions of a meeting, in whichever version it was said: it goes on with the lineage."""
    return ResolutionObjection.objects.filter(resolution__minutes__meeting=meeting, state=OPEN)


def of_meeting(meeting: Meeting) -> list[ResolutionObjection]:
    """All that was objected to in the minutes of a meeting, in whichever version; one query for a whole page."""
    rows = ResolutionObjection.objects.filter(resolution__minutes__meeting=meeting)
    return list(rows.select_related("resolution__minutes", "objector__department", "said_by", "answered_by").order_by("id"))


def held_up(meeting: Meeting) -> dict[UUID, list[ResolutionObjection]]:
    """By the lineage of a resolution, the open objections to it."""
    return held_by(open_objections(meeting).select_related("resolution", "objector__department").order_by("id"))


def held_by(rows: Iterable[ResolutionObjection]) -> dict[UUID, list[ResolutionObjection]]:
    """The same of objections that were read."""
    found: dict[UUID, list[ResolutionObjection]] = {}
    for row in rows:
        if row.state == OPEN:
            found.setdefault(row.resolution.lineage, []).append(row)
    return found


def objectors_in(rows: Iterable[ResolutionObjection], minutes: Minutes) -> set[int]:
    """Who of these objects to a resolution of this version."""
    return {row.objector_id for row in rows if row.state == OPEN and row.resolution.minutes_id == minutes.pk}


def is_held_up() -> Exists:
    """For a query of resolutions: whether an objection to it, or to the same in an earlier version, is open."""
    return Exists(ResolutionObjection.objects.filter(resolution__lineage=OuterRef("lineage"), state=OPEN))


@dataclass
class ObjectionLine:
    """An objection as the page shows it: to one resolution, or, by a head who does not sign, to the minutes as a whole."""

    who: str
    department: str
    about: str
    text: str
    at: datetime
    state: str = OPEN
    row: ResolutionObjection | None = None
    is_mine: bool = False
    said_by: str = ""  # who said it in their place

    @property
    def is_open(self) -> bool:
        return self.state == OPEN


def lines_for(
    user: User, minutes: Minutes, rows: Iterable[ResolutionObjection], departments: dict[int, str]
) -> list[ObjectionLine]:
    """Those of a meeting's objections that concern this version, or that it has settled or left open; one list for both kinds."""
    known = [row for row in rows if row.resolution.minutes.edition <= minutes.edition]
    shown = [row for row in known if row.resolution.minutes_id == minutes.pk or row.state != ResolutionObjection.State.WITHDRAWN]
    persons = persons_for(user, minutes.meeting.project, Act.CONFIRM)
    return [*_of_signing(minutes), *(_line(row, persons, departments) for row in shown)]


def standing_objections(draft: Minutes) -> list[ObjectionLine]:
    """What a new version that is being written is to mend or to answer; beside it while one writes."""
    before = draft.meeting.minutes_versions.filter(edition=draft.edition - 1).first() if draft.edition > 1 else None
    if before is None:
        return []
    before.meeting = draft.meeting
    rows = open_objections(draft.meeting).select_related("resolution", "objector__department", "said_by", "answered_by")
    return [*_of_signing(before), *(_line(row, (), {}) for row in rows)]


def _line(row: ResolutionObjection, persons: Collection[int], departments: dict[int, str]) -> ObjectionLine:
    return ObjectionLine(
        who=row.objector.name,
        department=departments.get(row.objector_id) or str(row.objector.department or ""),
        about=row.resolution.text,
        text=row.text,
        at=row.at,
        state=row.state,
        row=row,
        is_mine=row.objector_id in persons,
        said_by=row.said_by.name if row.said_by is not None else "",
    )


def _of_signing(minutes: Minutes) -> Iterable[ObjectionLine]:
    """Heads who did not sign a version of the kick-off's minutes; the next version settles it."""
    if minutes.meeting.kind != Kind.KICKOFF:
        return
    rows = Objection.objects.filter(
        slot__document__in=minutes.meeting.minutes_versions.filter(edition__lte=minutes.edition, document__isnull=False).values(
            "document"
        )
    ).select_related("objector", "slot__department", "slot__document")
    for row in rows.order_by("id"):
        stands = row.slot.document_id == minutes.document_id and minutes.state == Minutes.State.DISTRIBUTED
        yield ObjectionLine(
            who=row.objector.name,
            department=row.slot.department.name,
            about="",
            text=row.reason,
            at=row.at,
            state=OPEN if stands else ResolutionObjection.State.SETTLED,
        )
