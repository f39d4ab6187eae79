"""What the scheduler starts for the spine; safe to run twice, late, or on two machines."""

from celery import shared_task

from activity.jobs import deliver_mail
from activity.ledger import seal_events
from activity.ledger_days import keep_heads
from activity.once import forget_old_keys
from activity.sweeping import sweep_uploads
from activity.ticking import run_due_clocks


@shared_task
def run_clocks() -> None:
    """Do the steps of clocks that are due."""
    run_due_clocks()


@shared_task
def sweep_outbox() -> None:
    """Send what no doorbell rang for, and what was left by a worker that died."""
    deliver_mail()


@shared_task
def sweep_keys() -> None:
    """Forget the keys of acts that are older than seven days."""
    forget_old_keys()


@shared_task
def sweep_files() -> None:
    """Take away uploads that no row knows."""
    sweep_uploads()


@shared_task
def seal_ledger() -> None:
    """Seal what has happened since into the chains."""
    seal_events()


@shared_task
def keep_ledger() -> None:
    """Once a day write down the heads of the chains outside the database."""
    keep_heads()
