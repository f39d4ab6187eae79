"""A mail server in a process of its own, as cheap as Python allows: `python -m scripts.mailbox PORT LOG`.

Its log is the outside witness: a line `{"id", "to", "at", "sha256", "size", "line"}` for each message it accepted, written before
it says so, and a line `{"heard": id}` once its client goes on with anything else: of a message that has none the line was cut
before the client could act on the answer. `SIGUSR1`: the answer to the next message is held back, so that one can cut there.
"""

import asyncio
import hashlib
import json
import re
import signal
import sys
from collections.abc import Mapping
from typing import IO

from common import clock

HOLD = 1.5  # seconds that an answer is held back
END = b"\r\n.\r\n"
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.M | re.I)
ANSWERS: Mapping[bytes, bytes] = {
    b"EHLO": b"250-mailbox\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n",
    b"HELO": b"250 mailbox\r\n", b"MAIL": b"250 OK\r\n", b"RSET": b"250 OK\r\n", b"NOOP": b"250 OK\r\n",
    b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n",
}  # fmt: skip


class Log:
    """What was accepted, line by line, on the disk before anybody hears of it."""

    def __init__(self, out: IO[str]) -> None:
        self.out = out
        self.hold = False

    def write(self, said: Mapping[str, object]) -> None:
        self.out.write(json.dumps(said) + "\n")
        self.out.flush()

    def hold_the_next(self) -> None:
        self.hold = True


class Conversation(asyncio.Protocol):
    """One client."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.buffer = bytearray()
        self.in_text = False
        self.to = self.unheard = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.line = transport.get_extra_info("peername")[1]
        transport.write(b"220 mailbox\r\n")

    def data_received(self, data: bytes) -> None:
        if self.unheard:
            self.log.write({"heard": self.unheard})
            self.unheard = ""
        searched = max(0, len(self.buffer) - len(END))
        self.buffer += data
        while True:
            if self.in_text:
                end = self.buffer.find(END, searched)
                if end < 0:
                    return
                text = bytes(self.buffer[: end + 2])
                del self.buffer[: end + len(END)]
                self.in_text = False
                self._accept(text)
            else:
                end = self.buffer.find(b"\r\n")
                if end < 0:
                    return
                command = bytes(self.buffer[:end])
                del self.buffer[: end + 2]
                self._answer(command)
            searched = 0

    def _answer(self, command: bytes) -> None:
        verb = command[:4].upper()
        if verb == b"RCPT":
            self.to = command[command.index(b"<") + 1 : command.index(b">")].decode()
            self.transport.write(b"250 OK\r\n")
            return
        self.in_text = verb == b"DATA"
        self.transport.write(ANSWERS.get(verb, b"502 what?\r\n"))
        if verb == b"QUIT":
            self.transport.close()

    def _accept(self, text: bytes) -> None:
        found = MESSAGE_ID.search(text)
        name = found[1].decode() if found else ""
        said = {"id": name, "to": self.to, "at": clock.now().timestamp(), "size": len(text), "line": self.line}
        self.log.write(said | {"sha256": hashlib.sha256(text).hexdigest(), "held": self.log.hold})
        self.unheard = name
        if self.log.hold:
            self.log.hold = False
            asyncio.get_running_loop().call_later(HOLD, self.transport.write, b"250 OK queued\r\n")
        else:
            self.transport.write(b"250 OK queued\r\n")


async def serve(port: int, log: Log) -> None:
    """Until the process is ended."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, log.hold_the_next)
    server = await loop.create_server(lambda: Conversation(log), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    with open(sys.argv[2], "a", encoding="utf-8") as out:
        asyncio.run(serve(int(sys.argv[1]), Log(out)))
