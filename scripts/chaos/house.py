"""The parts of a run, each a process of its own: workers, schedulers, the mail server, the people; and the clock they share."""

import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis as Client

from scripts.chaos.plan import BEGINS
from scripts.witness import Mailbox
from tests.servers import Process

SWEEPS = f"while true; do {sys.executable} manage.py sweep; sleep 2; done"


@dataclass
class Clock:
    """The file of the offset that every process adds to the present; it advances as fast as it is told."""

    file: Path
    said: timedelta = field(default_factory=timedelta)  # since the beginning
    _at: float = field(default_factory=time.monotonic)

    def set(self, said: timedelta) -> None:
        self.said, self._at = said, time.monotonic()
        half = self.file.with_suffix(".half")
        half.write_text(str((BEGINS + said - datetime.now(UTC)).total_seconds()), encoding="ascii")
        half.replace(self.file)

    def advance(self, pace: float) -> None:
        """So many seconds for each that has passed."""
        self.set(self.said + timedelta(seconds=pace * (time.monotonic() - self._at)))


@dataclass
class Workers:
    """A Celery worker as the product starts it, two processes for both queues; killed with all of them, it is started again."""

    env: Mapping[str, str]
    folder: Path
    number: int

    def start(self) -> "Workers":
        command = [
            "-m",
            "celery",
            "-A",
            "collab",
            "worker",
            "--queues",
            "work,mail",
            "--concurrency",
            "2",
            "-n",
            f"w{self.number}@h",
        ]
        self.process = Process([sys.executable, *command], log=self.folder / f"worker-{self.number}.log", env=self.env)
        return self

    def kill(self) -> None:
        self.process.kill()


def holds(process: Process, port: int) -> bool:
    """Whether one of its group has the conversation that comes from this port."""
    inode = _inode(port)
    return inode is not None and any(_has(pid, inode) for pid in _group(process.child.pid))


def _inode(port: int) -> str | None:
    """The socket whose own end has this port."""
    for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        words = row.split()
        if words[1].endswith(f":{port:04X}"):
            return words[9]
    return None


def _group(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ProcessLookupError):
                if os.getpgid(int(entry.name)) == pid:
                    found.append(int(entry.name))
    return found


def _has(pid: int, inode: str) -> bool:
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if os.readlink(entry) == f"socket:[{inode}]":
                    return True
    return False


@dataclass
class House:
    """All of it."""

    env: Mapping[str, str]
    folder: Path
    redis_url: str
    numbers: tuple[int, int, int]

    def __post_init__(self) -> None:
        self.clock = Clock(Path(self.env["COLLAB_TEST_CLOCK"]))
        self.box = Mailbox(self.env, self.folder, port=int(self.env["SMTP_URL"].rpartition(":")[2]))
        self.workers = [Workers(self.env, self.folder, number) for number in (1, 2)]
        self.schedulers: list[Process] = []
        self.people: Process | None = None

    @property
    def done(self) -> Path:
        """The file with a line for each act of the people."""
        return self.folder / "done"

    def start(self) -> "House":
        self.done.touch()
        self.box.start()
        for part in self.workers:
            part.start()
        self.schedule(1)
        words = [str(number) for number in self.numbers]
        command = [sys.executable, "-m", "scripts.chaos.child", "hands", *words, str(self.done)]
        self.people = Process(command, log=self.folder / "people.log", env=self.env)
        return self

    def schedule(self, number: int) -> None:
        """So many schedulers, none to three: the first two are beats, the third a loop of `manage.py sweep`."""
        while len(self.schedulers) > number:
            self.schedulers.pop().kill()
        while len(self.schedulers) < number:
            at = len(self.schedulers)
            memory = str(self.folder / f"beat-{at}")
            beat = [sys.executable, "-m", "celery", "-A", "scripts.chaos.beat", "beat", "--schedule", memory, "--pidfile="]
            command = ["/bin/sh", "-c", SWEEPS] if at == 2 else beat
            self.schedulers.append(Process(command, log=self.folder / f"scheduler-{at}.log", env=self.env))

    def kill_whoever_holds(self, port: int) -> bool:
        """Kill the process group that has the conversation from this port, and start it again; False when nobody has it."""
        for part in self.workers:
            if holds(part.process, port):
                part.kill()
                part.start()
                return True
        for process in self.schedulers:
            if holds(process, port):
                number = len(self.schedulers)
                self.schedule(self.schedulers.index(process))
                self.schedule(number)
                return True
        return False

    def wipe_broker(self) -> None:
        with Client.from_url(self.redis_url) as client:
            client.flushall()

    def stop(self) -> None:
        self.schedule(0)
        for part in [*(row.process for row in self.workers), self.people]:
            if part is not None:
                part.kill()
        self.box.stop()
