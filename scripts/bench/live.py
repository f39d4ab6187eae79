"""A change seen on other pages: 200 open streams, and how long after the writer began to ask each of them is told."""

import http.client
import statistics
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from scripts.bench import machine
from scripts.bench.pages import World, Writers
from scripts.bench.rows import Row

PAGES, CHANGES = 200, 5


def server(env: Mapping[str, str], folder: Path) -> machine.Server:
    """The process that serves streams."""
    return machine.Server(env, folder, "collab.asgi:application", ("--worker-class", "asgi", "--workers", "1"))


class Listener(threading.Thread):
    """One open page: notes the moment at which it is told of a change."""

    def __init__(self, world: World, port: int) -> None:
        super().__init__(daemon=True)
        self.world, self.port = world, port
        self.told: list[float] = []
        self.open = threading.Event()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = f"sessionid={self.world.facts['session']}"
        connection.request(
            "GET", f"/live/?project={self.world.facts['project']}", headers={"Cookie": cookie, "Accept": "text/event-stream"}
        )
        answer = connection.getresponse()
        while line := answer.readline():
            self.open.set()
            if line.startswith(b"data:") and b"task." in line:
                self.told.append(time.perf_counter())


def seen_elsewhere(world: World, streams: machine.Server) -> Row:
    """Milliseconds from the writer's request to the page that is told; the 95th of a hundred."""
    listeners = [Listener(world, streams.port) for _ in range(PAGES)]
    for listener in listeners:
        listener.start()
    opened = sum(listener.open.wait(30) for listener in listeners)
    leaf = world.facts["leaves"][0]
    late: list[float] = []
    for _ in range(CHANGES):
        known = [len(listener.told) for listener in listeners]
        report = Writers(world, world.server.env["DATABASE_URL"]).report(leaf, "report")
        began = time.perf_counter()
        report()
        time.sleep(2.5)
        for listener, before in zip(listeners, known, strict=True):
            late.append(1000 * (listener.told[before] - began) if len(listener.told) > before else 10_000.0)
    p50, p95 = statistics.median(late), sorted(late)[int(0.95 * len(late))]
    note = f"95 % within {p95:.0f} ms of the request, {opened} streams"
    return Row("change seen on another page", PAGES, "95 % within 1 s at 200 pages", p95 <= 1000, p50, note=note)
