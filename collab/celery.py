"""The worker's application; tasks are found in each app's jobs.py and beat.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, worker_before_create_process

from collab.thrift import give_back, share

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
app = Celery("collab")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(related_name="beat")


@celeryd_init.connect
def _begin(**_said: Any) -> None:
    give_back()


@worker_before_create_process.connect
def _fork(**_said: Any) -> None:
    share()
