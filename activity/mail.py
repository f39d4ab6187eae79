"""Mail of the outbox: the letter of an event becomes a message, the same bytes at every attempt."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from activity.models import Delivery, Event
from common import ports

PLAIN = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)


class BadAddress(ValueError):
    """No server takes such an address."""


@dataclass(frozen=True)
class Mail:
    """A message as it goes over the wire, in pieces of which several messages may share one; and the digest of what it says."""

    pieces: tuple[bytes, ...]
    sha256: str  # over the subject and the digests of text and attachments
    recipient: str  # the reader's address, as the server is told it

    @property
    def raw(self) -> bytes:
        return b"".join(self.pieces)


def message_id(notice_uid: object) -> str:
    """The same for every attempt, so that a duplicate is recognised."""
    return f"<{notice_uid}@{urlsplit(settings.BASE_URL).hostname or 'collab'}>"


def default_letter(event: Event, reader: object) -> ports.Letter:
    """The sentence of the event; what happened where, and nothing else."""
    said = event.sentence
    lines = [said]
    if event.project_id is not None:
        name = ports.projects().names([event.project_id]).get(event.project_id, "")
        lines += ["", _("Project: %s") % name] if name else []
    return ports.Letter(subject=said, lines=lines)


def write(delivery: Delivery) -> Mail:
    """The message of a delivery, in the reader's language. Errors: BadAddress."""
    event, reader = delivery.notice.event, delivery.notice.reader
    with translation.override(reader.language):
        letter = ports.letters.get(event.verb, default_letter)(event, reader)
        link = settings.BASE_URL + reverse("notice", args=[delivery.notice.uid])
        lines = [*letter.lines, "", _("Open it: %s") % link, "", "-- ", _("Collab tells you this because it concerns you.")]
        name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
        recipient = as_on_wire(delivery.address)
        headers = [
            _header("Subject", letter.subject),
            f"From: {_mailbox(name or _('Collab'), as_on_wire(sender))}",
            f"To: {_mailbox(reader.name, recipient)}",
            f"Message-ID: {delivery.message_id}",
            f"Date: {format_datetime(delivery.created_at)}",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "",
        ]
    text = ("\n".join(lines) + "\n").encode("utf-8", "replace")
    pieces = [_text(text)]
    if letter.alternatives:
        others = [_part(content, kind, said=tuple(said.items())) for content, kind, said in letter.alternatives]
        pieces = _several("alternative", [pieces, *([other] for other in others)], delivery.message_id)
    if letter.attachments:
        files = [_part(content, kind, filename=filename) for filename, content, kind in letter.attachments]
        pieces = _several("mixed", [pieces, *([file] for file in files)], delivery.message_id)
    contents = [text, *(row[0] for row in letter.alternatives), *(row[1] for row in letter.attachments)]
    return Mail(("\r\n".join(headers).encode(), *pieces), _digest(letter.subject, contents), recipient)


def _digest(subject: str, contents: Sequence[bytes]) -> str:
    digest = hashlib.sha256(" ".join(subject.split()).encode("utf-8", "replace"))
    for content in contents:
        digest.update(_digest_of(content))
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _digest_of(content: bytes) -> bytes:
    """Of what many messages carry it is found once."""
    return hashlib.sha256(content).digest()


@lru_cache(maxsize=256)
def _header(name: str, value: str) -> str:
    """A header on one logical line, encoded and folded."""
    said = " ".join(value.split())
    kind = "us-ascii" if said.isascii() else "utf-8"
    return f"{name}: {Header(said, kind, header_name=name).encode(linesep=chr(13) + chr(10))}"


def as_on_wire(address: str) -> str:
    """An address as every server takes it: a domain in Chinese characters is spelled by IDNA. Errors: BadAddress."""
    if PLAIN.fullmatch(address):
        return address
    try:
        mailbox, at, domain = address.rpartition("@")
        spelled = f"{mailbox}{at}{domain.encode('idna').decode('ascii')}"
        Address(addr_spec=spelled)  # which takes a mailbox in ASCII alone
    except (ValueError, IndexError, MessageError) as wrong:
        raise BadAddress(str(wrong)) from wrong
    return spelled


def _mailbox(name: str, address: str) -> str:
    """A name with its address."""
    said = " ".join(name.split())
    if said.isascii():
        return formataddr((said, address))
    return f"{_header('To', said).removeprefix('To: ')} <{address}>"


def _text(text: bytes) -> bytes:
    head = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + base64.encodebytes(text).replace(b"\n", b"\r\n")


@lru_cache(maxsize=16)
def _part(content: bytes, kind: str, *, filename: str = "", said: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Another form or a file as a part of a message; what many messages carry is encoded once."""
    main, _slash, sub = kind.partition("/")
    part = EmailMessage(SMTP)
    named: dict[str, Any] = {"disposition": "attachment", "filename": filename} if filename else {}
    part.set_content(content, maintype=main, subtype=sub, params=dict(said), **named)
    del part["MIME-Version"]
    return part.as_bytes()


def _several(kind: str, parts: Sequence[list[bytes]], seed: str) -> list[bytes]:
    """Parts as one; what stands between them is made of the message's id, so that every attempt sends the same bytes."""
    mark = "=_" + hashlib.sha256(f"{seed} {kind}".encode()).hexdigest()[:32]
    pieces = [f'Content-Type: multipart/{kind};\r\n boundary="{mark}"\r\n'.encode()]
    for part in parts:
        pieces += [f"\r\n--{mark}\r\n".encode(), *part]
    return [*pieces, f"\r\n--{mark}--\r\n".encode()]
