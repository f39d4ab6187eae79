"""Browsers for tests of live pages: many streams read by one thread, each noting what it is told and when."""

import asyncio
import json
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.test import Client

from people.models import User
from tests.streams import Asgi

STORE: Any = import_module(settings.SESSION_ENGINE).SessionStore


def session_of(user: User) -> str:
    """The cookie of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def sessions_of(users: Iterable[User]) -> dict[int, str]:
    """Many cookies at once."""
    found = {}
    for user in users:
        store = STORE()
        store[auth.SESSION_KEY] = str(user.pk)
        store[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.save()
        found[user.pk] = str(store.session_key)
    return found


@dataclass
class Open:
    """One open stream as a browser has it."""

    session: str
    projects: list[UUID]
    since: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)  # name, data, when
    cursor: str = ""
    raw: bytes = b""
    ended: float = 0.0

    def told(self) -> list[tuple[dict[str, Any], float]]:
        return [(said, at) for name, said, at in self.events if name == "change"]

    def ids(self) -> set[str]:
        return {said["id"] for said, _at in self.told()}

    def named(self, name: str) -> list[dict[str, Any]]:
        return [said for event, said, _at in self.events if event == name]


class Browsers:
    """Streams of one process, read in the background."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.readings: list[Any] = []  # held here, since a loop holds its tasks but weakly

    def open(self, session: str, *projects: UUID, since: str = "", again: str = "", host: str = "localhost") -> Open:
        """Open a stream; `again` is the Last-Event-ID of a browser that comes again."""
        one = Open(session, list(projects), since)
        self.readings.append(asyncio.run_coroutine_threadsafe(self._read(one, again, host), self.loop))
        return one

    async def _read(self, one: Open, again: str, host: str) -> None:
        query = "&".join([f"project={uid}" for uid in one.projects] + ([f"since={one.since}"] if one.since else []))
        lines = [f"GET /live/?{query} HTTP/1.1", f"Host: {host}", f"Cookie: {settings.SESSION_COOKIE_NAME}={one.session}"]
        if again:
            lines.append(f"Last-Event-ID: {again}")
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        try:
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            status, *said = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            one.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in said)}
            one.status = int(status.split()[1])
            await self._events(one, reader)
        finally:
            one.ended = time.monotonic()
            writer.close()

    async def _events(self, one: Open, reader: asyncio.StreamReader) -> None:
        name = ""
        while line := await reader.readline():
            at = time.monotonic()
            one.raw += line
            text = line.decode().rstrip("\r\n")
            if line == b"0\r\n":
                return
            if text.startswith("event: "):
                name = text[7:]
            elif text.startswith("id: "):
                one.cursor = text[4:]
            elif text.startswith("data: "):
                one.events.append((name, json.loads(text[6:]), at))

    def close(self) -> None:
        """All windows are closed."""
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def memory_of(server: Asgi) -> float:
    """Megabytes (PSS) of the process that serves streams, with its master."""
    total = 0
    for pid in [server.process.child.pid, *_children(server.process.child.pid)]:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def poll(client: Client, *projects: UUID, since: str = "", here: bool = False) -> Mapping[str, Any]:
    """What a browser is told that asks once a second."""
    said: dict[str, Any] = {"project": [str(uid) for uid in projects]} | ({"since": since} if since else {})
    said |= {"here": "1"} if here else {}
    answer = client.get("/live/poll/", said)
    assert answer.status_code == 200, answer.status_code
    found: Mapping[str, Any] = answer.json()
    return found
