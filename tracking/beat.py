"""What the clock starts: the evening scan of every project in execution."""

import logging

from celery import shared_task
from django.db.models import Exists, OuterRef, Q

from projects.models import Project
from tracking.models import Task
from tracking.services import missed_evenings, scan_evening

log = logging.getLogger(__name__)


@shared_task
def scan_evenings() -> None:
    """Scan each evening that has passed, in order; a project that fails is left for the next time, the others go on."""
    running = Q(state=Project.State.EXECUTION) | Q(scenario=Project.Scenario.INCIDENT) & Q(
        state__in=[Project.State.PREPARATION, Project.State.KICKOFF]
    )
    tasks = Exists(Task.objects.filter(project=OuterRef("pk")))
    for project in Project.objects.filter(running, tasks, hold=Project.Hold.NONE).order_by("pk"):
        try:
            for day in missed_evenings(project):
                scan_evening(project, day)
        except Exception:
            log.exception("evening scan of %s", project.code)
