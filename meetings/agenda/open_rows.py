"""What is open beside the work itself: clocks, change requests, papers to be signed, topics; read in one query (rule D2)."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from activity.models import Clock
from common.canonical import plain
from documents.models import Document, Slot
from meetings.agenda.matter import Matter, Source
from meetings.agenda.scene import Scene
from meetings.models import Minutes, Topic
from tracking.models import ChangeRequest, Issue, IssueParty


class _Row(NamedTuple):
    """A clock, a request, a paper or a topic, as they are read together."""

    source: str
    pk: int
    uid: Any
    title: str
    since: datetime
    department: int | None
    department_name: str
    number: int  # of a request
    waits: int
    lacks: int  # signatures
    until: datetime | None
    breached: bool
    text: str
    url: str


SUBJECTS: dict[str, str] = {
    Source.CLOCK: "activity.clock",
    Source.CHANGE: "tracking.changerequest",
    Source.UNSIGNED: "documents.document",
    Source.TOPIC: "meetings.topic",
}
NO_ONE, NO_TIME = Value(None, IntegerField()), Value(None, DateTimeField())


def open_rows(scene: Scene) -> Iterator[Matter]:
    """Running clocks, open requests, papers that lack signatures, and what somebody wants talked about; one query."""
    for row in map(_Row._make, _clocks(scene).union(_changes(scene), _unsigned(scene), _topics(scene), all=True)):
        facts: dict[str, Any] = {"url": row.url, "department": row.department_name}
        waits, topic = row.waits, None
        match row.source:
            case Source.CLOCK:
                facts |= {"due_at": row.until, "breached": row.breached}
            case Source.CHANGE:
                facts |= {"url": reverse("change", args=[row.uid]), "number": row.number, "due_at": row.until}
                waits = len(json.loads(row.text or "[]"))
            case Source.UNSIGNED:
                facts |= {"url": reverse("document", args=[row.uid]), "signed": row.number, "missing": row.lacks}
            case _:
                facts, topic = facts | {"raised_by": row.text}, row.pk
        subject = f"{SUBJECTS[row.source]}:{row.uid}"
        yield Matter(row.source, subject, row.title, row.since, row.department, waits, topic=topic, facts=plain(facts))


def _row(rows: QuerySet[Any], source: str, **said: Any) -> QuerySet[Any, Any]:
    """Rows as `_Row` has them; what a source does not say is empty."""
    usual: dict[str, Any] = {
        "a_department": NO_ONE, "a_name": Value(""), "a_number": Value(0), "a_waits": Value(0), "a_lacks": Value(0),
        "a_until": NO_TIME, "a_breached": Value(False), "a_text": Value(""), "a_url": Value(""),
    }  # fmt: skip
    given = usual | {f"a_{name}": value for name, value in said.items()}
    columns = ("a_source", "pk", "uid", "a_title", "a_since", *usual)
    return rows.order_by().annotate(a_source=Value(source), **given).values_list(*columns)


def _clocks(scene: Scene) -> QuerySet[Any, Any]:
    """Deadlines that run, but for those of papers and requests that stand here by themselves, and of these minutes."""
    known = ContentType.objects.get_for_models(Document, ChangeRequest, Minutes, Issue)
    own = Minutes.objects.filter(meeting=scene.meeting).values("pk")
    concerned = IssueParty.objects.filter(issue=OuterRef("object_id")).order_by().values("issue").annotate(n=Count("pk"))
    parties = Case(When(content_type=known[Issue], then=Coalesce(Subquery(concerned.values("n")), Value(0))), default=Value(0))
    rows = Clock.objects.filter(project_id=scene.project.pk, stopped_at__isnull=True)
    rows = rows.exclude(content_type__in=[known[Document], known[ChangeRequest]])
    rows = rows.exclude(content_type=known[Minutes], object_id__in=own)
    late = Case(When(breached_at__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField())
    return _row(
        rows, Source.CLOCK, title=F("title"), since=F("started_at"), waits=parties, until=F("due_at"), breached=late, url=F("url")
    )


def _changes(scene: Scene) -> QuerySet[Any, Any]:
    """Requests that wait for opinions or the decision; the departments that were asked wait on them."""
    rows = ChangeRequest.objects.filter(project=scene.project, state=ChangeRequest.State.IN_REVIEW)
    asked = Coalesce(Cast(KeyTextTransform("asked", "impact"), CharField()), Value("[]"))
    return _row(
        rows, Source.CHANGE, title=F("title"), since=Coalesce("submitted_at", "created_at"), department=F("department_id"),
        name=F("department__name"), number=F("number"), until=F("opinions_by"), text=asked,
    )  # fmt: skip


def _unsigned(scene: Scene) -> QuerySet[Any, Any]:
    """Papers that lack signatures; the departments that have signed wait for the rest."""
    signed = Q(slots__state=Slot.State.SIGNED)
    missing = Q(slots__state=Slot.State.OPEN) & ~Q(slots__role=Slot.Role.INFORMED)
    rows = Document.objects.filter(project_id=scene.project.pk, state=Document.State.SIGNING)
    return _row(
        rows, Source.UNSIGNED, title=F("title"), since=F("created_at"), number=Count("slots", filter=signed),
        waits=Count("slots__department", filter=signed, distinct=True), lacks=Count("slots", filter=missing),
    )  # fmt: skip


def _topics(scene: Scene) -> QuerySet[Any, Any]:
    """What somebody wants talked about."""
    rows = Topic.objects.filter(project=scene.project, kind=scene.meeting.kind, state=Topic.State.OPEN)
    return _row(
        rows, Source.TOPIC, title=F("text"), since=F("raised_at"), department=F("department_id"),
        name=Coalesce("department__name", Value("")), text=F("raised_by__name"),
    )  # fmt: skip
