"""What the clock starts: the evening scan of every project in execution, and its digest."""

import logging

from celery import shared_task
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from projects.models import Project
from tracking.models import Task
from tracking.queries.digest import due_day
from tracking.services import missed_evenings, scan_evening
from tracking.services.digest import make_digest

log = logging.getLogger(__name__)


def _running() -> QuerySet[Project]:
    """The projects whose evenings count: in execution (an incident from its start), with tasks."""
    running = Q(state=Project.State.EXECUTION) | Q(scenario=Project.Scenario.INCIDENT) & Q(
        state__in=[Project.State.PREPARATION, Project.State.KICKOFF]
    )
    tasks = Exists(Task.objects.filter(project=OuterRef("pk")))
    return Project.objects.filter(running, tasks, hold=Project.Hold.NONE).order_by("pk")


@shared_task
def scan_evenings() -> None:
    """Scan each evening that has passed, in order; a project that fails is left for the next time, the others go on."""
    for project in _running():
        try:
            for day in missed_evenings(project):
                scan_evening(project, day)
        except Exception:
            log.exception("evening scan of %s", project.code)


@shared_task
def make_digests() -> None:
    """On workdays after 18:00 and its scan, each project's digest once; a late one catches up on the next workday."""
    for project in _running().annotate(last_digest=Max("digests__day")):
        try:
            day = due_day(project)
            if day is not None and (project.last_digest is None or project.last_digest < day):
                make_digest(project, day)
        except Exception:
            log.exception("digest of %s", project.code)
