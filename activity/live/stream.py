"""The stream of server-sent events as an ASGI application of its own: no middleware, thread or connection is held per stream."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

from activity.live.cursor import Cursor
from activity.live.entrance import admit
from activity.live.hub import Hub, Stream
from activity.live.wire import hello

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_STREAMS = 900  # of one process: open files are limited to 1024 on many machines
MOST_PROJECTS = 30  # of one stream
SAFE = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class Streams:
    """/live/ for browsers, /healthz for those who look after the process; anything else is not here."""

    def __init__(self) -> None:
        self.hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.hub = Hub()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self.hub is not None:
                    self.hub.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        hub = self.hub = self.hub or Hub()
        if scope["path"] == "/healthz":
            await _say(send, *await _health(hub))
        elif scope["path"] != "/live/":
            await _say(send, 404, "not found")
        elif scope["method"] != "GET":
            await _say(send, 405, "GET only")
        elif not _host_is_ours(headers.get("host", "")):
            await _say(send, 400, "unknown host")
        elif len(hub.streams) >= MOST_STREAMS:
            await _say(send, 503, "too many streams")
        else:
            await self._open(hub, scope, headers, receive, send)

    async def _open(self, hub: Hub, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
        try:
            guest = await hub.ask(hub.porters, admit, key, _uids(asked.get("project", [])))
        except DatabaseError:
            await _say(send, 503, "no database")
            return
        if guest is None or not guest.projects:
            await _say(send, 403 if guest is None else 404, "sign in" if guest is None else "not found")
            return
        stream = await hub.join(guest)
        stream.task = asyncio.current_task()
        try:
            said = [headers["last-event-id"]] if headers.get("last-event-id") else asked.get("since", [])[:MOST_PROJECTS]
            await _begin(send, stream)
            await hub.catch_up(stream, Cursor.of_pages(said) if said else hub.cursor)
            await _pass_on(stream, receive, send)
        except (OSError, asyncio.CancelledError):
            pass  # the browser is gone
        finally:
            hub.leave(stream)


async def _begin(send: Send, stream: Stream) -> None:
    headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"), *_headers()]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    uids = [str(uid) for uid in stream.guest.projects.values()]
    await send({"type": "http.response.body", "body": hello(uids), "more_body": True})


async def _pass_on(stream: Stream, receive: Receive, send: Send) -> None:
    """Send what waits until the stream ends or the browser is gone."""
    watch = asyncio.create_task(_until_gone(receive, stream))
    try:
        while (piece := await stream.waiting.get()) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        watch.cancel()


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    if stream.task is not None:
        stream.task.cancel()


async def _say(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain"), *_headers()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})


async def _health(hub: Hub) -> tuple[int, str]:
    try:
        await hub.ask(hub.porters, _touch)
    except DatabaseError:
        return 503, "no database"
    return 200, "ok"


def _touch() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _headers() -> list[tuple[bytes, bytes]]:
    hsts = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload".encode()
    return [*SAFE, (b"strict-transport-security", hsts)] if settings.SECURE_HSTS_SECONDS else SAFE


def _host_is_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _uids(said: list[str]) -> list[UUID]:
    found = []
    for text in said[:MOST_PROJECTS]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


application = Streams()
