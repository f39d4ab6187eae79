"""To whom minutes were sent, by which channel, and what came of it: one line per person of the frozen list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch

from activity.models import Attempt, Delivery
from meetings.certificate import chain
from meetings.models import Minutes, MinutesReader

Channel, Sending = Delivery.Channel, Delivery.State


@dataclass
class Line:
    """One person of the list as the minutes were sent: name and department frozen, what became of the sending as it is."""

    person: dict[str, Any]
    reader: MinutesReader | None  # None: the account was closed before the minutes went out
    by_channel: dict[str, Delivery] = field(default_factory=dict)
    closed_at: datetime | None = None  # when nothing was laid out for a closed account

    @property
    def mail(self) -> Delivery | None:
        return self.by_channel.get(Channel.MAIL)

    @property
    def notice(self) -> Delivery | None:
        return self.by_channel.get(Channel.IN_APP)

    @property
    def state(self) -> str:
        """In one word: accepted by the mail server, told in the application alone, the sender, waiting, refused, excused."""
        if self.reader is None or self.reader.excused_at is not None:
            return chain.EXCUSED
        if self.mail is None:
            return chain.IN_APP if self.notice is not None else chain.SENDER
        words = {Sending.SENT: chain.ACCEPTED, Sending.BOUNCED: chain.REFUSED, Sending.WITHHELD: chain.EXCUSED}
        return words.get(Sending(self.mail.state), chain.WAITING)

    @property
    def is_without_address(self) -> bool:
        """Whether no mail went because there is no address to send it to."""
        return self.state == chain.IN_APP and self.reader is not None and not self.reader.user.email

    @property
    def excuse(self) -> str:
        """Why it was not sent: "left" the project before, or the account was "inactive"."""
        if self.state != chain.EXCUSED:
            return ""
        if self.reader is None or not (self.reader.excuse or self.reader.user.is_active):
            return "inactive"
        return self.reader.excuse or "left"

    @property
    def reached_at(self) -> datetime | None:
        return self.reader.reached_at if self.reader is not None else None

    @property
    def opened_at(self) -> datetime | None:
        return self.reader.seen_at if self.reader is not None else None

    def said(self) -> dict[str, Any]:
        """The line as an entry of a certificate: plain values alone."""
        return {
            "person": self.person,
            "state": self.state,
            "excuse": self.excuse,
            "excused_at": _utc(self.reader.excused_at if self.reader is not None else self.closed_at),
            "reached_at": _utc(self.reached_at),
            "opened_at": _utc(self.opened_at),
            "channels": [_channel(row) for row in (self.mail, self.notice) if row is not None],
        }


def lines_of(minutes: Minutes, readers: Sequence[MinutesReader]) -> list[Line]:
    """The lines of these readers (with their users); two queries, however many they are."""
    known = {str(row["uid"]): row for row in frozen_list(minutes)}
    sent = Delivery.objects.filter(notice__event=minutes.event_id, notice__reader__in=[row.user_id for row in readers])
    rows = sent.select_related("notice").prefetch_related(Prefetch("tries", Attempt.objects.order_by("number")))
    by_person: dict[int, dict[str, Delivery]] = {}
    for row in rows:
        by_person.setdefault(row.notice.reader_id, {})[row.channel] = row
    return [
        Line(_person(known.get(str(row.user.uid)), row), row, by_person.get(row.user_id, {}))
        for row in readers
    ]  # fmt: skip


def unsent(minutes: Minutes, uids: Iterable[str]) -> list[Line]:
    """Those of the frozen list to whom nothing was laid out, their account being closed: all but the readers of these uids."""
    sent = set(uids)
    rows = [row for row in frozen_list(minutes) if str(row["uid"]) not in sent]
    return [Line(_named(row), None, closed_at=minutes.distributed_at) for row in rows]


def frozen_list(minutes: Minutes) -> list[dict[str, Any]]:
    """Who stood on the list when the minutes were distributed."""
    rows: list[dict[str, Any]] = (minutes.content or {}).get("attendees", [])
    return rows


def _person(row: dict[str, Any] | None, reader: MinutesReader) -> dict[str, Any]:
    user = reader.user
    found = row or {"uid": str(user.uid), "name": user.name, "title": user.title, "department": "", "in_copy": reader.in_copy}
    return _named(found)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("uid", "name", "title", "department", "in_copy")}


def _channel(row: Delivery) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "state": row.state,
        "address": row.address,
        "at": _utc(row.sent_at),
        "reply": row.smtp_reply,
        "message_id": row.message_id,
        "content_sha256": row.content_sha256,
        "attempts": [_attempt(one) for one in row.tries.all()],
    }


def _attempt(row: Attempt) -> dict[str, Any]:
    return {"number": row.number, "at": _utc(row.at), "address": row.address, "outcome": row.outcome, "reply": row.reply}


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None
