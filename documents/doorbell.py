"""Rings for background work by its name alone, so that pages never load what only the worker needs."""

from celery import current_app
from django.db import transaction


def ring(task: str, *args: object) -> None:
    """Once this transaction is committed, ask the worker; a dead broker undoes nothing, the sweep finds the row."""

    def call() -> None:
        current_app.send_task(task, args=args, ignore_result=True, retry=False)

    transaction.on_commit(call, robust=True)
