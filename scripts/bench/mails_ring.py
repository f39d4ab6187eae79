"""Ring the doorbell of the outbox once, as the act that distributes does."""

from celery import current_app

import collab.celery  # noqa: F401


def main() -> None:
    """One task for whichever worker is free."""
    current_app.send_task("activity.jobs.deliver_mail", ignore_result=True)
    print("{}")
