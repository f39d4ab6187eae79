"""What meetings put on My desk: minutes to confirm, minutes to write, their clocks."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from activity.models import Clock
from common import clock
from common.desk import DeskGroup, DeskRow
from documents.models import Slot
from meetings.models import Meeting, Minutes, MinutesReader
from meetings.services.laying import CLOCK
from people.models import User
from projects.models import Project

FIRST = 20


def to_confirm(user: User) -> DeskGroup:
    """Distributed minutes that I have not confirmed, each confirmed in place; those I sign stand under signing."""
    signing = Slot.objects.filter(document=OuterRef("minutes__document"), signer=user).exclude(state=Slot.State.VOID)
    rows = (
        MinutesReader.objects.filter(
            ~Exists(signing),
            _exists_for(user),
            user=user,
            in_copy=False,
            confirmed_at__isnull=True,
            minutes__state=Minutes.State.DISTRIBUTED,
        )
        .select_related("minutes__meeting__project")
        .order_by("minutes__distributed_at")
    )
    return DeskGroup(
        [
            DeskRow(
                title=row.minutes.meeting.title,
                url=row.minutes.get_absolute_url(),
                project_name=row.minutes.meeting.project.name,
                when=row.minutes.distributed_at,
                template="meetings/_desk_confirm.html",
                context={"minutes": row.minutes},
            )
            for row in rows[:FIRST]
        ],
        rows.count(),
    )


def _exists_for(user: User) -> Exists:
    return Exists(Project.objects.visible_to(user).filter(pk=OuterRef("minutes__meeting__project_id")))


def _owed_by(user: User) -> QuerySet[Minutes]:
    """Minutes of meetings that are over, which I chair or write."""
    over = Q(meeting__state=Meeting.State.HELD) | Q(meeting__state=Meeting.State.PLANNED, meeting__ends_at__lte=clock.now())
    mine = Q(meeting__chair=user) | Q(meeting__recorder=user)
    visible = Exists(Project.objects.visible_to(user).filter(pk=OuterRef("meeting__project_id"), hold=Project.Hold.NONE))
    return (
        Minutes.objects.filter(over, mine, visible, state=Minutes.State.DRAFT)
        .select_related("meeting__project")
        .order_by("meeting__ends_at")
    )


def to_write(user: User) -> DeskGroup:
    """Minutes that I must write and distribute, with their clocks."""
    rows = _owed_by(user)
    first = list(rows[:FIRST])
    running = clocks_of(first)
    return DeskGroup(
        [
            DeskRow(
                title=row.meeting.title,
                url=row.get_absolute_url(),
                project_name=row.meeting.project.name,
                when=row.meeting.ended_at or row.meeting.ends_at,
                clock=running.get(row.pk),
                template="meetings/_desk_write.html",
                context={"minutes": row},
            )
            for row in first
        ],
        rows.count(),
    )


def clocks_of_mine(user: User) -> DeskGroup:
    """Running clocks of minutes that are out, but have not reached everybody."""
    kind = ContentType.objects.get_for_model(Minutes)
    out = Minutes.objects.filter(
        Q(meeting__chair=user) | Q(meeting__recorder=user),
        Exists(Project.objects.visible_to(user).filter(pk=OuterRef("meeting__project_id"))),
        Exists(Clock.objects.filter(content_type=kind, kind=CLOCK, object_id=OuterRef("pk"), stopped_at__isnull=True)),
        state=Minutes.State.DISTRIBUTED,
    ).select_related("meeting__project")
    first = list(out.order_by("distributed_at")[:FIRST])
    running = clocks_of(first)
    rows = [
        DeskRow(
            title=row.meeting.title,
            url=row.get_absolute_url() + "#readers",
            project_name=row.meeting.project.name,
            when=row.distributed_at,
            clock=running.get(row.pk),
        )
        for row in first
    ]
    return DeskGroup(rows, out.count())


def clocks_of(minutes: Iterable[Minutes]) -> dict[int, Clock]:
    """The clocks of some minutes, by the key of the minutes."""
    kind = ContentType.objects.get_for_model(Minutes)
    found = Clock.objects.filter(content_type=kind, kind=CLOCK, object_id__in=[row.pk for row in minutes])
    return {row.object_id: row for row in found}
