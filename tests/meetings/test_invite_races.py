"""At the same instant: an answer never stands for a time that was not seen, and a person has one private address."""

from datetime import timedelta

import pytest

from common import clock
from common.refusals import Refused
from meetings.models import Attendee, CalendarFeed, Meeting
from meetings.services import answer_invitation, move_meeting
from meetings.services.feeds import digest, make_feed
from people.models import User
from tests.documents.test_sign_races import together
from tests.meetings.conftest import KICKOFF

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
BEFORE = KICKOFF - timedelta(hours=20)
LATER = KICKOFF + timedelta(days=1)
WHO = ("沈嘉禾", "田牧野", "许知夏", "孟初晴", "顾承泽")


def test_who_answers_while_the_meeting_moves_is_asked_anew(people: dict[str, User], kickoff: Meeting) -> None:
    def answering(name: str) -> object:
        with clock.at(BEFORE):
            return answer_invitation(actor=people[name], meeting_uid=kickoff.uid, answer="accepted", seen_sequence=0)

    def moving() -> object:
        with clock.at(BEFORE):
            return move_meeting(
                actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=kickoff.version, starts_at=LATER,
                ends_at=LATER + timedelta(hours=1),
            )  # fmt: skip

    *answers, moved = together(*[lambda name=name: answering(name) for name in WHO], moving)  # type: ignore[misc]
    assert isinstance(moved, Meeting)
    assert all(isinstance(answer, Attendee) or (isinstance(answer, Refused) and answer.code == "moved") for answer in answers)
    assert not Attendee.objects.filter(meeting=kickoff).exclude(answer="none").exists()


def test_a_person_has_one_address_however_often_it_is_asked_for_at_once(people: dict[str, User]) -> None:
    tokens = together(*[lambda: make_feed(actor=people["沈嘉禾"])] * 5)
    assert all(isinstance(token, str) for token in tokens)
    (live,) = CalendarFeed.objects.filter(revoked_at__isnull=True)
    assert live.sha256 in {digest(str(token)) for token in tokens}
    assert CalendarFeed.objects.count() == 5
