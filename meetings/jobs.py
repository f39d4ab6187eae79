"""Background work on minutes; loaded by the worker alone (rung by name: common.doorbell)."""

from celery import shared_task

from meetings.models import Minutes
from meetings.services import certificate_papers, certifying
from meetings.services.papers import paper_of


@shared_task
def print_minutes(pk: int, language: str) -> None:
    """Print distributed minutes in a language; twice is once."""
    minutes = Minutes.objects.select_related("meeting__project").get(pk=pk)
    if minutes.content is not None:
        paper_of(minutes, language)


@shared_task
def certify(minutes_pk: int) -> None:
    """Issue the certificate of a distribution whose clock has stopped or is breached."""
    certifying.certify(minutes_pk)


@shared_task
def print_certificate(pk: int, language: str) -> None:
    """Print a certificate that somebody asked for on paper."""
    certificate_papers.print_certificate(pk, language)
