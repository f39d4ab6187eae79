"""All that the scheduler would start, once, in order, in this process: for cron, and when the scheduler is dead."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collab.celery import app

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """One that fails does not stop the others, but the exit code tells."""

    help = "Do once all that the scheduler starts: clocks, scan, documents, outbox."

    def handle(self, *args: Any, **options: Any) -> None:
        app.loader.import_default_modules()
        failed = []
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
            try:
                app.tasks[entry["task"]].run()
            except Exception:
                log.exception("%s failed", name)
                failed.append(name)
        if failed:
            raise CommandError("failed: " + ", ".join(failed))
