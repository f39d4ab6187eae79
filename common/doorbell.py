"""Rings for background work: the rows are the truth, so a dead broker undoes nothing and the sweep finds what is due."""

import logging
import time

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PAUSE = 30.0  # seconds; nobody waits again for a broker that has just been found dead
_dead_until = 0.0


def ring(task: str, *args: object) -> None:
    """Once this transaction is committed, ask a worker for the task of that name; never fails the act, trouble is logged."""
    transaction.on_commit(lambda: _call(task, args), robust=True)


def ring_later(task: str, seconds: int) -> None:
    """The same in so many seconds (at most five minutes, longer than which no broker keeps its word), called by one at a time."""
    try:
        is_first = cache.add(f"doorbell:{task}", 1, timeout=seconds)
    except RedisError as trouble:  # the sweep sends mail with Redis away; it must not fail by what it leaves for later
        log.warning("nobody can be called later (%s); the sweep will do %s", trouble, task)
        return
    if is_first:
        transaction.on_commit(lambda: _call(task, (), countdown=seconds), robust=True)


def _call(task: str, args: tuple[object, ...], *, countdown: int = 0) -> None:
    global _dead_until
    if time.monotonic() < _dead_until:
        return
    try:
        current_app.send_task(task, args=args, countdown=countdown or None, ignore_result=True, retry=False)
    except (OperationalError, OSError) as trouble:
        _dead_until = time.monotonic() + PAUSE
        log.warning("the broker does not answer (%s); the sweep will do %s", trouble, task)
