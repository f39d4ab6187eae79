"""A change seen on other pages: 200 open streams, and how long after the writer began to ask each of them is told."""

import selectors
import socket
import statistics
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench import machine
from scripts.bench.pages import World, Writers
from scripts.bench.rows import Row

PAGES, CHANGES = 200, 5
CHANGED, LONGEST = b'"verb":"task.', 16


@dataclass(eq=False)
class Page:
    """One open page: the moments at which it was told of a change; it is open once it has been told all that was before."""

    stream: socket.socket
    told: list[float] = field(default_factory=list)
    is_open: bool = False
    rest: bytes = b""

    def heard(self, piece: bytes, at: float) -> None:
        """What came; a mark may be cut in two."""
        self.is_open = self.is_open or b"event: beat" in piece
        said = self.rest + piece
        self.told += [at] * said.count(CHANGED)
        self.rest = said[said.rfind(CHANGED) + len(CHANGED) :][-LONGEST:] if CHANGED in said else said[-LONGEST:]


class Pages(threading.Thread):
    """Many open pages on one thread, so that the listeners do not wait for each other."""

    def __init__(self, world: World, port: int, number: int) -> None:
        super().__init__(daemon=True)
        self.asked = (
            f"GET /live/?project={world.facts['project']} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n"
            f"Cookie: sessionid={world.facts['session']}\r\n\r\n"
        ).encode()
        self.pages = [Page(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(number)]

    def run(self) -> None:
        with selectors.DefaultSelector() as ears:
            for page in self.pages:
                ears.register(page.stream, selectors.EVENT_READ, page)
                page.stream.sendall(self.asked)
            while True:
                for key, _events in ears.select():
                    told: Page = key.data
                    piece, at = told.stream.recv(65_536), time.perf_counter()
                    if not piece:
                        ears.unregister(told.stream)
                    told.heard(piece, at)

    def opened(self, seconds: float = 60) -> int:
        """How many are open, once all are, or after so long."""
        end = time.monotonic() + seconds
        while (found := sum(page.is_open for page in self.pages)) < len(self.pages) and time.monotonic() < end:
            time.sleep(0.05)
        return found


def server(env: Mapping[str, str], folder: Path) -> machine.Server:
    """The process that serves streams."""
    return machine.Server(env, folder, "collab.asgi:application", ("--worker-class", "asgi", "--workers", "1"))


def seen_elsewhere(world: World, streams: machine.Server) -> Row:
    """Milliseconds from the writer's request to the page that is told; the 95th of a hundred."""
    listening = Pages(world, streams.port, PAGES)
    listening.start()
    opened = listening.opened()
    leaf = world.facts["leaves"][0]
    late: list[float] = []
    asking: list[float] = []
    for _ in range(CHANGES):
        known = [len(page.told) for page in listening.pages]
        report = Writers(world, world.server.env["DATABASE_URL"]).report(leaf, "report")
        began = time.perf_counter()
        report()
        asking.append(1000 * (time.perf_counter() - began))
        time.sleep(2.5)
        for page, before in zip(listening.pages, known, strict=True):
            late.append(1000 * (page.told[before] - began) if len(page.told) > before else 10_000.0)
    p50, p95 = statistics.median(late), sorted(late)[int(0.95 * len(late))]
    note = f"95 % within {p95:.0f} ms of the request (which took {statistics.median(asking):.0f} ms itself), {opened} streams"
    return Row("change seen on another page", PAGES, "95 % within 1 s at 200 pages", p95 <= 1000, p50, note=note)
