"""Keys to the API in a person's name: shown once, kept as SHA-256, with an end."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common import clock, ports
from common.acts import act
from common.refusals import Refused
from people.models import ApiToken, User

DAYS = 90
MOST_DAYS = 365
MOST_TOKENS = 20
PREFIX = "collab_"


def digest(said: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(said.encode()).hexdigest()


@act
def make_token(*, actor: User | None, user_uid: UUID, name: str = "", days: int = DAYS) -> tuple[ApiToken, str]:
    """A new token for oneself (or, by the system, for anybody) and its text, which is never shown again."""
    user = User.objects.select_for_update().filter(uid=user_uid, is_active=True).first()
    if user is None or (actor is not None and actor.pk != user.pk):
        raise Http404
    if not 1 <= days <= MOST_DAYS:
        raise Refused(_("A token lasts from 1 to %d days.") % MOST_DAYS, field="days", code="days")
    now = clock.now()
    if ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        raise Refused(_("There are %d tokens already. Revoke one first.") % MOST_TOKENS, code="too_many")
    said = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name.strip()[:60], sha256=digest(said), created_at=now, expires_at=now + timedelta(days=days)
    )
    facts = {"name": token.name, "until": token.expires_at.date()}
    ports.record(actor=actor, verb="people.token_made", subject=user, facts=facts, tell=[user])
    return token, said


@act
def revoke_token(*, actor: User, token_uid: UUID) -> ApiToken:
    """A token of one's own ends now."""
    token = ApiToken.objects.select_for_update().filter(uid=token_uid, user=actor).first()
    if token is None:
        raise Http404
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        ports.record(actor=actor, verb="people.token_revoked", subject=actor, facts={"name": token.name})
    return token
