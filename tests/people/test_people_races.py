"""At the same instant: a code is used once, a day has one deputy, a leave begins once."""

from datetime import timedelta

import pytest

from activity.models import Event
from collab.samples.people import PASSWORD
from common import clock
from common.refusals import Refused
from people import codes, factors
from people.leaves import name_deputy, turn_leaves
from people.models import Leave
from tests.documents.test_sign_races import together
from tests.people.on_leave import DAY, People, away, morning

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def test_a_code_is_used_once_however_many_try_it(people: People) -> None:
    signer = people["蒋明远"]
    secret = codes.secret_of(factors.begin_code(actor=signer))
    with morning(-1):
        factors.confirm_code(actor=signer, code=codes.code_at(secret, clock.now()), password=PASSWORD)
    with morning():
        code = codes.code_at(secret, clock.now())

    def use() -> object:
        with morning():
            return codes.spend_code(signer, code)

    answers = together(*[use] * 6)
    assert sum(isinstance(answer, tuple) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"code_used"}


def test_a_day_has_one_deputy_whoever_names_him_first(people: People) -> None:
    person = people["许知夏"]

    def naming(deputy: str, by: str) -> object:
        def work() -> object:
            with morning(-1):
                return name_deputy(
                    actor=people[by], person_uid=person.uid, deputy_uid=people[deputy].uid,
                    starts_on=DAY, ends_on=DAY + timedelta(days=1),
                )  # fmt: skip

        return work

    both = [("程子昂", "许知夏"), ("黎思齐", "蒋明远"), ("郭砚秋", "许知夏"), ("程子昂", "蒋明远")]
    answers = together(*[naming(deputy, by) for deputy, by in both])
    assert sum(isinstance(answer, Leave) for answer in answers) == Leave.objects.count() == 1


def test_a_leave_begins_once_however_many_schedulers_run(people: People) -> None:
    away(people, "许知夏", "程子昂")

    def turn() -> object:
        with morning():
            return turn_leaves()

    together(*[turn] * 4)
    assert Event.objects.filter(verb="people.leave_began").count() == 1
