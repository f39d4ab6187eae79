"""The mail server of scripts/mailbox.py as a part that is started, stopped and read by its log."""

import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import Process, free_port, listens, wait_for


@dataclass
class Mailbox:
    """A mail server in a process of its own; an outage is its sudden end, and the log goes on where it stopped."""

    env: Mapping[str, str]
    folder: Path
    port: int = field(default_factory=free_port)
    process: Process | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "accepted.jsonl"

    def start(self) -> "Mailbox":
        with open(self.log, "ab") as log:
            log.write(b"\n")  # behind a line that was cut
        command = [sys.executable, "-m", "scripts.mailbox", str(self.port), str(self.log)]
        self.process = Process(command, log=self.folder / "mailbox.log", env=self.env)
        wait_for(lambda: listens(self.port), what="the mail server")
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
        self.process = None

    def hold_the_next(self) -> None:
        """The answer to the next message is held back for a moment."""
        if self.process is not None:
            self.process.child.send_signal(signal.SIGUSR1)

    def lines(self, since: int = 0) -> list[dict[str, Any]]:
        """What the log says from a place (in bytes) on."""
        return self.read(since)[0]

    def read(self, since: int) -> tuple[list[dict[str, Any]], int]:
        """What the log says from a place on, and up to where; of a line that was cut by the server's end nothing."""
        if not self.log.exists():
            return [], since
        with open(self.log, "rb") as found:
            found.seek(since)
            text = found.read()
        whole = text[: text.rfind(b"\n") + 1]
        lines = [json.loads(line) for line in whole.splitlines() if line.startswith(b"{") and line.endswith(b"}")]
        return lines, since + len(whole)

    def place(self) -> int:
        return self.log.stat().st_size
