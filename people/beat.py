"""What the clock starts for people; safe to run twice, late, or on two machines."""

from celery import shared_task

from people import leaves, working_days


@shared_task
def turn_leaves() -> None:
    """Begin and end leaves with the day."""
    leaves.turn_leaves()


@shared_task
def follow_official_days() -> None:
    """After an upgrade that knows more of the official notices, the work calendar has them."""
    working_days.follow_official_days()
