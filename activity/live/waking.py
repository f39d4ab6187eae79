"""The poke that wakes streams after a commit: lost, it costs a second; the rows are the truth."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from django.db import connection, transaction

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds; nobody waits again for a server that has just been found dead
PATIENT = {"socket_connect_timeout": 2, "socket_timeout": None, "socket_keepalive": True}  # silence is no trouble
_dead_until = 0.0


def _channel() -> str:
    return f"collab:live:{settings.DATABASES['default']['NAME']}"


@cache
def _server() -> redis.Redis:
    return redis.Redis.from_url(settings.ENV.redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)


def wake_streams() -> None:
    """Once this transaction is committed, wake the streams of every machine; once per transaction, and never fails the act."""
    if not settings.ENV.redis_url:
        return
    if any(entry[1] is _poke for entry in connection.run_on_commit):
        return
    transaction.on_commit(_poke, robust=True)


def _poke() -> None:
    global _dead_until
    if time.monotonic() < _dead_until:
        return
    try:
        _server().publish(_channel(), b"1")
    except redis.RedisError as trouble:
        _dead_until = time.monotonic() + PAUSE
        log.warning("Redis does not answer (%s); streams look by themselves once a second", trouble)


async def listen(heard: Callable[[], None]) -> None:
    """Call `heard()` at every poke, for ever; comes back by itself when the server does."""
    while settings.ENV.redis_url:
        try:
            async with redis.asyncio.from_url(settings.ENV.redis_url, **PATIENT) as server, server.pubsub() as ear:
                await ear.subscribe(_channel())
                heard()  # what came meanwhile
                async for message in ear.listen():
                    if message["type"] == "message":
                        heard()
        except (redis.RedisError, OSError):
            await asyncio.sleep(1)
