"""Background work of the outbox and the clocks: rows are claimed by lease, worked, marked."""

from celery import shared_task


@shared_task
def deliver_mail() -> None:
    """Send what is due."""


def ring_outbox() -> None:
    """Ring the doorbell once this transaction is committed."""
    deliver_mail.delay_on_commit()
