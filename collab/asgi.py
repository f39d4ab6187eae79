"""Entry point of the process that serves live streams; pages are served by collab.wsgi."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

from activity.live.stream import application  # noqa: E402  needs the apps

__all__ = ["application"]
