"""Meetings that are called off together and come back together: with their project (rule B7), or with their series (rule D1)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override
from simple_history.utils import bulk_update_with_history

from common import acts, clock, ports
from common.moves import move
from meetings.models import Meeting, Series
from meetings.services import roles
from meetings.services.answering import ask_again
from meetings.services.laying import next_sequence
from meetings.services.planning import AHEAD, plan, put_in_place
from meetings.services.seats import refresh_people
from meetings.services.telling import tell_each
from people.models import User
from projects.models import Project

WRITTEN = ["state", "reason", "called_off_at", "off_with", "version", "sequence"]
LONGEST = 200  # signs of a reason
OffWith = Meeting.OffWith


def to_come(rows: Any, *, off_with: str | None = None) -> list[Meeting]:
    """Of these meetings those whose time is still to come, locked: the planned ones, or those called off with something."""
    state = {"state": Meeting.State.PLANNED} if off_with is None else {"state": Meeting.State.NOT_HELD, "off_with": off_with}
    found = rows.filter(starts_at__gt=clock.now(), **state).select_related("series", "project")
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def call_off(meetings: Sequence[Meeting], off_with: str, reason: str) -> None:
    """Planned meetings are off, until that goes on with which they are."""
    now = clock.now()
    for meeting in meetings:
        move(meeting, Meeting.State.NOT_HELD, reason=reason[:LONGEST], called_off_at=now, off_with=off_with)
    _write(meetings)


def bring_back(meetings: Sequence[Meeting]) -> None:
    """They take place after all, as they had been planned; who comes is asked again."""
    for meeting in meetings:
        move(meeting, Meeting.State.PLANNED, reason="", called_off_at=None, off_with=OffWith.NOTHING)
    _write(meetings)
    ask_again(meetings)


def _write(meetings: Sequence[Meeting]) -> None:
    for meeting in meetings:
        meeting.version += 1
        meeting.sequence = next_sequence(meeting)
    bulk_update_with_history(meetings, Meeting, WRITTEN, default_user=acts.current_actor(), default_date=clock.now())


def call_off_with_project(project: Project, actor: User | None, reason: str) -> None:
    """A project that is held up or archived has no meetings to come; told once. Inside that act, which holds the project.

    Held up for another reason than before, they only say the newer one.
    """
    for series in _series(project).filter(off_with_project=False):
        coming = to_come(series.meetings.all())
        people = roles.people_of_series(series)
        if not coming and series.is_over:
            continue
        series.off_with_project, series.sequence = True, next_sequence(series)
        series.bump("off_with_project", "sequence")
        call_off(coming, OffWith.PROJECT, reason)
        facts = {"series": series.title, "series_uid": series.uid, "reason": reason}
        ports.record(actor=actor, verb="meeting.series_called_off", subject=project, project=project, facts=facts, tell=people)
        tell_each("meeting.cancelled", actor, project, coming, but=people)
    single = to_come(project.meetings.filter(series__isnull=True))
    call_off(single, OffWith.PROJECT, reason)
    tell_each("meeting.cancelled", actor, project, single)
    _say_newer_reason(project, reason)


def take_up_with_project(project: Project, actor: User | None) -> None:
    """It goes on: what was called off with it and is still to come takes place again, where rule and calendar have it now."""
    every = list(_series(project))
    off = to_come(project.meetings.all(), off_with=OffWith.PROJECT)
    bring_back(off)
    if off:
        refresh_people(project, tells=False)  # they are all told below
    for series in (row for row in every if row.off_with_project):
        series.off_with_project = False
        series.bump("off_with_project")
        go_on(series, actor, [row for row in off if row.series_id == series.pk])
    single = [row for row in off if row.series_id is None]
    tell_each("meeting.called_anew", actor, project, single)


def go_on(series: Series, actor: User | None, back: Sequence[Meeting]) -> None:
    """A series whose meetings to come are back: they are put in their place, more are planned, and its people have it again."""
    project = series.project
    series.sequence = next_sequence(series)
    series.save(update_fields=["sequence"])
    put_in_place(series)
    plan(series, project.today + AHEAD)
    if series.is_over and not back:
        return
    back = as_placed(back)
    people = roles.people_of_series(series)
    facts = {"series": series.title, "series_uid": series.uid}
    ports.record(actor=actor, verb="meeting.series_goes_on", subject=project, project=project, facts=facts, tell=people)
    tell_each("meeting.called_anew", actor, project, back, but=people)


def as_placed(meetings: Sequence[Meeting]) -> list[Meeting]:
    """Of these meetings those that take place, when and where rule and calendar have put them meanwhile."""
    rows = Meeting.objects.filter(pk__in=[row.pk for row in meetings], state=Meeting.State.PLANNED)
    return list(rows.select_related("series", "project").order_by("pk"))


def _say_newer_reason(project: Project, reason: str) -> None:
    rows = [row for row in to_come(project.meetings.all(), off_with=OffWith.PROJECT) if row.reason != reason[:LONGEST]]
    for row in rows:
        row.reason = reason[:LONGEST]
    if rows:
        bulk_update_with_history(rows, Meeting, ["reason"], default_user=acts.current_actor(), default_date=clock.now())


def _series(project: Project) -> QuerySet[Series]:
    """The series of a project, locked: as all lock, before their meetings."""
    return Series.objects.select_for_update(of=("self",)).filter(project=project).select_related("project").order_by("pk")


def reason_of_hold(verb: str, said: str) -> str:
    """Why a project has no meetings, in the organisation's language."""
    with override(settings.LANGUAGE_CODE):
        words = {"project.suspended": _("Project suspended: %s"), "project.cancelled": _("Project cancelled: %s")}
        return (words[verb] % said if verb in words else str(_("The project is archived.")))[:LONGEST]
