"""The outbox: nothing lost, nothing twice, nothing to those who may no longer see; the witness is the mail server's log."""

from collections.abc import Sequence
from copy import copy
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from activity import jobs, outbox
from activity.models import Delivery, Notice
from activity.postman import Answer
from common import acts, clock, ports
from people.models import User
from projects.models import Participant, Project
from tests.activity.conftest import NOON, VERB, Tell, mails
from tests.servers import Smtp, free_port

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


def send_at(after: timedelta) -> None:
    with clock.at(NOON + after):
        jobs.deliver_mail()


@pytest.fixture
def told(tell: Tell, smtp: Smtp) -> Delivery:
    """One mail waits for 周以宁."""
    with clock.at(NOON):
        tell("周以宁")
    (delivery,) = mails()
    return delivery


def test_a_mail_reaches_the_server_once_and_its_answer_is_kept(told: Delivery, smtp: Smtp, people: dict[str, User]) -> None:
    send_at(timedelta(seconds=1))
    send_at(timedelta(seconds=2))
    (mail,) = smtp.accepted
    assert mail.recipients == (people["周以宁"].email,)
    assert mail.message_id == told.message_id
    told.refresh_from_db()
    assert told.state == State.SENT
    assert told.smtp_reply == "250 OK queued as 1"
    assert told.sent_at == NOON + timedelta(seconds=1)
    assert told.attempts == 1
    assert len(told.content_sha256) == 64


def test_each_reader_gets_a_message_of_their_own(tell: Tell, smtp: Smtp, project: Project, people: dict[str, User]) -> None:
    Participant.objects.create(project=project, user=people["顾承泽"], kind=Participant.Kind.VIEWER)
    with clock.at(NOON):
        tell("周以宁", "顾承泽")
    send_at(timedelta())
    assert sorted(mail.recipients for mail in smtp.accepted) == sorted([(people[n].email,) for n in ("周以宁", "顾承泽")])
    assert len({mail.message_id for mail in smtp.accepted}) == 2


def test_the_mail_speaks_the_readers_language_and_leads_to_the_notice(told: Delivery, smtp: Smtp, settings: Any) -> None:
    with translation.override("en"):
        send_at(timedelta())
    (mail,) = smtp.accepted
    assert mail.subject == "林书瑶 更新了“华北上市”:目标"
    assert f"{settings.BASE_URL}/notices/{told.notice.uid}/" in mail.text
    assert "项目：华北上市" in mail.text


def test_a_letter_of_a_higher_app_is_used(told: Delivery, smtp: Smtp) -> None:
    ports.letter_of(
        VERB, lambda event, reader: ports.Letter("纪要", [f"{reader.name},请确认。"], [("纪要.pdf", b"%PDF", "application/pdf")])
    )
    send_at(timedelta())
    (mail,) = smtp.accepted
    assert mail.subject == "纪要"
    assert "周以宁,请确认。" in mail.text
    assert b"application/pdf" in mail.raw


def test_the_actor_and_people_without_a_mail_address_get_none(tell: Tell, smtp: Smtp, people: dict[str, User]) -> None:
    people["周以宁"].email = None
    people["周以宁"].save(update_fields=["email"])
    tell("周以宁", "林书瑶")
    assert mails() == []
    assert Notice.objects.get().reader == people["周以宁"]


def test_nothing_leaves_while_the_past_is_replayed(tell: Tell, smtp: Smtp) -> None:
    with acts.nothing_leaves():
        tell("周以宁")
    assert mails() == []
    assert Notice.objects.count() == 1


def test_an_act_that_fails_tells_nobody(tell: Tell, smtp: Smtp) -> None:
    def act() -> None:
        with transaction.atomic():
            tell("周以宁")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert mails() == []


def test_who_may_no_longer_see_it_gets_no_mail(told: Delivery, smtp: Smtp, people: dict[str, User]) -> None:
    Participant.objects.filter(user=people["周以宁"]).delete()
    send_at(timedelta())
    assert smtp.accepted == []
    told.refresh_from_db()
    assert told.state == State.WITHHELD


def test_bags_that_are_withheld_whole_hold_up_no_other_mail(
    tell: Tell, smtp: Smtp, project: Project, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BAG", 2)
    gone = ("沈嘉禾", "田牧野", "许知夏", "孟初晴")
    with clock.at(NOON - timedelta(minutes=1)):
        tell(*gone)  # in a project that they do not see
    with clock.at(NOON):
        tell("周以宁")
    send_at(timedelta())
    assert [mail.recipients for mail in smtp.accepted] == [(people["周以宁"].email,)]
    assert [row.state for row in mails()] == [State.WITHHELD] * 4 + [State.SENT]


@pytest.mark.parametrize(("bag", "calls"), [(3, 0), (2, 1)])
def test_who_leaves_some_to_do_calls_a_colleague_though_of_its_own_bag_one_is_withheld(
    tell: Tell, smtp: Smtp, project: Project, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, bag: int, calls: int
) -> None:
    Participant.objects.create(project=project, user=people["顾承泽"], kind=Participant.Kind.VIEWER)
    monkeypatch.setattr(outbox, "BAG", bag)
    with clock.at(NOON):
        tell("田牧野", "周以宁", "顾承泽")
    rung: list[bool] = []
    monkeypatch.setattr(jobs, "ring_outbox", lambda: rung.append(True))
    send_at(timedelta())
    assert (len(smtp.accepted), len(rung)) == (2, calls)


def test_a_disabled_account_gets_no_mail(told: Delivery, smtp: Smtp, people: dict[str, User]) -> None:
    people["周以宁"].is_active = False
    people["周以宁"].save(update_fields=["is_active"])
    send_at(timedelta())
    assert smtp.accepted == []


def test_an_address_that_the_server_refuses_for_good_bounces(told: Delivery, smtp: Smtp) -> None:
    smtp.refuse["*"] = "550 5.1.1 no such user"
    send_at(timedelta())
    told.refresh_from_db()
    assert (told.state, told.smtp_reply) == (State.BOUNCED, "550 5.1.1 no such user")
    smtp.refuse.clear()
    send_at(timedelta(days=1))
    assert smtp.accepted == []


def test_a_busy_server_is_asked_again_with_growing_pauses(told: Delivery, smtp: Smtp) -> None:
    smtp.refuse["*"] = "451 try again later"
    tried = []
    for minute in range(20):
        send_at(timedelta(minutes=minute))
        told.refresh_from_db()
        tried.append(told.attempts)
    assert tried == [1, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5]
    smtp.refuse.clear()
    send_at(timedelta(hours=2))
    assert len(smtp.accepted) == 1


def test_an_outage_loses_nothing(told: Delivery, smtp: Smtp, settings: Any) -> None:
    there = settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    send_at(timedelta())
    told.refresh_from_db()
    assert told.state == State.PENDING
    assert "refused" in told.smtp_reply.lower()
    settings.EMAIL_PORT = there
    send_at(timedelta(minutes=1))
    assert len(smtp.accepted) == 1


def test_a_line_that_breaks_after_the_text_leaves_doubt_and_the_same_mail_goes_once_more(told: Delivery, smtp: Smtp) -> None:
    smtp.drop_after_data = True
    send_at(timedelta())
    told.refresh_from_db()
    assert told.state == State.IN_DOUBT
    smtp.drop_after_data = False
    send_at(timedelta(minutes=14))
    assert len(smtp.accepted) == 1
    send_at(timedelta(minutes=15))
    send_at(timedelta(minutes=40))
    assert [mail.message_id for mail in smtp.accepted] == [told.message_id] * 2
    assert smtp.accepted[0].raw.split(b"\r\n\r\n", 1)[1] == smtp.accepted[1].raw.split(b"\r\n\r\n", 1)[1]


def test_a_worker_that_dies_while_sending_leaves_doubt_when_its_lease_ends(told: Delivery, smtp: Smtp) -> None:
    with clock.at(NOON):
        (claimed,) = outbox.claim()
        assert outbox.begin(claimed)
    send_at(timedelta(minutes=4))
    assert smtp.accepted == []
    send_at(timedelta(minutes=6))
    told.refresh_from_db()
    assert told.state == State.IN_DOUBT
    send_at(timedelta(minutes=21))
    assert len(smtp.accepted) == 1


def test_a_stale_worker_can_neither_send_nor_mark(told: Delivery, smtp: Smtp) -> None:
    with clock.at(NOON):
        (stale,) = outbox.claim()
        assert outbox.begin(stale)
    send_at(timedelta(minutes=6))
    with clock.at(NOON + timedelta(minutes=7)), jobs.Postman() as postman:
        assert not outbox.mark(copy(stale), Answer("bounced", "550 from the past"))
        jobs.send([stale], postman)
    assert smtp.accepted == []
    told.refresh_from_db()
    assert told.state == State.IN_DOUBT


def test_a_mail_that_cannot_be_written_holds_up_no_other(
    tell: Tell, smtp: Smtp, project: Project, people: dict[str, User]
) -> None:
    Participant.objects.create(project=project, user=people["顾承泽"], kind=Participant.Kind.VIEWER)

    def write(event: Any, reader: User) -> ports.Letter:
        if reader.name == "周以宁":
            raise ValueError("no words")
        return ports.Letter("ok", ["ok"])

    ports.letter_of(VERB, write)
    with clock.at(NOON):
        tell("周以宁", "顾承泽")
    send_at(timedelta())
    assert [mail.recipients for mail in smtp.accepted] == [(people["顾承泽"].email,)]
    assert {d.state for d in mails()} == {State.PENDING, State.SENT}


def test_higher_apps_hear_of_sent_mails_in_one_transaction(told: Delivery, smtp: Smtp) -> None:
    heard: list[tuple[str, bool]] = []
    ports.on_delivered(VERB, lambda rows: heard.extend((row.state, transaction.get_connection().in_atomic_block) for row in rows))
    send_at(timedelta())
    assert heard == [("sent", True)]


def test_what_a_higher_app_fails_at_does_not_send_the_mail_again(told: Delivery, smtp: Smtp) -> None:
    def fail(rows: Sequence[Delivery]) -> None:
        Notice.objects.filter(pk=rows[0].notice_id).update(seen_at=NOON)
        raise RuntimeError

    ports.on_delivered(VERB, fail)
    send_at(timedelta())
    send_at(timedelta(hours=1))
    assert len(smtp.accepted) == 1
    assert Notice.objects.get().seen_at is None
    told.refresh_from_db()
    assert told.state == State.SENT


def test_without_a_mail_server_there_is_no_mail_but_the_notice(tell: Tell, settings: Any) -> None:
    settings.MAIL_CONFIGURED = False
    tell("周以宁")
    assert mails() == []
    assert Notice.objects.count() == 1


def test_a_letter_may_say_the_same_in_another_form_and_every_attempt_sends_the_same_bytes(
    told: Delivery, smtp: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = ports.Letter(
        "例会", ["例会"], [("a.ics", b"X", "application/ics")], [("周\r\n".encode(), "text/calendar", {"method": "REQUEST"})]
    )
    monkeypatch.setitem(ports.letters, VERB, lambda _event, _reader: letter)
    smtp.drop_after_data = True  # the server takes it, and nobody hears so
    send_at(timedelta(seconds=1))
    smtp.drop_after_data = False
    send_at(timedelta(minutes=16))
    first, second = smtp.accepted
    assert first.raw == second.raw
    parsed = message_from_bytes(first.raw, policy=policy.default)
    kinds = [part.get_content_type() for part in parsed.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics"]
    (calendar,) = [part for part in parsed.walk() if part.get_content_type() == "text/calendar"]
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar.get_payload(decode=True) == "周\r\n".encode()


def test_what_waits_for_another_attempt_does_not_wait_for_a_scheduler(told: Delivery, smtp: Smtp, monkeypatch: Any) -> None:
    calls: list[int] = []
    monkeypatch.setattr(current_app, "send_task", lambda _task, countdown=None, **_more: calls.append(countdown or 0))
    cache.clear()
    smtp.refuse["*"] = "451 come back later"
    send_at(timedelta())
    send_at(timedelta(seconds=1))  # who looks again meanwhile calls nobody a second time
    later = [seconds for seconds in calls if seconds]
    assert len(later) == 1
    assert 15 <= later[0] <= 300
    smtp.refuse.clear()
    cache.clear()
    send_at(timedelta(minutes=5))
    told.refresh_from_db()
    assert told.state == State.SENT
    assert [seconds for seconds in calls if seconds] == later


def test_mail_is_tried_and_kept_for_later_with_redis_away(told: Delivery, smtp: Smtp) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    smtp.refuse["*"] = "451 come back later"
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": nobody}}):
        send_at(timedelta())
    told.refresh_from_db()
    assert (told.state, told.attempts) == (State.PENDING, 1)
