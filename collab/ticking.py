"""The scheduler's application: it sends names of tasks at their times and loads nothing of ours but the settings."""

import os
from typing import Any

from celery import Celery
from celery.loaders.app import AppLoader


class NamesAlone(AppLoader):
    """Loads no tasks: they are the worker's."""

    def import_default_modules(self) -> list[Any]:
        return []


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
app = Celery("collab", loader=NamesAlone, fixups=[], set_as_current=True)
app.config_from_object("django.conf:settings", namespace="CELERY")
