"""A mail server that takes several commands in one go, and refuses one recipient or goes away when it is told."""

import socketserver
import threading

from tests.servers import free_port


class _Talk(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        said, to = self.server.said, ""
        self.wfile.write(b"220 hello\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-hello\r\n250 PIPELINING\r\n")
            elif verb == b"MAIL" and said.going_away:
                self.wfile.write(b"421 back soon\r\n")
                return
            elif verb == b"RCPT":
                to = line[line.index(b"<") + 1 : line.index(b">")].decode()
                self.wfile.write(b"550 no such user\r\n" if to == said.refuse else b"250 ok\r\n")
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")  # as the standard lets it, even with nobody to receive it
                text = self._text()
                if to == said.refuse:
                    assert text == b""
                    self.wfile.write(b"554 no valid recipients\r\n")
                else:
                    said.accepted.append(to)
                    said.texts.append(text)
                    self.wfile.write(b"250 queued\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")

    def _text(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    said: "Scripted"


class Scripted:
    """What it took: recipients and texts."""

    def __init__(self) -> None:
        self.port = free_port()
        self.accepted: list[str] = []
        self.texts: list[bytes] = []
        self.refuse = ""
        self.going_away = False

    def start(self) -> "Scripted":
        self.server = _Server(("127.0.0.1", self.port), _Talk)
        self.server.said = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
