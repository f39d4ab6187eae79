"""Drafting and starting (rule B1)."""

import pytest

from lifecycle.queries import missing_now
from lifecycle.services import pass_gate
from people.models import User
from tests import build

pytestmark = pytest.mark.django_db


def test_a_prepared_project_lacks_nothing_and_goes_to_the_kickoff(people: dict[str, User]) -> None:
    with build.launch_time():
        project = build.prepared(people)
        assert [item.text for item in missing_now(project)] == []
        assert pass_gate(actor=people["林书瑶"], project_uid=project.uid).state == "kickoff"
