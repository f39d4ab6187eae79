"""Mail of the outbox: how it is written, and one conversation with the mail server."""

import hashlib
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from activity.models import Delivery, Event
from common import ports
from people.models import User

Outcome = Literal["sent", "bounced", "later", "unknown", "no server"]


@dataclass(frozen=True)
class Answer:
    """What became of one message, and the server's own words."""

    outcome: Outcome
    reply: str


def message_id(notice_uid: object) -> str:
    """The same for every attempt, so that a duplicate is recognised."""
    return f"<{notice_uid}@{urlsplit(settings.BASE_URL).hostname or 'collab'}>"


def default_letter(event: Event, reader: User) -> ports.Letter:
    """The sentence of the event; what happened where, and nothing else."""
    said = event.sentence
    lines = [said]
    if event.project_id is not None:
        name = ports.projects().names([event.project_id]).get(event.project_id, "")
        lines += ["", _("Project: %s") % name] if name else []
    return ports.Letter(subject=said, lines=lines)


def write(delivery: Delivery) -> EmailMessage:
    """The message of a delivery, in the reader's language; the same bytes' worth of content at every attempt."""
    event, reader = delivery.notice.event, delivery.notice.reader
    with translation.override(reader.language):
        letter = ports.letters.get(event.verb, default_letter)(event, reader)
        link = settings.BASE_URL + reverse("notice", args=[delivery.notice.uid])
        lines = [*letter.lines, "", _("Open it: %s") % link, "", "-- ", _("Collab tells you this because it concerns you.")]
        mail = EmailMessage()
        mail["Subject"] = " ".join(letter.subject.split())
        mail.set_content("\n".join(lines) + "\n", cte="base64")
    for content, kind, said in letter.alternatives:
        main, _slash, sub = kind.partition("/")
        mail.add_alternative(content, maintype=main, subtype=sub, params=said)
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail["From"] = Address(name or _("Collab"), addr_spec=sender)
    mail["To"] = Address(reader.name, addr_spec=delivery.address)
    mail["Message-ID"] = delivery.message_id
    mail["Date"] = format_datetime(delivery.created_at)
    mail["Auto-Submitted"] = "auto-generated"
    for filename, content, kind in letter.attachments:
        main, _slash, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=filename)
    _set_boundaries(mail, delivery.message_id)
    return mail


def _set_boundaries(mail: EmailMessage, seed: str) -> None:
    """What stands between the parts is made of the message's id, so that every attempt sends the same bytes."""
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary("=_" + hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:32])


def fingerprint(mail: EmailMessage) -> str:
    """SHA-256 over subject, text and attachments."""
    digest = hashlib.sha256(str(mail["Subject"]).encode())
    for part in mail.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            digest.update(payload if isinstance(payload, bytes) else b"")
    return digest.hexdigest()


def _words(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"[:500]


class Postman:
    """One conversation with the mail server, opened when first needed; each message has one recipient."""

    LONGEST = timedelta(seconds=200)  # of one message, with every step at its time-out

    def __init__(self) -> None:
        self.backend = EmailBackend(fail_silently=False)

    def __enter__(self) -> "Postman":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):
            self.backend.connection = None

    def _server(self) -> smtplib.SMTP:
        if self.backend.connection is None:
            self.backend.open()
        if self.backend.connection is None:
            raise smtplib.SMTPServerDisconnected("no mail server")
        return self.backend.connection

    def reach(self) -> Answer | None:
        """Open the conversation; an answer when there is nobody to talk to."""
        try:
            server = self._server()
            server.ehlo_or_helo_if_needed()
            if server.noop()[0] != 250:
                self._hang_up()
                self._server().ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as trouble:
            self._hang_up()
            return Answer("no server", f"{type(trouble).__name__}: {trouble}"[:500])
        return None

    def hand_over(self, mail: EmailMessage, recipient: str) -> Answer:
        """Give one message to the server; `unknown` when the line broke after the text was sent."""
        try:
            envelope = self._envelope(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], recipient)
            if envelope is not None:
                return envelope
            raw = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
        except (OSError, smtplib.SMTPException) as trouble:
            self._hang_up()
            return Answer("later", f"{type(trouble).__name__}: {trouble}"[:500])
        return self._text(raw)

    def _envelope(self, sender: str, recipient: str) -> Answer | None:
        server = self._server()
        code, reply = server.mail(sender)
        if code != 250:
            server.rset()
            return Answer("later", _words(code, reply))
        code, reply = server.rcpt(recipient)
        if code in (250, 251):
            return None
        server.rset()
        return Answer("bounced" if 500 <= code < 600 else "later", _words(code, reply))

    def _text(self, raw: bytes) -> Answer:
        reply: bytes | str
        try:
            code, reply = self._server().data(raw)
        except smtplib.SMTPDataError as refused:  # before the text
            code, reply = refused.smtp_code, refused.smtp_error
        except (OSError, smtplib.SMTPException) as trouble:
            self._hang_up()
            return Answer("unknown", f"{type(trouble).__name__}: {trouble}"[:500])
        if code == 250:
            return Answer("sent", _words(code, reply))
        return Answer("bounced" if 500 <= code < 600 else "later", _words(code, reply))
