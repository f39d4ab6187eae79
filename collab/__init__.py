"""Settings, urls, and the pages that look across all floors."""

from collab.celery import app as celery_app

__all__ = ["celery_app"]
