"""Keeps web, worker and scheduler running as children of one process; one signal stops them all."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

PATIENCE = 4.0  # seconds a child has to end by itself
LARGEST_LOG = 10_000_000
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """In the child, on Linux: when the supervisor is killed, so is the child."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process in a group of its own; `began` and `falls` pace how fast it is started again."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    falls: int = 0

    def start(self) -> None:
        self.began = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old"))
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(  # noqa: S603
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                preexec_fn=_die_with_parent,
            )  # fmt: skip

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, how: int) -> None:
        """To the process itself for a kind end, to its whole group for a hard one."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            (os.killpg if how == signal.SIGKILL else os.kill)(self.process.pid, how)

    def last_words(self) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-15:])


class Supervisor:
    """Starts children, starts again those that die, and stops all at the first SIGINT, SIGTERM or SIGHUP."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.children: list[Child] = []
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def look_after(self, pause: float = 0.25) -> None:
        """One look at every child: one that died is started again, slower each time that it dies at once."""
        for child in self.children:
            if child.is_alive():
                continue
            lived = time.monotonic() - child.began
            child.falls = 1 if lived > 60 else child.falls
            if lived < min(30, 2**child.falls):
                continue
            code = child.process.returncode if child.process else None
            self.say(f"{child.name} ended ({code}) and is started again; its last words, from {child.log}:\n{child.last_words()}")
            child.signal(signal.SIGKILL)  # what it left behind
            child.falls += 1
            child.start()
        time.sleep(pause)

    def stop(self) -> None:
        """Kindly first; by force what is left after a few seconds. Nothing is lost by force: the rows are the truth."""
        for child in reversed(self.children):
            child.signal(signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while any(child.is_alive() for child in self.children) and time.monotonic() < end:
            time.sleep(0.05)
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait(5)
