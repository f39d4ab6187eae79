"""The server of live streams for tests, and a small proxy that leads to it and to the web server."""

import asyncio
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers import Process, Web, free_port, wait_for


@dataclass
class Asgi:
    """The process that serves live streams, as in production."""

    env: Mapping[str, str]
    folder: Path
    port: int = field(default_factory=free_port)

    def start(self) -> "Asgi":
        self.process = Process(
            [sys.executable, "-m", "gunicorn", "collab.asgi:application", "-b", f"127.0.0.1:{self.port}", "-k", "asgi",
             "--graceful-timeout", "2", "--no-control-socket"],
            log=self.folder / f"live-{self.port}.log", env=self.env,
        )  # fmt: skip
        wait_for(self._answers, 30, "the server of streams")
        return self

    def _answers(self) -> bool:
        if self.process.child.poll() is not None:
            raise RuntimeError(self.process.said())
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        self.process.stop()


@dataclass
class Front:
    """What a proxy in front does: /live/ goes to the process of streams, all else to the web server, under one address."""

    web: Web
    live: Asgi
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> "Front":
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._pass, "127.0.0.1", self.port), self.loop).result(5)
        return self

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request per connection; what comes back is passed on as it comes."""
        there: asyncio.StreamWriter | None = None
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
            port = self.live.port if first.split()[1].partition(b"?")[0] == b"/live/" else self.web.port
            back, there = await asyncio.open_connection("127.0.0.1", port)
            kept = [line for line in lines if line and not line.lower().startswith(b"connection:")]
            there.write(b"\r\n".join([first, *kept, b"Connection: close", b"", b""]))
            forth = asyncio.create_task(self._copy(reader, there))
            await self._copy(back, writer)
            forth.cancel()
        for end in (writer, there):
            if end is not None:
                end.close()

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
