"""Who may have a stream, and for how long: session, account and right to see, asked at the door and again every few seconds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from common import clock, ports
from people.models import User

SESSIONS: Any = import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(frozen=True, eq=False)
class Guest:
    """A signed-in person with the projects asked for that exist for them, uid by id."""

    user: int
    session: str
    sign: str  # ends with the password
    projects: MappingProxyType[int, UUID]


def admit(session_key: str, projects: Iterable[UUID]) -> Guest | None:
    """The guest behind a session cookie; None when nobody is signed in. Projects that do not exist for them are left out."""
    request = HttpRequest()
    request.session = SESSIONS(session_key)
    user = auth.get_user(request) if session_key else None
    if not isinstance(user, User):
        return None
    seen = ports.projects().seen_by(user, projects)
    sign = request.session.get(auth.HASH_SESSION_KEY, "")
    return Guest(user.pk, session_key, sign, MappingProxyType(dict(seen)))


def still_guests(guests: Collection[Guest]) -> set[Guest]:
    """Those whose session, account, password and right to every one of their projects still stand; six queries for all."""
    keys = {guest.session for guest in guests}
    sessions = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now()).values_list("session_key", flat=True)
    )
    people = User.objects.filter(pk__in={guest.user for guest in guests}, is_active=True)
    signs = {user.pk: user.get_session_auth_hash() for user in people}
    projects = {project for guest in guests for project in guest.projects}
    seeing = ports.projects().who_sees(projects, signs.keys()) if projects else {}
    return {
        guest
        for guest in guests
        if guest.session in sessions
        and constant_time_compare(guest.sign, signs.get(guest.user, ""))
        and all(guest.user in seeing.get(project, ()) for project in guest.projects)
    }
