"""What an agenda is written from, read once however much of it is shown: the meetings before, and what was promised."""

from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery

from common import clock
from meetings.models import Meeting
from projects.models import Amendment, ClauseChange, CommunicationRule, Party
from tracking.models import Slip, Task

LOOKED_BACK = 60  # meetings of a series


class Earlier(NamedTuple):
    """A meeting of the same series before this one."""

    pk: int
    uid: Any
    state: str
    starts_at: datetime
    ends_at: datetime
    agenda_at: datetime | None
    since_last: dict[str, Any] | None


class Promised(NamedTuple):
    """The task behind a clause that holds now, with its figures; since the last meeting perhaps moved, and from which day."""

    pk: int
    uid: Any
    title: str
    department_id: int
    department: str
    handed_to_id: int | None
    node_id: int | None
    starts_on: date | None
    due_on: date | None
    state: str
    finished_at: datetime | None
    planned: int | None
    actual: int | None
    number: str
    clause: Any
    version: int
    slipped_from: date | None
    changed_before: dict[str, Any] | None

    @property
    def deviation(self) -> int:
        return (self.planned or 0) - (self.actual or 0)

    @property
    def is_done(self) -> bool:
        return self.state == Task.State.DONE

    @property
    def was_due_on(self) -> date | None:
        """The day that it had at the last meeting, where it was moved since."""
        said = (self.changed_before or {}).get("due_on")
        days = [day for day in (self.slipped_from, date.fromisoformat(said) if said else None) if day]
        return min(days, default=None)

    @property
    def was_moved(self) -> bool:
        was = self.was_due_on
        return was is not None and was != self.due_on


class Scene:
    """One meeting, and what its agenda is written from; `Scene.of` keeps it with the meeting while a page is drawn."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting, self.project = meeting, meeting.project
        self.now = clock.now()
        self.today: date = self.project.today

    @classmethod
    def of(cls, meeting: Meeting) -> "Scene":
        """The scene of this meeting, read once."""
        found: Scene | None = meeting.__dict__.get("_scene")
        if found is None:
            found = meeting.__dict__["_scene"] = cls(meeting)
        return found

    @cached_property
    def earlier(self) -> list[Earlier]:
        """The meetings of its series before it that took place, the newest first."""
        rows = Meeting.objects.filter(project=self.project, kind=self.meeting.kind, starts_at__lt=self.meeting.starts_at)
        over = Q(state=Meeting.State.HELD) | Q(state=Meeting.State.PLANNED, ends_at__lte=self.now)
        found = rows.filter(over).exclude(pk=self.meeting.pk).order_by("-starts_at", "-pk")
        return [Earlier(*row) for row in found.values_list(*Earlier._fields)[:LOOKED_BACK]]

    @property
    def last(self) -> Earlier | None:
        return next(iter(self.earlier), None)

    @property
    def since(self) -> datetime | None:
        """Since when things are told: since the agenda of the last meeting was written, else all."""
        return (self.last.agenda_at or self.last.starts_at) if self.last else None

    @property
    def since_on(self) -> date:
        """The day of it; without a meeting before, since ever."""
        return self.day_of(self.since) if self.since else date.min

    def day_of(self, moment: datetime) -> date:
        """The day of a moment in the project's zone."""
        return moment.astimezone(ZoneInfo(self.project.time_zone)).date()

    @cached_property
    def parties(self) -> list[Party]:
        """The departments that take part, in their order."""
        asks = CommunicationRule.objects.filter(project=self.project).exclude(template="").order_by("order", "id")
        rows = self.project.parties.select_related("department", "liaison").order_by("order", "id")
        return list(rows.annotate(template=Subquery(asks.values("template")[:1])))

    @property
    def template(self) -> str:
        """The report template of the project (rule C3)."""
        return next((getattr(party, "template", None) or "" for party in self.parties), "")

    @cached_property
    def promises(self) -> list[Promised]:
        """The tasks behind the clauses that hold now; one query."""
        rows = Task.objects.filter(project=self.project, clause__isnull=False, clause__ended_at=None)
        rows = rows.exclude(state=Task.State.CANCELLED).annotate(slipped_from=self._slipped(), changed_before=self._changed())
        columns = (
            *(
                "pk",
                "uid",
                "title",
                "department_id",
                "department__name",
                "handed_to_id",
                "node_id",
                "starts_on",
                "due_on",
                "state",
            ),
            *("finished_at", "figures__planned", "figures__actual", "clause__number", "clause__uid"),
            *("clause__memorandum__edition", "slipped_from", "changed_before"),
        )
        return [Promised(*row) for row in rows.order_by("due_on", "pk").values_list(*columns)]

    @cached_property
    def moved(self) -> set[int]:
        """The tasks whose promise was moved since the last meeting."""
        return {row.pk for row in self.promises if row.was_moved}

    def _slipped(self) -> Subquery:
        agreed = Slip.objects.filter(task=OuterRef("pk"), state=Slip.State.AGREED)
        return Subquery(self._new(agreed, "ended_at").order_by("pk").values("from_due")[:1])

    def _changed(self) -> Subquery:
        in_force = ClauseChange.objects.filter(clause=OuterRef("clause"), amendment__state=Amendment.State.IN_FORCE)
        rows = in_force.filter(kind=ClauseChange.Kind.CHANGED)  # slips are told by their own rows
        return Subquery(self._new(rows, "amendment__in_force_at").order_by("pk").values("before")[:1])

    def _new(self, rows: QuerySet[Any], when: str) -> QuerySet[Any]:
        return rows.filter(**{f"{when}__gt": self.since}) if self.since else rows
