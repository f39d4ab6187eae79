"""What was distributed, each attempt and each certificate stay: the product and PostgreSQL refuse alike (rule D4)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from activity.beat import sweep_outbox
from activity.models import Attempt, Delivery
from common import clock
from common.refusals import Refused
from meetings.models import Certificate, Meeting, Minutes
from people.models import User
from tests.meetings.test_reach_everybody import OUT, out
from tests.servers import Smtp

People = dict[str, User]


@pytest.fixture
def minutes(weekly: Meeting, people: People, smtp: Smtp) -> Minutes:
    """Distributed, accepted by the mail server, certified."""
    minutes = out(weekly, people)
    with clock.at(OUT + timedelta(minutes=1)):
        sweep_outbox()
    mail = Delivery.objects.filter(channel="mail", state="sent")[0]
    if not mail.tries.exists():
        Attempt.objects.create(delivery=mail, number=1, address=mail.address, outcome="sent", reply="250 OK")
    if not minutes.certificates.exists():
        Certificate.objects.create(minutes=minutes, number=1, content={}, sha256="0" * 64)
    minutes.refresh_from_db()
    return minutes


def test_the_product_refuses_to_change_or_delete_it(minutes: Minutes) -> None:
    certificate, attempt = minutes.certificates.first(), Attempt.objects.first()
    assert certificate is not None
    assert attempt is not None
    altered = Minutes.objects.get(pk=minutes.pk)
    altered.content = {**(altered.content or {}), "summary": "另一个结论"}
    for change in (
        lambda: altered.save(),
        lambda: altered.save(update_fields=["content"]),
        lambda: minutes.delete(),
        lambda: certificate.save(),
        lambda: certificate.delete(),
        lambda: Certificate.objects.update(sha256="1" * 64),
        lambda: attempt.save(update_fields=["reply"]),
        lambda: Attempt.objects.all().delete(),
    ):
        with pytest.raises(Refused):
            change()
    minutes.refresh_from_db()
    assert minutes.content is not None
    assert minutes.content["summary"] != "另一个结论"


def test_what_goes_on_with_distributed_minutes_is_saved_all_the_same(minutes: Minutes) -> None:
    minutes.save()
    minutes.bump("summary")
    draft = Minutes.objects.create(meeting=minutes.meeting, edition=2)
    draft.delete()
    assert minutes.meeting.minutes_versions.count() == 1


@pytest.mark.races  # the triggers are PostgreSQL's alone
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meetings_minutes SET content = '{}'",
        "UPDATE meetings_minutes SET content_sha256 = repeat('0', 64)",
        "UPDATE meetings_minutes SET distributed_at = now()",
        "UPDATE meetings_minutes SET check_code = 'X'",
        "DELETE FROM meetings_minutes",
        "UPDATE meetings_certificate SET content = '{}'",
        "DELETE FROM meetings_certificate",
        "UPDATE activity_attempt SET reply = '250 OK, believe me'",
        "DELETE FROM activity_attempt",
    ],
)
def test_postgresql_refuses_it_whoever_asks(minutes: Minutes, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_distributed_minutes_have_a_code_that_nobody_can_guess(minutes: Minutes) -> None:
    assert len(minutes.check_code) == 28  # of 32 signs: 140 bits
