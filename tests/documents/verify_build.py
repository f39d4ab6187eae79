"""A document with all the copies that a finished one has, for the tests of the verification page."""

from functools import cache
from typing import Any

from django.test import Client

from activity.ledger import seal_events
from documents.blobs import keep
from documents.models import Document
from tests.documents import build, seals
from tests.documents.build import People

COPIES = {"reading_pdf": b"%PDF-1.7 reading copy", "final_pdf": b"%PDF-1.7 final copy", "proof": b'{"proof": 1}'}


@cache
def sealed_bytes() -> bytes:
    """A PDF under a real seal."""
    return seals.sealed()


def with_copies(document: Document, *, sealed: bool = True) -> Document:
    """Its copies are kept, and all that happened is in the sealed log."""
    given = COPIES | ({"sealed_pdf": sealed_bytes()} if sealed else {})
    for name, content in given.items():
        setattr(document, name, keep(content, "application/pdf"))
    document.save(update_fields=[*given])
    seal_events()
    return document


def finished(people: People) -> Document:
    """Signed by all five, sealed, its acts in the sealed log."""
    with build.at():
        return with_copies(build.signed_by_all(people))


def ask(path: str = "/verify/", client: Client | None = None, **said: Any) -> Any:
    """What anybody gets to read: by POST when something is asked, else by GET."""
    browser = client or Client()
    return browser.post(path, said) if said else browser.get(path)
