"""What is to be talked about, from the project's own data, the most waited for first (rule D2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Q, Subquery

from activity.models import Clock
from common import clock
from common.canonical import plain
from documents.models import Document, Slot
from meetings.agenda import actions
from meetings.agenda.scene import Promised, Scene
from meetings.models import AgendaItem, Minutes, Topic
from tracking.models import ChangeRequest, Issue, IssueParty, Risk
from tracking.queries.register import register
from tracking.queries.waiting import Awaited, departments_waiting

Source = AgendaItem.Source
ORDER = [
    Source.BROKEN,
    Source.SLIPPING,
    Source.DEVIATION,
    Source.CLOCK,
    Source.CHANGE,
    Source.UNSIGNED,
    Source.ACTION,
    Source.TOPIC,
]


@dataclass
class Matter:
    """Something to talk about: from what it comes, what it is about, how many departments wait on it, since when it is so."""

    source: str
    subject: str  # "app.model:uid", the same at the next meeting
    title: str
    since: datetime
    department: int | None = None
    waits: int = 0
    carried: int = 0
    topic: Topic | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[Any, ...]:
        """By how many departments wait, then by age; what is left equal keeps an order of its own."""
        return (-self.waits, self.since, ORDER.index(Source(self.source)), self.subject)


def matters_of(scene: Scene) -> list[Matter]:
    """All there is to talk about, in the order of its rank; a fixed number of queries."""
    found = [*_promises(scene), *(matter for read in READERS for matter in read(scene))]
    return sorted(found, key=lambda matter: matter.rank)


def _promises(scene: Scene) -> Iterator[Matter]:
    """Broken promises, slipping ones, and the other deviations; who waits on them is found for all at once."""
    late = [row for row in scene.promises if not row.is_done and row.due_on and row.due_on < scene.today]
    slipping = [row for row in scene.promises if row not in late and is_slipping(row, scene.project.threshold)]
    risks = _risks(scene, {row.pk for row in (*late, *slipping)})
    awaited = [Awaited(row.pk, row.department_id, row.handed_to_id, row.node_id) for row in (*late, *slipping)]
    awaited += [Awaited(task.pk, task.department_id, task.handed_to_id, task.node_id) for risk in risks if (task := risk.task)]
    waiting = departments_waiting(scene.project, awaited)
    for source, rows in ((Source.BROKEN, late), (Source.SLIPPING, slipping)):
        for row in rows:
            yield _promise(scene, source, row, len(waiting[row.pk]))
    for risk in risks:
        yield _deviation(risk, len(waiting[risk.task_id]) if risk.task_id else 0)


def is_slipping(row: Promised, threshold: int) -> bool:
    """Behind by more than the threshold, or by more than half of it and, at this pace, by more than it at its date."""
    if row.is_done or row.deviation <= 0:
        return False
    heading = row.deviation * 10_000 > threshold * (row.planned or 0)
    return row.deviation > threshold or (row.deviation * 2 > threshold and heading)


def _promise(scene: Scene, source: str, row: Promised, waits: int) -> Matter:
    since = clock.local(row.due_on, time(18), scene.project.time_zone) if row.due_on else scene.now
    facts = {
        "url": f"/tasks/{row.uid}/", "number": row.number, "version": row.version, "due_on": row.due_on,
        "planned": row.planned, "actual": row.actual, "deviation": row.deviation, "department": row.department,
    }  # fmt: skip
    return Matter(source, f"tracking.task:{row.uid}", row.title, since, row.department_id, waits, facts=plain(facts))


def _risks(scene: Scene, told: set[int]) -> list[Risk]:
    """The open risks of the register, but for those of promises that stand on the agenda themselves."""
    open_ones = Risk.objects.filter(project=scene.project, state__in=[Risk.State.OPEN, Risk.State.OCCURRED])
    return [row for row in register(open_ones, "") if row.task is None or row.task.tree not in told]


def _deviation(risk: Risk, waits: int) -> Matter:
    department = risk.task.department if risk.task else None
    facts = {
        "url": risk.get_absolute_url(), "planned": risk.planned, "actual": risk.actual, "deviation": risk.deviation,
        "measure": risk.measure, "department": department.name if department else "", "is_major": risk.is_major,
    }  # fmt: skip
    subject = f"tracking.risk:{risk.uid}"
    key = department.pk if department else None
    return Matter(Source.DEVIATION, subject, risk.title, risk.opened_at, key, waits, facts=plain(facts))


def _clocks(scene: Scene) -> Iterator[Matter]:
    """Deadlines that run, but for those of papers and requests that stand here by themselves, and of these minutes."""
    known = ContentType.objects.get_for_models(Document, ChangeRequest, Minutes, Issue)
    own = Minutes.objects.filter(meeting=scene.meeting).values("pk")
    concerned = IssueParty.objects.filter(issue=OuterRef("object_id")).order_by().values("issue")
    rows = Clock.objects.filter(project_id=scene.project.pk, stopped_at__isnull=True)
    rows = rows.exclude(content_type__in=[known[Document], known[ChangeRequest]])
    rows = rows.exclude(content_type=known[Minutes], object_id__in=own)
    for row in rows.annotate(parties=Subquery(concerned.annotate(n=Count("pk")).values("n"))).order_by("due_at", "pk"):
        facts = {"url": row.url, "due_at": row.due_at, "breached": row.breached_at is not None}
        waits = row.parties or 0 if row.content_type_id == known[Issue].pk else 0
        yield Matter(Source.CLOCK, f"activity.clock:{row.uid}", row.title, row.started_at, None, waits, facts=plain(facts))


def _changes(scene: Scene) -> Iterator[Matter]:
    """Requests that wait for opinions or the decision; the departments they hit wait on them."""
    rows = ChangeRequest.objects.filter(project=scene.project, state=ChangeRequest.State.IN_REVIEW).select_related("department")
    for row in rows.order_by("number"):
        facts = {"url": row.get_absolute_url(), "number": row.number, "department": row.department.name}
        since, waits = row.submitted_at or row.created_at, len(row.impact.get("asked", []))
        subject = f"tracking.changerequest:{row.uid}"
        yield Matter(Source.CHANGE, subject, row.title, since, row.department_id, waits, facts=plain(facts))


def _unsigned(scene: Scene) -> Iterator[Matter]:
    """Papers that lack signatures; who has signed waits for the rest."""
    signed = Q(slots__state=Slot.State.SIGNED)
    rows = Document.objects.filter(project_id=scene.project.pk, state=Document.State.SIGNING).defer("snapshot")
    rows = rows.annotate(
        waiting=Count("slots__department", filter=signed, distinct=True),
        signed=Count("slots", filter=signed),
        missing=Count("slots", filter=Q(slots__state=Slot.State.OPEN)),
    )
    for row in rows.order_by("pk"):
        facts = {"url": row.get_absolute_url(), "signed": row.signed, "missing": row.missing, "number": row.number}
        yield Matter(
            Source.UNSIGNED, f"documents.document:{row.uid}", row.title, row.created_at, None, row.waiting, facts=plain(facts)
        )


def _actions(scene: Scene) -> Iterator[Matter]:
    """Undone actions whose date has passed; the others stand in their department's part."""
    for row in actions.undone(scene):
        if row.due_on is not None and row.due_on < scene.today:
            facts = {"url": row.url, "due_on": row.due_on, "owner": row.owner_name, "department": row.department_name}
            since = clock.local(row.due_on, time(18), scene.project.time_zone)
            subject = f"meetings.action:{row.lineage}"
            yield Matter(Source.ACTION, subject, row.text, since, row.department_id, facts=plain(facts))


def _topics(scene: Scene) -> Iterator[Matter]:
    """What somebody wants talked about."""
    rows = Topic.objects.filter(project=scene.project, kind=scene.meeting.kind, state=Topic.State.OPEN)
    for row in rows.select_related("raised_by", "department"):
        facts = {"raised_by": row.raised_by.name, "department": row.department.name if row.department else ""}
        subject = f"meetings.topic:{row.uid}"
        yield Matter(Source.TOPIC, subject, row.text, row.raised_at, row.department_id, topic=row, facts=plain(facts))


READERS: list[Callable[[Scene], Iterator[Matter]]] = [_clocks, _changes, _unsigned, _actions, _topics]
