"""Many sign at once: one signature per department, and the last one completes exactly once."""

from collections.abc import Callable

import pytest
from django.db import connection

from activity.models import Event
from common.refusals import Refused
from documents.beat import finish_documents
from documents.models import Document, Signature
from documents.services import object_to
from projects.models import Memorandum
from tests.documents import build
from tests.documents.build import HEADS, People, sign_as
from tests.documents.racing import together

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def signing(document: Document, user: object) -> Callable[[], object]:
    """One head signs, at the moment of the tests."""

    def work() -> object:
        with build.at(hours=1):
            return sign_as(user, document)  # type: ignore[arg-type]

    return work


def test_eight_threads_of_one_head_leave_one_signature(people: People) -> None:
    with build.at():
        document = build.opened(people)
    answers = together(*[signing(document, people["顾承泽"])] * 8)
    assert sum(isinstance(answer, Document) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 7
    assert Signature.objects.count() == 1
    assert Event.objects.filter(verb="document.signed").count() == 1


def test_all_heads_at_once_complete_it_exactly_once(people: People) -> None:
    with build.at():
        document = build.opened(people)
    works = [signing(document, people[name]) for name in HEADS] + [signing(document, people[name]) for name in HEADS[:3]]
    answers = together(*works)
    assert sum(isinstance(answer, Document) for answer in answers) == 5
    document.refresh_from_db()
    assert document.state == Document.State.COMPLETE
    assert Signature.objects.values("slot__department").distinct().count() == Signature.objects.count() == 5
    assert Event.objects.filter(verb="document.signed").count() == 5


def test_signing_and_objecting_at_once_leaves_one_of_both(people: People) -> None:
    with build.at():
        document = build.opened(people)
        for name in HEADS[:4]:
            sign_as(people[name], document)

    def objecting() -> object:
        with build.at(hours=1):
            return object_to(actor=people["宋清越"], document_uid=document.uid, reason="预算有变")

    answers = together(signing(document, people["宋清越"]), objecting)
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    document.refresh_from_db()
    memorandum = Memorandum.objects.get()
    if document.state == Document.State.COMPLETE:
        assert memorandum.state == Memorandum.State.SIGNING
    else:
        assert (document.state, memorandum.state) == (Document.State.WITHDRAWN, Memorandum.State.DRAFT)


def test_three_schedulers_bring_it_into_force_once(people: People) -> None:
    assert connection.vendor == "postgresql"
    with build.at():
        build.signed_by_all(people)

    def sweep() -> None:
        with build.at(hours=1):
            finish_documents()

    together(sweep, sweep, sweep)
    assert Memorandum.objects.get().state == Memorandum.State.IN_FORCE
    assert Event.objects.filter(verb="memorandum.in_force").count() == 1
