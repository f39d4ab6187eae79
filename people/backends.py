"""Sign-in by username, mail, phone or staff number (rule H4)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q, Subquery
from django.http import HttpRequest

from common.again import Again, signs
from people.models import User, WorkCalendar

_edition = WorkCalendar.objects.filter(pk=1).values("edition")
_signed_in = Again(  # every page asks it, and learns with it which edition of the work calendar holds
    lambda key: (
        User.objects.select_related("department")
        .filter(pk=key, is_active=True)
        .annotate(calendar_edition=Subquery(_edition))
        .order_by()
    ),
    *signs(1),
)


def people_named(said: str) -> list[User]:
    """Who is meant by a username, mail, phone or staff number: one person, nobody, or two where names are mixed up."""
    known = Q(username__iexact=said) | Q(email__iexact=said) | Q(phone=said) | Q(staff_no__iexact=said)
    return list(User.objects.filter(known, is_active=True)[:2])


class AnyName(BaseBackend):
    """Knows a person by any of their names; a disabled account signs in nowhere and ends its sessions."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        said = (username or "").strip()
        if not said or password is None:
            return None
        found = people_named(said)
        if len(found) != 1:
            User().set_password(password)  # the same work for an unknown name, so that time tells nothing
            return None
        return found[0] if found[0].check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return next(iter(_signed_in(user_id)), None)
