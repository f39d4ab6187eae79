"""Who asks by the API: a person's token, or the session of the browser (then with its CSRF token)."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from common import clock
from common.again import Again
from people.models import ApiToken, User
from people.tokens import digest

MOST_WRONG = 20
WRONG_WITHIN = 300  # seconds
NOTE_USE_AFTER = timedelta(hours=1)
LONGEST = 200
_token_of = Again(lambda sha256: ApiToken.objects.select_related("user__department").filter(sha256=sha256).order_by(), "a digest")


class TokenOfPerson(BaseAuthentication):
    """`Authorization: Token …`. Errors: 401 with what is wrong; 429 after twenty unknown tokens from one address."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, _space, said = get_authorization_header(request).decode("latin-1").strip().partition(" ")
        if kind.lower() != "token":
            return None
        token = self._find(said.strip())
        if token is None:
            count_wrong(request)
            raise AuthenticationFailed(_("This token is not known."), code="token_unknown")
        if not token.user.is_active:
            raise AuthenticationFailed(_("The account of this token is disabled."), code="account_disabled")
        now = clock.now()
        if token.revoked_at is not None:
            raise AuthenticationFailed(_("This token was revoked. Make a new one on your own page."), code="token_revoked")
        if token.expires_at <= now:
            raise AuthenticationFailed(_("This token has expired. Make a new one on your own page."), code="token_expired")
        if token.used_at is None or now - token.used_at > NOTE_USE_AFTER:
            ApiToken.objects.filter(pk=token.pk).update(used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"

    def _find(self, said: str) -> ApiToken | None:
        if not said or len(said) > LONGEST or not said.isascii():
            return None
        return next(iter(_token_of(digest(said))), None)


def count_wrong(request: Request) -> None:
    """An unknown token from an address; too many, and it has to wait."""
    key = f"wrong-token:{get_adapter().get_client_ip(request._request)}"
    cache.add(key, 0, WRONG_WITHIN)
    try:
        wrong = cache.incr(key)
    except ValueError:  # it ran out in between
        return
    if wrong > MOST_WRONG:
        raise Throttled(wait=WRONG_WITHIN)
