"""What meetings put on My desk: minutes to confirm, minutes to write, their clocks."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, QuerySet, When

from activity.models import Clock
from common import clock
from common.desk import DeskGroup, DeskRow
from documents.models import Slot
from meetings.asking import asked_words
from meetings.models import Meeting, Minutes, MinutesReader, ResolutionObjection
from meetings.services.laying import CLOCK
from meetings.services.stalling import ARCHIVING, missing_in, stalled
from people.models import User
from people.queries import daily_for
from projects.models import Participant, Party, Project

FIRST = 20


def unconfirmed(user: User) -> QuerySet[MinutesReader]:
    """Distributed minutes that I, or those in whose place I work today, have not answered; those to be signed stand under
    signing, those being revised come again.
    """
    signing = Slot.objects.filter(document=OuterRef("minutes__document"), signer=OuterRef("user"))
    newer = Minutes.objects.filter(meeting=OuterRef("minutes__meeting"), edition__gt=OuterRef("minutes__edition"))
    objects = ResolutionObjection.objects.filter(
        resolution__minutes=OuterRef("minutes"), objector=OuterRef("user"), state=ResolutionObjection.State.OPEN
    )
    return MinutesReader.objects.filter(
        ~Exists(signing.exclude(state=Slot.State.VOID)),
        ~Exists(newer),
        ~Exists(objects),
        _visible(user, "minutes__meeting__project_id"),
        Q(user=user) | Q(Q(user__in=daily_for(user)) & _takes_part()),
        in_copy=False,
        confirmed_at__isnull=True,
        minutes__state=Minutes.State.DISTRIBUTED,
    )


def to_confirm(user: User) -> DeskGroup:
    """One row for each, confirmed in place."""
    rows = unconfirmed(user).select_related("minutes__meeting__project").order_by("minutes__distributed_at")
    held = ResolutionObjection.objects.filter(
        resolution__minutes__meeting=OuterRef("minutes__meeting"), state=ResolutionObjection.State.OPEN
    )
    made = [
        DeskRow(
            title=row.minutes.meeting.title,
            url=row.minutes.get_absolute_url(),
            project_name=row.minutes.meeting.project.name,
            when=row.minutes.answer_by or row.minutes.distributed_at,
            template="meetings/_desk_confirm.html",
            context={"minutes": row.minutes, "reader": row, "asked": asked_words(row.minutes, held_up=row.held_up)},
            whose=(row.minutes.meeting.project_id, None, row.user_id),
        )
        for row in rows.annotate(held_up=Exists(held))[:FIRST]
    ]
    return _counted(made, rows)


def _takes_part() -> Q:
    """Whether the reader takes part by a seat that another can take: head, liaison or assignee, not as an executive."""
    project = OuterRef("minutes__meeting__project")
    parties = Party.objects.filter(Q(head=OuterRef("user")) | Q(liaison=OuterRef("user")), project=project)
    assigned = Participant.objects.filter(project=project, user=OuterRef("user"), kind=Participant.Kind.ASSIGNEE)
    return Q(Exists(parties)) | Q(Exists(assigned))


def _kept(user: User, rows: QuerySet[Any], seats: Sequence[str] = ("meeting__recorder", "meeting__chair")) -> QuerySet[Any]:
    """Those of some minutes that I keep (by these seats), or that somebody does in whose place I work today: the `keeper`."""
    stood_in = {seat: Q(**{f"{seat}__in": daily_for(user)}) for seat in seats}
    mine = reduce(or_, (Q(**{seat: user.pk}) for seat in seats))
    cases = [When(mine, then=user.pk), *(When(theirs, then=seat) for seat, theirs in stood_in.items())]
    rows = rows.filter(reduce(or_, stood_in.values(), mine))
    return rows.annotate(keeper=Case(*cases, output_field=BigIntegerField()))


def _whose(row: Any) -> tuple[int, None, int]:
    return row.meeting.project_id, None, row.keeper


def unsettled(user: User) -> QuerySet[Any]:
    """Minutes that I chair or write and to which somebody objects; once a new version is being written, that one stands here."""
    newer = Minutes.objects.filter(meeting=OuterRef("meeting"), edition__gt=OuterRef("edition"))
    held = ResolutionObjection.objects.filter(
        resolution__minutes__meeting=OuterRef("meeting"), state=ResolutionObjection.State.OPEN, answer=""
    )
    rows = Minutes.objects.filter(_visible(user), Exists(held), ~Exists(newer), state=Minutes.State.DISTRIBUTED)
    return _kept(user, rows).select_related("meeting__project").order_by("answer_by", "pk")


def to_settle(user: User) -> DeskGroup:
    """Objections to answer: by a new version, or by words."""
    rows = unsettled(user)
    return _counted([_in_place(row, "objections", "settle") for row in rows[:FIRST]], rows)


def _in_place(row: Any, place: str, act: str, **more: Any) -> DeskRow:
    """Distributed minutes that their keeper finishes with on the row itself; the link leads to the place on their page."""
    return DeskRow(
        title=row.meeting.title,
        url=f"{row.get_absolute_url()}#{place}",
        project_name=row.meeting.project.name,
        when=row.answer_by,
        template=f"meetings/_desk_{act}.html",
        context={"minutes": row, **more},
        whose=_whose(row),
    )


def _counted(first: list[DeskRow], rows: QuerySet[Any]) -> DeskGroup:
    """The first rows; how many there are is asked only where those are not all."""
    return DeskGroup(first, len(first) if len(first) < FIRST else rows.count())


def unarchived(user: User) -> QuerySet[Any]:
    """Minutes that I chair or write, or whose keepers are gone while I lead, that silence does not archive: the time is over."""
    return _kept(user, stalled().filter(_visible(user)), ARCHIVING).select_related("meeting__project").order_by("answer_by", "pk")


def to_archive(user: User) -> DeskGroup:
    """Archived in place, with those named who did not answer."""
    rows = unarchived(user)
    return _counted([_in_place(row, "readers", "archive", missing=missing_in(row)) for row in rows[:FIRST]], rows)


def _visible(user: User, project: str = "meeting__project_id") -> Exists:
    """Whether the project of a row exists for this person."""
    return Exists(Project.objects.visible_to(user).filter(pk=OuterRef(project)))


def unwritten(user: User) -> QuerySet[Any]:
    """Minutes that I chair or write: drafts of meetings that are over, and distributed ones whose clock still runs."""
    over = Q(meeting__state=Meeting.State.HELD) | Q(meeting__state=Meeting.State.PLANNED, meeting__ends_at__lte=clock.now())
    kind = ContentType.objects.get_for_model(Minutes)
    running = Exists(Clock.objects.filter(content_type=kind, kind=CLOCK, object_id=OuterRef("pk"), stopped_at__isnull=True))
    owed = over & Q(state=Minutes.State.DRAFT, meeting__project__hold=Project.Hold.NONE)
    rows = Minutes.objects.filter(_visible(user), owed | Q(running, state=Minutes.State.DISTRIBUTED))
    return _kept(user, rows).select_related("meeting__project").order_by("meeting__ends_at", "pk")


def to_write(user: User) -> dict[str, DeskGroup]:
    """Minutes that I must write and distribute, and those that are out but have not reached everybody, with their clocks."""
    found = list(unwritten(user)[: FIRST * 5])
    running = clocks_of(found)
    drafts = [row for row in found if row.state == Minutes.State.DRAFT]
    out = [row for row in found if row.state == Minutes.State.DISTRIBUTED]
    return {
        "answer": DeskGroup([_draft(row, running.get(row.pk)) for row in drafts[:FIRST]], len(drafts)),
        "clocks": DeskGroup([_out(row, running.get(row.pk)) for row in out[:FIRST]], len(out)),
    }


def _draft(row: Any, running: Clock | None) -> DeskRow:
    return DeskRow(
        title=row.meeting.title,
        url=row.get_absolute_url(),
        project_name=row.meeting.project.name,
        when=row.meeting.ended_at or row.meeting.ends_at,
        clock=running,
        template="meetings/_desk_write.html",
        context={"minutes": row},
        whose=_whose(row),
    )


def _out(row: Any, running: Clock | None) -> DeskRow:
    return DeskRow(
        title=row.meeting.title,
        url=row.get_absolute_url() + "#readers",
        project_name=row.meeting.project.name,
        when=row.distributed_at,
        clock=running,
        whose=_whose(row),
    )


def clocks_of(minutes: Collection[Minutes]) -> dict[int, Clock]:
    """The clocks of some minutes, by the key of the minutes; none of a draft whose clock stands still with its project."""
    drafts = {row.pk for row in minutes if row.state == Minutes.State.DRAFT}
    keys = [row.pk for row in minutes]
    if not keys:
        return {}
    kind = ContentType.objects.get_for_model(Minutes)
    found = Clock.objects.filter(content_type=kind, kind=CLOCK, object_id__in=keys)
    return {row.object_id: row for row in found if row.is_running or row.object_id not in drafts}
