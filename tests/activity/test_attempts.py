"""Each attempt to hand a mail over leaves its line; doubt is settled by sending once more; no worker takes its bag with it."""

import smtplib
from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from typing import Any

import pytest

from activity import jobs, outbox
from activity.models import Attempt, Delivery
from common import clock
from people.models import User
from projects.models import Participant, Project
from tests.activity.conftest import NOON, Tell, mails
from tests.activity.scripted import Scripted
from tests.servers import Smtp, free_port

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


def send_at(minutes: float) -> None:
    with clock.at(NOON + timedelta(minutes=minutes)):
        jobs.deliver_mail()


def attempts() -> list[tuple[int, str]]:
    return list(Attempt.objects.order_by("id").values_list("number", "outcome"))


@pytest.fixture
def told(tell: Tell, smtp: Smtp) -> Delivery:
    """One mail waits for 周以宁."""
    with clock.at(NOON):
        tell("周以宁")
    (delivery,) = mails()
    return delivery


@pytest.fixture
def several(tell: Tell, smtp: Smtp, project: Project, people: dict[str, User]) -> list[Delivery]:
    """Mails wait for four people."""
    names = ("周以宁", "顾承泽", "沈嘉禾", "田牧野")
    for name in names:
        Participant.objects.get_or_create(project=project, user=people[name], kind=Participant.Kind.VIEWER)
    with clock.at(NOON):
        tell(*names)
    return mails()


@pytest.fixture
def scripted(settings: Any, smtp: Smtp) -> Iterator[Scripted]:
    """A server that takes several commands in one go and answers each as it is told."""
    server = Scripted().start()
    settings.EMAIL_PORT = server.port
    yield server
    server.stop()


def test_each_attempt_leaves_its_line_with_the_servers_words(told: Delivery, smtp: Smtp) -> None:
    smtp.refuse["*"] = "451 try again later"
    send_at(0)
    smtp.refuse["*"] = "550 no such user"
    send_at(1)
    send_at(60)
    rows = list(Attempt.objects.order_by("id").values_list("number", "outcome", "reply", "address"))
    assert rows == [
        (1, "later", "451 try again later", told.address),
        (2, "bounced", "550 no such user", told.address),
    ]


def test_a_server_that_is_away_puts_off_no_mail_for_longer_than_five_minutes(told: Delivery, smtp: Smtp, settings: Any) -> None:
    there = settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    for minute in range(60):
        send_at(minute)
    assert {outcome for _number, outcome in attempts()} == {"no server"}
    settings.EMAIL_PORT = there
    send_at(64)
    assert len(smtp.accepted) == 1


def test_while_no_server_answers_one_mail_is_tried_and_the_bag_is_free(several: list[Delivery], settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    send_at(0)
    assert attempts() == [(1, "no server")]
    assert {(row.state, row.token) for row in mails()} == {(State.PENDING, None)}


def test_in_doubt_it_is_sent_once_more_and_then_ever_more_seldom(told: Delivery, smtp: Smtp) -> None:
    """A server that takes each mail and never says so: mail is not lost, and the reader not flooded."""
    smtp.drop_after_data = True
    for minute in range(0, 600, 15):
        send_at(minute)
    assert attempts()[:2] == [(1, "unknown"), (2, "unknown")]
    assert len({mail.raw for mail in smtp.accepted}) == 1
    assert len(smtp.accepted) < 20  # of 40 times that it might have been
    smtp.drop_after_data = False
    send_at(700)
    told.refresh_from_db()
    assert told.state == State.SENT


def test_of_a_worker_that_dies_only_the_mail_on_the_wire_is_in_doubt(several: list[Delivery], smtp: Smtp) -> None:
    with clock.at(NOON):
        bag = outbox.claim()
        assert outbox.begin(bag[0])
    assert len(bag) == 4
    send_at(4)
    assert smtp.accepted == []  # the lease holds
    send_at(6)
    assert len(smtp.accepted) == 3
    assert attempts()[0] == (1, "unknown")
    send_at(20)
    assert len(smtp.accepted) == 3
    send_at(22)
    assert len(smtp.accepted) == 4
    assert {row.state for row in mails()} == {State.SENT}


def test_killed_between_acceptance_and_mark_it_comes_twice_with_the_same_bytes(told: Delivery, smtp: Smtp) -> None:
    with clock.at(NOON), jobs.Postman() as postman:
        (row,) = outbox.claim()
        assert outbox.begin(row)
        postman.hand_over(jobs.write(row).raw, row.address)  # and nothing is written down
    send_at(6)
    send_at(22)
    first, second = smtp.accepted
    assert first.raw == second.raw
    assert first.message_id == told.message_id
    assert attempts() == [(1, "unknown"), (2, "sent")]


def test_a_worker_that_was_asleep_can_neither_send_nor_mark_its_bag(several: list[Delivery], smtp: Smtp) -> None:
    with clock.at(NOON):
        bag = outbox.claim()
        assert outbox.begin(bag[0])
    stale = copy(bag[0])
    send_at(6)
    before = len(smtp.accepted)
    with clock.at(NOON + timedelta(minutes=7)), jobs.Postman() as postman:
        assert outbox.pass_on((stale, jobs.Answer("sent", "250 from the past"), ""), bag[1]) == (False, False)
        jobs.send(bag[1:], postman)
    assert len(smtp.accepted) == before
    assert Attempt.objects.filter(outcome="sent").count() == 3


def test_a_refused_recipient_beside_accepted_ones(several: list[Delivery], smtp: Smtp, people: dict[str, User]) -> None:
    smtp.refuse[people["顾承泽"].email or ""] = "550 5.1.1 no such user"
    send_at(0)
    assert len(smtp.accepted) == 3
    assert all(len(mail.recipients) == 1 for mail in smtp.accepted)
    refused = Delivery.objects.get(state=State.BOUNCED)
    assert (refused.notice.reader.name, refused.smtp_reply) == ("顾承泽", "550 5.1.1 no such user")


def test_an_address_that_is_none_counts_as_refused_and_holds_up_no_other(several: list[Delivery], smtp: Smtp) -> None:
    Delivery.objects.filter(pk=several[0].pk).update(address="周以宁@@nowhere")
    send_at(0)
    assert len(smtp.accepted) == 3
    assert Attempt.objects.filter(outcome="bounced").get().reply.startswith("周以宁@@nowhere: ")


@pytest.mark.parametrize("in_one_go", [False, True])
def test_an_address_with_a_chinese_domain_is_spelled_as_every_server_takes_it(
    several: list[Delivery], smtp: Smtp, request: pytest.FixtureRequest, in_one_go: bool
) -> None:
    server = request.getfixturevalue("scripted") if in_one_go else None
    Delivery.objects.filter(pk=several[0].pk).update(address="wang@例子.中国")
    send_at(0)
    assert {row.state for row in mails()} == {State.SENT}
    if server is None:
        (mail,) = smtp.to("wang@xn--fsqu00a.xn--fiqs8s")
        assert b"<wang@xn--fsqu00a.xn--fiqs8s>" in mail.raw
    else:
        assert "wang@xn--fsqu00a.xn--fiqs8s" in server.accepted
    assert Attempt.objects.get(delivery=several[0]).address == "wang@例子.中国"


def test_a_mailbox_that_no_server_takes_counts_as_refused_and_holds_up_no_other(several: list[Delivery], smtp: Smtp) -> None:
    Delivery.objects.filter(pk=several[0].pk).update(address="王@example.com")
    send_at(0)
    assert len(smtp.accepted) == 3
    assert mails()[0].state == State.BOUNCED


@pytest.mark.parametrize(("command", "outcome"), [("MAIL", "later"), ("Message-ID", "unknown")])
def test_whatever_is_in_the_way_of_one_mail_holds_up_no_other(
    several: list[Delivery], smtp: Smtp, monkeypatch: pytest.MonkeyPatch, command: str, outcome: str
) -> None:
    """Before its text it is tried again; with the text on the wire nobody knows."""
    send, broken = smtplib.SMTP.send, iter([True])

    def stumble(server: smtplib.SMTP, said: str | bytes) -> None:
        text = said.decode() if isinstance(said, bytes) else said
        if command in text and next(broken, False):
            raise UnicodeEncodeError("ascii", "例", 0, 1, "not ASCII")
        send(server, said)

    monkeypatch.setattr(smtplib.SMTP, "send", stumble)
    send_at(0)
    assert len(smtp.accepted) == 3
    assert sorted(known for _number, known in attempts()) == sorted([outcome, "sent", "sent", "sent"])
    send_at(20)
    assert {row.state for row in mails()} == {State.SENT}


def test_in_one_go_a_refused_recipient_gets_no_text(several: list[Delivery], scripted: Scripted) -> None:
    scripted.refuse = several[1].address
    send_at(0)
    assert sorted(scripted.accepted) == sorted(row.address for row in several if row.pk != several[1].pk)
    assert Delivery.objects.get(pk=several[1].pk).state == State.BOUNCED


def test_a_server_that_says_it_goes_away_is_left_alone(several: list[Delivery], scripted: Scripted) -> None:
    scripted.going_away = True
    send_at(0)
    assert attempts() == [(1, "no server")]
    scripted.going_away = False
    send_at(1)
    assert len(scripted.accepted) == 4


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(told: Delivery, scripted: Scripted) -> None:
    raw = b"Subject: x\r\n\r\n.one\r\n..two\r\n"
    with jobs.Postman() as postman:
        assert postman.hand_over(raw, told.address).outcome == "sent"
    assert scripted.texts == [raw]
