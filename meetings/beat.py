"""What the scheduler starts once a minute; running it twice or late changes nothing more."""

import logging
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import override

from activity.models import Clock
from common import clock
from meetings.agenda.items import WRITTEN_FROM_DATA
from meetings.models import Meeting, Minutes, Series
from meetings.services import archive_by_silence, lay_agenda, mark_not_held, plan_series
from meetings.services.archiving import overdue
from meetings.services.certifying import certify, uncertified
from meetings.services.deadline import written_late
from meetings.services.laying import CLOCK, run_clock
from meetings.services.planning import AHEAD
from meetings.services.publishing import distribute_by_system
from meetings.services.reaching import catch_up, to_catch_up
from meetings.services.stalling import tell_stalled, untold
from people import calendar
from projects.models import Project

log = logging.getLogger(__name__)


@shared_task
def plan_meetings() -> None:
    """Series' meetings exist some weeks ahead; the clock of minutes runs from the planned end of their meeting on.

    One that fails holds up no other.
    """
    _plan_ahead()
    _lay_agendas()
    _start_clocks()
    _distribute_late()
    _catch_up()
    _archive_silent()
    _tell_stalled()
    _certify()


def _plan_ahead() -> None:
    running = Series.objects.filter(
        project__hold=Project.Hold.NONE, project__state__in=[Project.State.EXECUTION, Project.State.CLOSING]
    ).select_related("project")
    edition = calendar.edition()
    for series in running.iterator():
        until = series.project.today + AHEAD
        is_behind = series.planned_until is None or series.planned_until < min(until, series.last_on or until)
        if is_behind or series.planned_with != edition:
            try:
                plan_series(series, until)
            except Exception:
                log.exception("series %s of %s could not be planned; tried again in a minute", series.uid, series.project.code)


def _lay_agendas() -> None:
    """The agenda of a meeting that begins is written down as the data have it then (rule D2)."""
    begun = Meeting.objects.filter(
        Exists(Minutes.objects.filter(meeting=OuterRef("pk"), state=Minutes.State.DRAFT)),
        state=Meeting.State.PLANNED,
        kind__in=WRITTEN_FROM_DATA,
        agenda_at__isnull=True,
        starts_at__lte=clock.now(),
        project__hold=Project.Hold.NONE,
    ).exclude(project__state=Project.State.ARCHIVED)
    for meeting in begun.select_related("project").iterator():
        try:
            lay_agenda(meeting)
        except Exception:
            log.exception("the agenda of meeting %s could not be written down; tried again in a minute", meeting.uid)


def _start_clocks() -> None:
    """Meetings that ended as planned and whose minutes have no clock yet; if the project was held up before, they never began."""
    kind = ContentType.objects.get_for_model(Minutes)
    ticking = Clock.objects.filter(content_type=kind, kind=CLOCK, object_id=OuterRef("pk"))
    over = Minutes.objects.filter(
        ~Exists(ticking),
        state=Minutes.State.DRAFT,
        edition=1,
        meeting__state=Meeting.State.PLANNED,
        meeting__ends_at__lte=clock.now(),
    )
    for pk in list(over.values_list("pk", flat=True)):
        try:
            _start_clock(pk)
        except Exception:
            log.exception("the clock of minutes %s could not be started; tried again in a minute", pk)


@transaction.atomic
def _start_clock(pk: int) -> None:
    minutes = Minutes.objects.select_related("meeting__project").get(pk=pk)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=minutes.meeting_id)
    if meeting.state != Meeting.State.PLANNED or meeting.ends_at > clock.now():
        return
    project = minutes.meeting.project
    if project.is_frozen and _held_up_since(project) <= meeting.starts_at:
        with override(settings.LANGUAGE_CODE):
            mark_not_held(actor=None, meeting_uid=meeting.uid, reason=_("The project is held up"))
        return
    run_clock(minutes, meeting.ends_at)


def _held_up_since(project: Project) -> datetime:
    """Since when nothing can be changed in a held-up project: a meeting that began before took place, and may have decided it."""
    going = project.history.filter(hold=Project.Hold.NONE).exclude(state=Project.State.ARCHIVED)
    last = going.aggregate(last=Max("history_id"))["last"]
    held: datetime = project.history.filter(history_id__gt=last).earliest("history_id").history_date
    return held


def _distribute_late() -> None:
    """What is written after the moment at which the system would have distributed it still goes out in time (rule D4)."""
    for minutes in written_late():
        try:
            distribute_by_system(minutes, tells=False)
        except Exception:
            log.exception("minutes %s could not be distributed; tried again in a minute", minutes.uid)


def _catch_up() -> None:
    """Distributed minutes: mails that are out count, though what follows from a mail had failed."""
    for minutes in to_catch_up():
        try:
            catch_up(minutes)
        except Exception:
            log.exception("whom minutes %s have reached could not be counted; tried again in a minute", minutes.uid)


def _archive_silent() -> None:
    """Minutes whose time to answer is over: archived, unless an objection is open (rule D5)."""
    for minutes in list(overdue()):
        try:
            archive_by_silence(minutes)
        except Exception:
            log.exception("minutes %s could not be archived; tried again in a minute", minutes.uid)


def _tell_stalled() -> None:
    """Minutes that silence does not archive: those who may hear that the time to answer is over (rule D5)."""
    for minutes in list(untold()):
        try:
            tell_stalled(minutes)
        except Exception:
            log.exception("nobody could be told that minutes %s may be archived; tried again in a minute", minutes.uid)


def _certify() -> None:
    """Distributions whose clock has stopped or is breached, and of which no certificate says so yet."""
    for pk in uncertified():
        try:
            certify(pk)
        except Exception:
            log.exception("no certificate of minutes %s could be issued; tried again in a minute", pk)
