"""The load generator: kept-alive connections, each with a caller of its own; times are of whole answers."""

import gzip
import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass
class Caller:
    """One kept-alive connection to a server on loopback, as one person."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **more: str) -> tuple[int, bytes, dict[str, str]]:
        """One request and its whole answer: status, body as it was sent, headers (lower case). Opens anew what was closed."""
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self.connection.request(method, path, body, {**self.headers, **more})
                answer = self.connection.getresponse()
                return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                self.connection = None
                if attempt == 2 or method != "GET":
                    raise
        raise AssertionError("not reached")


def text_of(body: bytes, headers: Mapping[str, str]) -> str:
    """The text of an answer."""
    return (gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body).decode()


Call = Callable[[], object]


def p50_ms(call: Call, *, seconds: float = 3.0, least: int = 15, warm: int = 3) -> float:
    """The median time of a call at one connection, in milliseconds."""
    for _ in range(warm):
        call()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < least:
        began = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def per_second(calls: Iterable[Call], *, seconds: float = 4.0) -> float:
    """How many calls a second are answered, each caller on a thread of its own, all at once."""
    rows = list(calls)
    done = [0] * len(rows)
    trouble: list[BaseException] = []
    start = threading.Barrier(len(rows) + 1)
    over = threading.Event()

    def work(number: int) -> None:
        start.wait()
        try:
            while not over.is_set():
                rows[number]()
                done[number] += 1
        except BaseException as error:
            trouble.append(error)

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(len(rows))]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join(60)
    if trouble:
        raise trouble[0]
    return sum(done) / (time.perf_counter() - began)
