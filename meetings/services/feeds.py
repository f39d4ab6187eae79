"""The private address under which a calendar application reads a person's meetings: made, made anew, switched off."""

import hashlib
import secrets
from datetime import timedelta

from common import clock, ports
from common.acts import act
from meetings.models import CalendarFeed
from people.models import User

NOTED = timedelta(hours=1)  # how closely it is noted when an address was last read


def digest(token: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


@act
def make_feed(*, actor: User) -> str:
    """A new address of one's own, told this once; the earlier one ends."""
    user = User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    _end(user)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=user, sha256=digest(token), created_at=clock.now())
    ports.record(actor=actor, verb="people.calendar_address_made", subject=user)
    return token


@act
def end_feed(*, actor: User) -> None:
    """Nobody reads one's meetings under an address any more; twice is once."""
    user = User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    if _end(user):
        ports.record(actor=actor, verb="people.calendar_address_ended", subject=user)


def feed_behind(token: str) -> CalendarFeed | None:
    """The feed of an address that was not revoked, of somebody who still works here."""
    rows = CalendarFeed.objects.select_related("user__department")
    feed = rows.filter(sha256=digest(token), revoked_at__isnull=True, user__is_active=True).first()
    if feed is not None and (feed.read_at is None or feed.read_at < clock.now() - NOTED):
        feed.read_at = clock.now()
        feed.save(update_fields=["read_at"])
    return feed


def _end(user: User) -> bool:
    feed = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()
    if feed is None:
        return False
    feed.revoked_at = clock.now()
    feed.save(update_fields=["revoked_at"])
    return True
