"""What is taken from memory is what the builder would have made."""

import pytest
from django.db import transaction

from people.models import User
from tests import build, memory
from tests.documents import build as papers


@pytest.fixture
def kept(people: dict[str, User]) -> None:
    assert memory._rolls_back(), "the account of the tests must be allowed to write past triggers"


def test_the_rows_are_those_that_the_services_wrote(kept: None, people: dict[str, User]) -> None:
    with build.launch_time():
        before = transaction.savepoint()
        built = papers.drafted(people)
        rows = memory._everything()
        transaction.savepoint_rollback(before)
        again = papers.drafted(people)
    assert memory._everything() == rows
    assert again == built
    assert again[0] is not built[0]


def test_another_state_of_the_database_is_built_anew(kept: None, people: dict[str, User]) -> None:
    with build.launch_time():
        before = transaction.savepoint()
        first = build.started(people)
        transaction.savepoint_rollback(before)
        people["林书瑶"].title = "总监"
        people["林书瑶"].save(update_fields=["title"])
        assert build.started(people).uid != first.uid


def test_what_comes_after_gets_keys_of_its_own(kept: None, people: dict[str, User]) -> None:
    with build.launch_time():
        before = transaction.savepoint()
        first = build.draft(people)
        transaction.savepoint_rollback(before)
        again, other = build.draft(people), build.draft(people)
    assert again.pk == first.pk
    assert other.pk > again.pk
    assert other.uid != again.uid
