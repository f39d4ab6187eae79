"""Background work on minutes; loaded by the worker alone (rung by name: common.doorbell)."""

from celery import shared_task

from meetings.models import Minutes
from meetings.services.papers import paper_of


@shared_task
def print_minutes(pk: int, language: str) -> None:
    """Print distributed minutes in a language; twice is once."""
    minutes = Minutes.objects.select_related("meeting__project").get(pk=pk)
    if minutes.content is not None:
        paper_of(minutes, language)
