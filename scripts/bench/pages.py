"""Reads and writes over http: all tasks as JSON, the board, a page of the table, a report, a move."""

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from scripts.bench import bare
from scripts.bench.load import Call, Caller, p50_ms, per_second
from scripts.bench.machine import Server
from scripts.bench.rows import Pace, Row

EIGHT = 8
CSRF = "c" * 32


BARE_READING = {1_000: (5.6, 306), 10_000: (50, 38)}  # milliseconds and rate of the limit where the targets were set


class World:
    """The server under measure and who asks it."""

    def __init__(self, server: Server, facts: Mapping[str, Any], size: int, queries: Mapping[str, int]) -> None:
        self.server, self.facts, self.size, self.queries = server, facts, size, queries
        self.pace = Pace()  # of reading; known once the bare reading has been measured

    def person(self) -> Caller:
        """A browser in which the lead's liaison is signed in."""
        cookie = f"sessionid={self.facts['session']}; csrftoken={CSRF}"
        return Caller(self.server.port, {"Cookie": cookie, "Accept-Encoding": "gzip", "Accept": "text/html"})

    def client(self) -> Caller:
        """A client of the API with a token."""
        return Caller(self.server.port, {"Authorization": f"Token {self.facts['token']}", "Accept": "application/json"})

    def address(self, rest: str) -> str:
        return f"/projects/{self.facts['project']}/{rest}"


def reading(caller: Caller, path: str) -> Callable[[], int]:
    """A call that reads a page, gives its size as sent, and fails loudly where it is not the page."""

    def call() -> int:
        status, body, _headers = caller.ask(path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:300]!r}")
        return len(body)

    return call


def both(make: Callable[[], Call]) -> tuple[float, float]:
    """p50 at one connection, then calls a second at eight."""
    return p50_ms(make()), per_second([make() for _ in range(EIGHT)])


def all_as_json(world: World, folder: Path) -> Row:
    """All tasks of the project as JSON, beside the bare driver and JSON behind a bare WSGI application."""
    limit = Server(world.server.env, folder, "scripts.bench.bare:application")
    limit.start()
    try:
        limit_ms, limit_rps = both(lambda: reading(Caller(limit.port), "/"))
    finally:
        limit.stop()
    there_ms, there_rps = BARE_READING.get(world.size, (limit_ms, limit_rps))
    world.pace = Pace.of(limit_ms, limit_rps, there_ms=there_ms, there_rps=there_rps)
    path = f"/api/v1/projects/{world.facts['project']}/tasks/?all=1"
    ms, rps = both(lambda: reading(world.client(), path))
    aims = {1_000: (12, 150), 10_000: (100, 20)}
    aim_ms, aim_rps = aims.get(world.size, (0, 0))
    row = Row(
        "all tasks as JSON", world.size, f"≤ {aim_ms} ms · ≥ {aim_rps}/s (≤ 2×)", p50_ms=ms, rps=rps, limit_ms=limit_ms,
        limit_rps=limit_rps, bytes=reading(world.client(), path)() , queries=world.queries.get("json"),
    )  # fmt: skip
    row.met = bool(row.ratio and row.ratio <= 2)
    return row


def board(world: World) -> Row:
    """The board's page, as its interface asks for it."""
    ms, rps = both(lambda: reading(world.person(), world.address("board/")))
    size = reading(world.person(), world.address("board/"))()
    met = world.pace.met(ms, rps, within_ms=40, at_least_rps=60) and size <= 200_000
    return Row(
        "board page", world.size, "≤ 40 ms, ≤ 200 kB, ≥ 60/s; 10,000 ≤ 1.3×", met, ms, rps, world.queries.get("board"), size,
        note=world.pace.there(ms, rps),
    )  # fmt: skip


def table(world: World) -> Row:
    """A page of a hundred rows."""
    ms, rps = both(lambda: reading(world.person(), world.address("table/")))
    size = reading(world.person(), world.address("table/"))()
    met = world.pace.met(ms, rps, within_ms=25, at_least_rps=90)
    return Row(
        "table page of 100 rows", world.size, "≤ 25 ms, ≥ 90/s", met, ms, rps, world.queries.get("table"), size,
        note=world.pace.there(ms, rps),
    )  # fmt: skip


def writing(caller: Caller, path: str, fields: Callable[[int], Mapping[str, object]], first: int) -> Call:
    """A call that posts a form as a browser does, each time with the version that the last answer made."""
    versions = itertools.count(first)

    def call() -> None:
        body = urlencode(fields(next(versions))).encode()
        status, said, _headers = caller.ask(
            path, method="POST", body=body, **{
                "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF, "HX-Request": "true",
                "Referer": f"http://127.0.0.1:{caller.port}/",
            },
        )  # fmt: skip
        if not 200 <= status < 300:
            raise RuntimeError(f"{path}: {status} {said[:600]!r}")

    return call


class Writers:
    """Who writes on which task; remembers the versions between measurements."""

    def __init__(self, world: World, url: str) -> None:
        self.world, self.url = world, url
        self.versions: dict[str, Any] = {}

    def report(self, leaf: Mapping[str, Any], act: str) -> Call:
        """Reports on one leaf, a little more each time; or moves it to the ends of its column in turn."""
        path = f"/tasks/{leaf['uid']}/{act}/"
        amounts = itertools.cycle(range(1, 18))  # below every target, however many are made

        def fields(version: int) -> Mapping[str, object]:
            if act == "move":
                return {"seen_version": version, "edge": "start" if version % 2 else "end", "place": "card"}
            return {"seen_version": version, "done": next(amounts), "note": "", "reason": "recount", "place": "card"}

        return writing(self.world.person(), path, fields, self.version_of(leaf["pk"]))

    def version_of(self, key: int) -> int:
        """The version of a task as it stands."""
        connection = bare.connect_to(self.url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT version FROM tracking_task WHERE id = %s", [key])
            found: tuple[int] = cursor.fetchone()
        connection.close()
        return found[0]


def writes(world: World, url: str) -> list[Row]:
    """Reports on leaves under different top tasks, then under one parent; then moves; beside the bare UPDATE."""
    apart = [leaf for leaf in world.facts["leaves"] if leaf["apart"]]
    together = [leaf for leaf in world.facts["leaves"] if not leaf["apart"]]
    limit_ms = p50_ms(bare.update(url, apart[0]["pk"]), seconds=1)
    limit_rps = per_second([bare.update(url, leaf["pk"]) for leaf in apart], seconds=2)
    at, pace = Writers(world, url), Pace.of(limit_ms, limit_rps, there_ms=0.28, there_rps=12_400)
    ms, rps = p50_ms(at.report(apart[0], "report")), per_second([at.report(leaf, "report") for leaf in apart])
    rows = [
        Row("report progress, leaves of different tops", world.size, "≤ 12 ms · ≥ 165/s",
            pace.met(ms, rps, within_ms=12, at_least_rps=165), ms, rps, world.queries.get("report"), limit_ms=limit_ms,
            limit_rps=limit_rps, note=pace.there(ms, rps)),
        Row("report progress, leaves of one parent", world.size, "shown beside it", None, None,
            per_second([at.report(leaf, "report") for leaf in together])),
    ]  # fmt: skip
    ms, rps = p50_ms(at.report(apart[0], "move")), per_second([at.report(leaf, "move") for leaf in apart])
    rows.append(
        Row(
            "move a card",
            world.size,
            "≤ 15 ms · ≥ 120/s, ≤ 25 queries",
            pace.met(ms, rps, within_ms=15, at_least_rps=120),
            ms,
            rps,
            world.queries.get("move"),
            limit_ms=limit_ms,
            limit_rps=limit_rps,
            note=pace.there(ms, rps),
        )
    )
    return rows
