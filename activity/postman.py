"""One conversation with the mail server, and what it says of each message."""

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Literal

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from activity.mail import as_on_wire

log = logging.getLogger(__name__)

Outcome = Literal["sent", "bounced", "later", "unknown", "no server"]
GOING_AWAY = 421
WELCOME = ((250,), (250, 251), (354,))  # to sender, recipient, text


@dataclass(frozen=True)
class Answer:
    """What became of one message, and the server's own words."""

    outcome: Outcome
    reply: str


class Postman:
    """One conversation with the mail server, opened when first needed; each message has one recipient."""

    LONGEST = timedelta(seconds=200)  # of one message, with every step at its time-out

    def __init__(self) -> None:
        self.backend = EmailBackend(fail_silently=False)
        self.sender = as_on_wire(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])

    def __enter__(self) -> "Postman":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        """With a word of goodbye."""
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):
            self.backend.connection = None

    def _break_off(self) -> None:
        """Without one: in the midst of a text it would be taken for text, and waited for in vain."""
        connection, self.backend.connection = self.backend.connection, None
        if connection is not None:
            connection.close()

    def hand_over(self, raw: bytes, recipient: str) -> Answer:
        """Give one message to the server; `unknown` when the line broke after the text was sent."""
        try:
            refusal = self._envelope(recipient)
        except (OSError, smtplib.SMTPException) as trouble:
            self._break_off()
            return Answer("no server", _trouble(trouble))
        except Exception as trouble:  # in the way of this mail alone: the others of its bag go on
            log.exception("a mail could not be announced to the server; tried again later")
            self._break_off()
            return Answer("later", _trouble(trouble))
        if refusal is not None:
            return refusal
        return self._text(raw)

    def _envelope(self, recipient: str) -> Answer | None:
        """Name sender and recipient; a server that hung up since the last message is called once more."""
        if self.backend.connection is not None:
            try:
                return self._named(self.backend.connection, recipient)
            except smtplib.SMTPServerDisconnected:
                self._break_off()
        self.backend.open()
        if self.backend.connection is None:
            raise smtplib.SMTPServerDisconnected("no mail server")
        self.backend.connection.ehlo_or_helo_if_needed()
        return self._named(self.backend.connection, recipient)

    def _named(self, server: smtplib.SMTP, recipient: str) -> Answer | None:
        """Up to the word at which the text may follow: at once where the server takes several commands in one go."""
        commands = (f"MAIL FROM:{smtplib.quoteaddr(self.sender)}\r\n", f"RCPT TO:{smtplib.quoteaddr(recipient)}\r\n", "DATA\r\n")
        replies = _in_one_go(server, commands) if server.has_extn("pipelining") else _one_by_one(server, commands)
        refused = next((at for at, (code, _reply) in enumerate(replies) if code not in WELCOME[at]), None)
        if refused is None:
            return None
        code, reply = replies[refused]
        if code == GOING_AWAY:
            self._hang_up()
            return Answer("no server", _words(code, reply))
        if replies[-1][0] in WELCOME[-1] and len(replies) == len(
            commands
        ):  # it waits for a text, of which nobody is the recipient
            server.send(".\r\n")
            server.getreply()
        server.rset()
        return Answer("bounced" if refused > 0 and 500 <= code < 600 else "later", _words(code, reply))

    def _text(self, raw: bytes) -> Answer:
        try:
            server = self.backend.connection
            if server is None:
                raise smtplib.SMTPServerDisconnected("no mail server")
            server.send(raw.replace(b"\n.", b"\n..") + b".\r\n")
            code, reply = server.getreply()
        except Exception as trouble:  # whatever it was, the server may have the text
            if not isinstance(trouble, OSError | smtplib.SMTPException):
                log.exception("a mail was broken off while it was handed over")
            self._break_off()
            return Answer("unknown", _trouble(trouble))
        if code == 250:
            return Answer("sent", _words(code, reply))
        return Answer("bounced" if 500 <= code < 600 else "later", _words(code, reply))


def _in_one_go(server: smtplib.SMTP, commands: Sequence[str]) -> list[tuple[int, bytes]]:
    server.send("".join(commands))
    return [server.getreply() for _command in commands]


def _one_by_one(server: smtplib.SMTP, commands: Sequence[str]) -> list[tuple[int, bytes]]:
    """As far as the server is content."""
    replies = []
    for command, welcome in zip(commands, WELCOME, strict=True):
        server.send(command)
        replies.append(server.getreply())
        if replies[-1][0] not in welcome:
            break
    return replies


def _words(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"[:500]


def _trouble(trouble: Exception) -> str:
    return f"{type(trouble).__name__}: {trouble}"[:500]
