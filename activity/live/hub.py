"""One reader of events for all streams of a process: it looks when poked, and once a second; nothing is held per stream."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import DatabaseError, close_old_connections

from activity.live import presence, waking
from activity.live.cursor import Cursor
from activity.live.entrance import Guest, still_guests
from activity.live.reading import Read, Told, read, tell
from activity.live.wire import BEAT, beat, block, bye, data

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

PULSE = 1.0  # seconds between looks when nobody pokes
GATHER = 0.02  # what is poked for at nearly the same time is read at once
CHECK = 3.0  # seconds between looks at rights and presence
LIFE = 600.0  # seconds after which a stream ends and the browser comes again
MOST_WAITING = 1000  # pieces that a browser may be behind before its stream ends


@dataclass(eq=False)
class Stream:
    """One open stream: whose it is, which projects it tells of, and what waits to be sent."""

    guest: Guest
    ends_at: float
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING + 2))
    caught: set[int] = field(default_factory=set)  # told while catching up
    held: list[tuple[int, bytes]] | None = field(default_factory=list)  # what the hub told meanwhile; None once caught up
    beaten_at: float = 0.0
    here: dict[int, str] = field(default_factory=dict)  # by project, who was said to be there
    task: "asyncio.Task[None] | None" = None
    ended: bool = False

    def put(self, piece: bytes) -> None:
        """Queue a piece; whoever reads too slowly comes again later."""
        if self.ended:
            return
        if self.waiting.qsize() < MOST_WAITING:
            self.waiting.put_nowait(piece)
        elif self.task is not None:
            self.task.cancel()

    def change(self, pk: int, piece: bytes) -> None:
        """Tell of an event once: while the stream is catching up, what the hub tells waits."""
        if self.held is not None:
            self.held.append((pk, piece))
        elif pk not in self.caught:
            self.put(piece)

    def caught_up(self) -> None:
        """From now on the hub alone tells; what it told meanwhile follows."""
        held, self.held = self.held or [], None
        for pk, piece in held:
            self.change(pk, piece)

    def end(self, why: str) -> None:
        """Say goodbye, and nothing after it."""
        if not self.ended:
            self.ended = True
            self.waiting.put_nowait(bye(why))
            self.waiting.put_nowait(None)


class Hub:
    """The streams of this process and what they are told."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.cursor = Cursor(0)
        self.poked = asyncio.Event()
        self.following: asyncio.Task[None] | None = None
        self.begun: asyncio.Future[None] | None = None
        self.checked = 0.0
        self.reader = ThreadPoolExecutor(1, "live-reader")  # its database connection is the only one that is always open
        self.porters = ThreadPoolExecutor(2, "live-door")
        self.background: set[asyncio.Task[None]] = set()

    async def ask(self, pool: ThreadPoolExecutor, question: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask the database in a thread of the pool; no stream holds a thread or a connection of its own."""
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: _afresh(question, *args, **kwargs))

    async def join(self, guest: Guest) -> Stream:
        """A stream from now on; the hub begins to follow with the first."""
        now = asyncio.get_running_loop().time()
        stream = Stream(guest, now + LIFE * random.uniform(0.9, 1.1), beaten_at=now)  # noqa: S311  spreads the returns
        self.streams.add(stream)
        self.checked = min(self.checked, now - CHECK + 1)  # who is here has changed
        if self.begun is None or self.following is None or self.following.done():
            self.begun = asyncio.get_running_loop().create_future()
            self.following = asyncio.create_task(self._follow(self.begun))
        await asyncio.shield(self.begun)
        return stream

    async def catch_up(self, stream: Stream, since: Cursor | None) -> None:
        """Tell a stream what happened since its page was drawn; the hub may tell the same meanwhile, and is then not repeated."""
        guest = stream.guest
        if since is None:  # nobody knows what that page has seen
            for uid in guest.projects.values():
                stream.put(block("behind", {"project": str(uid)}))
            stream.put(beat(self.cursor))
            stream.caught_up()
            return
        found, told = await self.ask(self.porters, _read_for, guest, since)
        for project in found.too_much & guest.projects.keys():
            stream.put(block("behind", {"project": str(guest.projects[project])}))
        for piece in told:
            stream.caught.add(piece.pk)
            stream.put(block("change", piece.for_wire()))
        stream.put(beat(found.cursor))
        stream.caught_up()

    def leave(self, stream: Stream) -> None:
        """A closed stream is told nothing more; its person has left unless another stream is open."""
        self.streams.discard(stream)
        still = {(other.guest.user, project) for other in self.streams for project in other.guest.projects}
        left = {(stream.guest.user, project) for project in stream.guest.projects} - still
        if left:
            self._later(self.ask(self.porters, presence.leave, left))
        if not self.streams and self.following is not None:
            self.following.cancel()
            self.following = None

    def close(self) -> None:
        """The process ends: browsers come again, to another one."""
        for stream in list(self.streams):
            stream.end("restart")

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self.background.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("live pages: %s", task.exception())

    async def _follow(self, begun: "asyncio.Future[None]") -> None:
        """While there are streams: read what is new and tell it; beside it, look at rights and presence."""
        beside = [asyncio.create_task(waking.listen(self.poked.set)), asyncio.create_task(self._mind())]
        try:
            self.cursor = await self.ask(self.reader, Cursor.present)
            begun.set_result(None)
            while self.streams:
                await self._try(self._tell)
                await self._wait()
        except DatabaseError as trouble:
            begun.set_exception(trouble)
        finally:
            begun.cancel()
            for task in beside:
                task.cancel()

    async def _mind(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.25)
            if loop.time() - self.checked >= CHECK:
                self.checked = loop.time()
                await self._try(self._check)

    async def _try(self, look: Callable[[], Awaitable[None]]) -> None:
        try:
            await look()
        except DatabaseError as trouble:
            log.warning("live pages: the database does not answer (%s)", trouble)
        except Exception:
            log.exception("live pages: one look failed; the next one begins at the same place")

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(PULSE):
                await self.poked.wait()
            await asyncio.sleep(GATHER)
        except TimeoutError:
            pass
        self.poked.clear()

    async def _tell(self) -> None:
        found = await self.ask(self.reader, read, self.cursor)
        before, self.cursor = self.cursor, found.cursor
        for project in found.too_much:
            for stream in self._of(project):
                stream.put(block("behind", {"project": str(stream.guest.projects[project])}))
        if not found.events:
            return
        told = await self.ask(self.reader, tell, found.events, *_watched(self.streams))
        _spread(told, self.streams, before, found.cursor)

    def _of(self, project: int) -> list[Stream]:
        return [stream for stream in self.streams if project in stream.guest.projects]

    async def _check(self) -> None:
        """Streams whose right, session or account has ended end; the others say that they live, and who is here."""
        streams = list(self.streams)
        guests = {stream.guest for stream in streams}
        valid, people = await self.ask(self.porters, _look, guests, self._to_note(streams))
        now = asyncio.get_running_loop().time()
        for stream in streams:
            if stream.guest not in valid:
                stream.end("rights")
            elif now >= stream.ends_at:
                stream.end("time")
            else:
                self._say_here(stream, people, now)

    def _to_note(self, streams: list[Stream]) -> set[presence.Pair]:
        now = asyncio.get_running_loop().time()
        due = {stream.guest for stream in streams if now - stream.beaten_at >= BEAT or not stream.here}
        return {(guest.user, project) for guest in due for project in guest.projects}

    def _say_here(self, stream: Stream, people: dict[int, str], now: float) -> None:
        for project in stream.guest.projects:
            said = people.get(project, "")
            if said and stream.here.get(project) != said:
                stream.here[project] = said
                stream.put(block("here", said))
        if now - stream.beaten_at >= BEAT:
            stream.beaten_at = now
            stream.put(beat(self.cursor))


def _afresh(question: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Ask with a connection that is alive, and let an old one go."""
    close_old_connections()
    try:
        return question(*args, **kwargs)
    finally:
        close_old_connections()


def _watched(streams: Iterable[Stream]) -> tuple[dict[int, set[int]], dict[int, UUID]]:
    watchers: dict[int, set[int]] = defaultdict(set)
    uids: dict[int, UUID] = {}
    for stream in streams:
        for project, uid in stream.guest.projects.items():
            watchers[project].add(stream.guest.user)
            uids[project] = uid
    return watchers, uids


def _spread(told: list[Told], streams: Iterable[Stream], before: Cursor, after: Cursor) -> None:
    """Each piece to whoever may see it; until all of a batch has been told, a reader who comes again is told all of it."""
    seals = [before.sealed()] * (len(told) - 1) + [after.sealed()]
    pieces = [(piece, block("change", piece.for_wire(), seal)) for piece, seal in zip(told, seals, strict=True)] if told else []
    for stream in streams:
        for piece, wire in pieces:
            if piece.project in stream.guest.projects and stream.guest.user in piece.readers:
                stream.change(piece.pk, wire)


def _read_for(guest: Guest, since: Cursor) -> tuple[Read, list[Told]]:
    found = read(since)
    told = tell(found.events, {project: {guest.user} for project in guest.projects}, guest.projects)
    return found, [piece for piece in told if guest.user in piece.readers]


def _look(guests: set[Guest], signs: set[presence.Pair]) -> tuple[set[Guest], dict[int, str]]:
    """Who is still a guest, and who is here by project, as it is said on the wire."""
    valid = still_guests(guests)
    known = {(guest.user, project) for guest in valid for project in guest.projects}
    presence.note(signs & known)
    uids = {project: uid for guest in valid for project, uid in guest.projects.items()}
    people = presence.here(uids.keys())
    return valid, {
        project: data({"project": str(uid), **presence.as_said(people.get(project, []))}) for project, uid in uids.items()
    }
