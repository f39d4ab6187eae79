"""What the clock starts for people; safe to run twice, late, or on two machines."""

from celery import shared_task

from people import leaves


@shared_task
def turn_leaves() -> None:
    """Begin and end leaves with the day."""
    leaves.turn_leaves()
