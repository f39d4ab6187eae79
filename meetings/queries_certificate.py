"""Reads of the distribution certificate that its page, its paper and the check page share; counted by the database."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from activity.models import Delivery
from meetings.access_certificate import ALL, Scope, is_within
from meetings.certificate import chain
from meetings.certificate.lines import Line, frozen_list, unsent
from meetings.models import Certificate, Minutes, MinutesReader

LATEST = 10
STATES = {
    chain.ACCEPTED: (_("accepted by the mail server"), "mail-check"),
    chain.IN_APP: (_("told in the application, no mail"), "bell"),
    chain.SENDER: (_("distributed them"), "send"),
    chain.WAITING: (_("not accepted yet"), "clock"),
    chain.REFUSED: (_("refused by the mail server"), "mail-off"),
    chain.EXCUSED: (_("not sent"), "user-off"),
}
NO_ADDRESS = _("no address: told in the application")
EXCUSES = {
    "left": _("left the project before it was sent"),
    "inactive": _("account closed before it was sent"),
}
OUTCOMES = {
    "sent": _("accepted"),
    "bounced": _("refused"),
    "later": _("not taken now; tried again"),
    "unknown": _("in doubt: no answer came back"),
    "no server": _("no mail server could be reached"),
}


@dataclass(frozen=True)
class Counts:
    """How many people, how many in each state, how many opened the minutes in the application."""

    people: int
    opened: int
    by_state: dict[str, int]
    gone: int = 0  # of the people: on the list, but without an account when it went out

    @property
    def accepted(self) -> int:
        return self.by_state[chain.ACCEPTED]

    @property
    def by_mail(self) -> int:
        """To whom a mail was to go."""
        return sum(self.by_state[state] for state in (chain.ACCEPTED, chain.WAITING, chain.REFUSED))

    @property
    def in_app(self) -> int:
        return self.by_state[chain.IN_APP]

    @property
    def refused(self) -> int:
        return self.by_state[chain.REFUSED]

    @property
    def excused(self) -> int:
        return self.by_state[chain.EXCUSED]


def counts_of(minutes: Minutes, scope: Scope = ALL) -> Counts:
    """Counted in one statement, however many they are; as the lines say it one by one."""
    sent = Delivery.objects.filter(notice__event=minutes.event_id, notice__reader=OuterRef("user"))
    rows = (
        scope.of(minutes)
        .order_by()
        .annotate(
            mail=Subquery(sent.filter(channel=Delivery.Channel.MAIL).values("state")[:1]),
            told=Exists(sent.filter(channel=Delivery.Channel.IN_APP)),
            let_off=Q(excused_at__isnull=False),
        )
        .values_list("mail", "told", "let_off")
        .annotate(people=Count("pk"), opened=Count("seen_at"))
    )
    by_state, people, opened = dict.fromkeys(chain.STATES, 0), 0, 0
    for mail, told, let_off, some, seen in rows:
        by_state[_state(mail, told=told, let_off=let_off)] += some
        people, opened = people + some, opened + seen
    gone = max(0, len(frozen_list(minutes)) - people) if scope == ALL else 0
    by_state[chain.EXCUSED] += gone
    return Counts(people + gone, opened, by_state, gone)


def _state(mail: str | None, *, told: bool, let_off: bool) -> str:
    if let_off or mail == Delivery.State.WITHHELD:
        return chain.EXCUSED
    if mail is None:
        return chain.IN_APP if told else chain.SENDER
    words = {Delivery.State.SENT: chain.ACCEPTED, Delivery.State.BOUNCED: chain.REFUSED}
    return words.get(Delivery.State(mail), chain.WAITING)


def readers_in(minutes: Minutes, scope: Scope, *, only: str = "") -> QuerySet[MinutesReader]:
    """The readers in scope with their users; `only`: those whom a mail server refused, or not reached yet."""
    rows = scope.of(minutes).select_related("user")
    if only == "open":
        rows = rows.filter(reached_at__isnull=True, excused_at__isnull=True)
    return rows


def closed_accounts(minutes: Minutes, scope: Scope, counts: Counts) -> list[Line]:
    """Those of the frozen list to whom nothing was laid out; asked only where there are any."""
    if scope != ALL or not counts.gone:
        return []
    return unsent(minutes, [str(uid) for uid in minutes.readers.values_list("user__uid", flat=True)])


def issued(minutes: Minutes, scope: Scope) -> list[Certificate]:
    """The latest certificates of this version that somebody of this scope may have, newest first."""
    rows = minutes.certificates.order_by("-number").defer("content")
    return [row for row in rows[: LATEST * 5] if is_within(row, scope)][:LATEST]


def is_current(minutes: Minutes) -> bool:
    """Whether no newer version has been distributed."""
    return not minutes.meeting.minutes_versions.filter(edition__gt=minutes.edition, distributed_at__isnull=False).exists()


def issued_file(minutes: Minutes, sha256: str) -> tuple[int, datetime] | None:
    """Number and moment of the certificate of this version that a file of this SHA-256 is, or is the print of."""
    rows = Certificate.objects.filter(Q(sha256=sha256) | Q(papers__blob=sha256), minutes=minutes)
    found: tuple[int, datetime] | None = rows.order_by("number").values_list("number", "at").first()
    return found
