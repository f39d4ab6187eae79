"""Reads of meetings and minutes that pages share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import pgettext_lazy

from activity.models import Clock, Delivery
from common import clock
from common.rights import Reach
from meetings.access import RULES, Act, may_at, visible_meetings
from meetings.desk import clocks_of
from meetings.models import Attendee, Meeting, Minutes, MinutesReader
from meetings.models.meeting import Kind
from meetings.on_issue import newest_on
from meetings.readers import objectors, state_of
from people.models import User
from people.queries import daily_for
from projects.access import standing
from projects.models import Project
from tracking.models import Issue


@dataclass
class MeetingLine:
    """A meeting in a list: its newest minutes and their clock."""

    meeting: Meeting
    minutes: Minutes | None
    clock: Clock | None

    @property
    def is_over(self) -> bool:
        return self.meeting.state != Meeting.State.PLANNED or self.meeting.ends_at <= clock.now()

    @property
    def owes_minutes(self) -> bool:
        """The meeting is over and its minutes are still a draft."""
        return (
            self.is_over
            and self.meeting.state != Meeting.State.NOT_HELD
            and self.minutes is not None
            and self.minutes.state == Minutes.State.DRAFT
        )


def lines_of(meetings: Iterable[Meeting]) -> list[MeetingLine]:
    """Meetings (minutes prefetched by `with_minutes`) as lines; one more query for all clocks."""
    rows = [(meeting, next(iter(meeting.minutes_versions.all()), None)) for meeting in meetings]
    running = clocks_of([minutes for _meeting, minutes in rows if minutes is not None])
    return [MeetingLine(meeting, minutes, running.get(minutes.pk) if minutes else None) for meeting, minutes in rows]


def with_minutes(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """For lists: the people and the minutes, newest edition first, without their frozen content."""
    newest = Minutes.objects.order_by("-edition").defer("content")
    return rows.select_related("project", "chair__department").prefetch_related(Prefetch("minutes_versions", newest))


def with_papers(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """As `with_minutes`, and with the document of minutes that are signed."""
    newest = Minutes.objects.order_by("-edition").defer("content").select_related("document").prefetch_related("document__slots")
    return rows.select_related("project", "chair__department").prefetch_related(Prefetch("minutes_versions", newest))


def needs_kickoff(project: Project) -> bool:
    """Whether the kick-off is still to be called: none is planned, held or being written up."""
    if project.state not in (Project.State.PREPARATION, Project.State.KICKOFF):
        return False
    called = project.meetings.filter(kind=Kind.KICKOFF).exclude(state=Meeting.State.NOT_HELD)
    return not called.exists()


def upcoming(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """What is still to come or just being held, next first; what was cancelled stands there until its time is past."""
    return with_minutes(rows.filter(_ahead())).order_by("starts_at", "id")


def _ahead() -> Q:
    now = clock.now()
    cancelled = Q(state=Meeting.State.NOT_HELD, called_off_at__isnull=False, starts_at__gt=now)
    return Q(state=Meeting.State.PLANNED, ends_at__gt=now) | cancelled


def past(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """What is over or was not held, last first."""
    return with_minutes(rows.exclude(_ahead())).order_by("-starts_at", "-id")


def of_mine(user: User, *, stood_in: bool = True) -> QuerySet[Meeting]:
    """The meetings that I attend, chair or write for, or somebody in whose place I work today, in projects that exist for me."""
    persons = (
        User.objects.filter(Q(pk=user.pk) | Q(pk__in=daily_for(user)) if stood_in else Q(pk=user.pk)).order_by().values("pk")
    )
    invited = Exists(Attendee.objects.filter(meeting=OuterRef("pk"), user__in=persons))
    return visible_meetings(user).filter(invited | Q(chair__in=persons) | Q(recorder__in=persons))


STATES = {
    "objected": (pgettext_lazy("reader of minutes", "Objects"), "message-report"),
    "excused": (pgettext_lazy("reader of minutes", "Left before it was sent"), "user-off"),
    "confirmed": (pgettext_lazy("reader of minutes", "Confirmed"), "circle-check"),
    "signed": (pgettext_lazy("reader of minutes", "Signed"), "writing-sign"),
    "silent": (pgettext_lazy("reader of minutes", "No reply"), "circle-minus"),
    "seen": (pgettext_lazy("reader of minutes", "Read"), "eye"),
    "unseen": (pgettext_lazy("reader of minutes", "Unread"), "eye-off"),
}


@dataclass
class ReaderLine:
    """One reader of distributed minutes: state, and by which channel what became of the sending."""

    reader: MinutesReader
    department: str
    state: str
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def state_words(self) -> Any:
        return STATES[self.state][0]

    @property
    def sign(self) -> str:
        return STATES[self.state][1]

    @property
    def is_waited_for(self) -> bool:
        """Whether an answer is still to come."""
        return not self.reader.in_copy and self.state in ("silent", "seen", "unseen")

    @property
    def shown(self) -> Delivery | None:
        """The delivery that counts: the mail where there is one, else the notice."""
        return next((row for row in self.deliveries if row.channel == Delivery.Channel.MAIL), next(iter(self.deliveries), None))


def readers_for(user: User, minutes: Minutes, *, objecting: set[int] | None = None) -> list[ReaderLine]:
    """The readers whose lines this user may see: all (who sent them, too), those of the own department, or the own line
    and those of whom one works in place today.

    `objecting`: who objects to this version, where that was read already.
    """
    reach = "all" if may_at(user, minutes.meeting, Act.WRITE) else _reach(user, minutes.meeting.project)
    stands = standing(user, minutes.meeting.project)
    own = stands.departments
    objecting = objectors(minutes) if objecting is None else objecting
    by_reader: dict[int, list[Delivery]] = {}
    for row in Delivery.objects.filter(notice__event=minutes.event_id).select_related("notice").order_by("id"):
        by_reader.setdefault(row.notice.reader_id, []).append(row)
    lines = []
    for reader in _with_department(minutes):
        near = reader.user_id in stands.persons or (reach == "department" and reader.speaks_for in own)
        if reach == "all" or near:
            name = reader.speaks_for_name or str(reader.user.department or "")
            state = state_of(reader, minutes, objects=reader.user_id in objecting)
            lines.append(ReaderLine(reader, name, state, by_reader.get(reader.user_id, [])))
    return lines


def _with_department(minutes: Minutes) -> QuerySet[Any]:
    """The readers, each with the department for which they attend."""
    attends = Attendee.objects.filter(meeting=minutes.meeting_id, user=OuterRef("user"))
    return minutes.readers.select_related("user__department", "confirmed_by").annotate(
        speaks_for=Subquery(attends.values("department")[:1]), speaks_for_name=Subquery(attends.values("department__name")[:1])
    )


def _reach(user: User, project: Project) -> str:
    """How far the certificate of distribution opens to this user."""
    found = {RULES[Act.CERTIFICATE].get(role) for role in standing(user, project).roles}
    if found & {Reach.ALL, Reach.READ}:
        return "all"
    return "department" if Reach.DEPARTMENT in found else "own"


def readable_on(user: User, issue: Issue) -> Minutes | None:
    """The newest minutes on an issue, distributed or, for those who write them, a draft."""
    newest = newest_on(issue)
    if newest is None or not may_at(user, newest.meeting, Act.WRITE if newest.state == Minutes.State.DRAFT else Act.READ):
        return None
    return newest
