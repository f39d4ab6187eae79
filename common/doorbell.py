"""Rings for background work: the rows are the truth, so a dead broker undoes nothing and the sweep finds what is due."""

from celery import current_app
from django.db import transaction


def ring(task: str, *args: object) -> None:
    """Once this transaction is committed, ask a worker for the task of that name; never fails the act, trouble is logged."""

    def call() -> None:
        current_app.send_task(task, args=args, ignore_result=True, retry=False)

    transaction.on_commit(call, robust=True)
