"""Minutes that silence does not archive (rule D5): when the time to answer is over, their keepers hear once that they may."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from activity.models import Event
from common import clock, ports
from common.acts import act
from documents.models import Slot
from meetings.models import Meeting, Minutes, ResolutionObjection
from meetings.readers import BY_SILENCE, unanswered
from people.models import User
from projects.models import Party, Project

TOLD = "minutes.unanswered"
ARCHIVING = ("writing", "chairing", "leading")  # who may archive stalled minutes, the first of whom it is said


def stalled() -> QuerySet[Any]:
    """The newest distributed minutes that their keepers may archive: the time is over, nobody objects, the project goes on.

    `silent` did not answer, `unsigned` did not sign; `writing`, `chairing` and `leading` (see `ARCHIVING`) may archive them.
    """
    newer = Minutes.objects.filter(meeting=OuterRef("meeting"), edition__gt=OuterRef("edition"))
    held = ResolutionObjection.objects.filter(
        resolution__minutes__meeting=OuterRef("meeting"), state=ResolutionObjection.State.OPEN
    )
    rows = Minutes.objects.filter(
        ~Exists(newer),
        ~Exists(held),
        state=Minutes.State.DISTRIBUTED,
        answer_by__lte=clock.now(),
        meeting__project__hold=Project.Hold.NONE,
    )
    rows = rows.exclude(meeting__kind__in=BY_SILENCE).exclude(meeting__project__state=Project.State.ARCHIVED)
    return _who_may(rows).annotate(
        silent=_count(unanswered().filter(minutes=OuterRef("pk")), "minutes"),
        unsigned=_count(Slot.objects.filter(document=OuterRef("document"), state=Slot.State.OPEN), "document"),
    )


def _who_may(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Minute taker and chair, as far as they still speak for a department here; where neither does, who leads the project now."""
    able = {name: _still_speaks(name) for name in ("recorder", "chair")}
    execution = Q(department=OuterRef("meeting__project__lead_dept"), project__state=Project.State.EXECUTION)
    before = Q(department=OuterRef("meeting__project__initiating_dept")) & ~Q(project__state=Project.State.EXECUTION)
    lead = Party.objects.filter(execution | before, project=OuterRef("meeting__project")).order_by().values("head")[:1]
    return rows.annotate(
        writing=Case(When(able["recorder"], then="meeting__recorder")),
        chairing=Case(When(able["chair"], then="meeting__chair")),
        leading=Case(When(~(able["recorder"] | able["chair"]), then=Subquery(lead))),
    )


def _still_speaks(name: str) -> Q:
    person = OuterRef(f"meeting__{name}")
    parties = Party.objects.filter(Q(head=person) | Q(liaison=person), project=OuterRef("meeting__project"))
    return Q(Exists(parties), **{f"meeting__{name}__is_active": True})


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def missing_in(row: Any) -> int:
    """How many are named when these are archived now."""
    return max(row.silent, row.unsigned)


def untold() -> QuerySet[Any]:
    """Those whose keepers have not heard of it since the time was over; when it is given anew, it is told anew."""
    kind = ContentType.objects.get_for_model(Minutes)
    told = Event.objects.filter(content_type=kind, object_id=OuterRef("pk"), verb=TOLD, at__gte=OuterRef("answer_by"))
    return stalled().filter(~Exists(told), Q(silent__gt=0) | Q(unsigned__gt=0)).order_by("answer_by", "pk")


def tell_stalled(minutes: Minutes) -> bool:
    """Who may archive them hear, once, how many did not answer. True when told now; while nobody may, it waits."""
    return _tell_stalled(actor=None, minutes_pk=minutes.pk)


@act
def _tell_stalled(*, actor: None, minutes_pk: int) -> bool:
    meeting_pk = Minutes.objects.values_list("meeting", flat=True).get(pk=minutes_pk)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("project").get(pk=meeting_pk)
    minutes = untold().select_for_update(of=("self",)).filter(pk=minutes_pk).first()
    if minutes is None:
        return False
    told = User.objects.filter(pk__in=[getattr(minutes, name) for name in ARCHIVING], is_active=True)
    if not told:
        return False
    facts = {"count": missing_in(minutes)}
    ports.record(actor=None, verb=TOLD, subject=minutes, project=meeting.project, facts=facts, tell=told)
    return True
