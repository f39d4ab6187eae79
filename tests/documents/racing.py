"""Many at once: each in a thread with a connection of its own, all let go at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404
from django.test import Client
from django.urls import reverse

from common.refusals import Refused
from documents.models import Document
from people.models import User
from tests.documents import build


def together(*works: Callable[[], object]) -> list[Any]:
    """Do all at once in threads of their own; what each returned, or how it was refused."""
    gate = Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        gate.wait(20)
        try:
            return work()
        except (Refused, PermissionDenied, Http404) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def an_hour_later(work: Callable[[], object]) -> Callable[[], object]:
    """The work, done an hour after the kick-off (the clock of a thread is its own)."""

    def done() -> object:
        with build.at(hours=1):
            return work()

    return done


def at_the_page(user: User, document: Document, **said: str) -> Callable[[], object]:
    """Somebody signs through the page, in a browser that has signed in already; the answer."""
    client = Client()
    with build.at(hours=1):
        client.force_login(user)
    body = {"seen_sha256": document.sha256, "password": build.PASSWORD} | said
    return an_hour_later(lambda: client.post(reverse("sign_document", args=[document.uid]), body))
