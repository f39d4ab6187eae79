"""The outbox with real processes: a worker, a broker that dies or is wiped, several workers at once."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection
from redis import Redis as RedisClient

from activity import jobs
from activity.models import Delivery
from collab.celery import app
from common import clock
from people.models import User
from projects.models import Participant, Project
from tests.activity.conftest import Tell, mails
from tests.servers import Smtp, Worker, free_port, running, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]


def test_a_worker_sends_what_the_doorbell_rang_for(worker: Worker, tell: Tell, smtp: Smtp) -> None:
    tell("周以宁")
    wait_for(lambda: smtp.accepted, 15, "the mail")
    wait_for(lambda: mails()[0].state == Delivery.State.SENT, 5, "the mark")


def test_a_worker_killed_while_sending_loses_nothing(
    worker: Worker, tell: Tell, smtp: Smtp, test_clock: Path, child_env: dict[str, str], tmp_path: Path
) -> None:
    smtp.slow = 3.0
    tell("周以宁")
    wait_for(lambda: mails()[0].state == Delivery.State.SENDING, 15, "the claim")
    worker.kill()
    smtp.slow = 0.0
    for seconds in (0, 360, 360 + 960):  # the lease ends, the doubt is over
        test_clock.write_text(str(seconds), encoding="ascii")
        jobs.deliver_mail()
    (delivery,) = mails()
    assert delivery.state == Delivery.State.SENT
    assert 1 <= len(smtp.accepted) <= 2
    assert {mail.message_id for mail in smtp.accepted} == {delivery.message_id}


def test_a_dead_broker_fails_no_act_and_the_sweep_sends(tell: Tell, smtp: Smtp, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.connection_for_write(url=f"redis://127.0.0.1:{free_port()}/0") as dead:
        monkeypatch.setattr(app, "connection_for_write", lambda *_a, **_k: dead)
        monkeypatch.setattr(app.amqp, "_producer_pool", None)
        began = clock.now()
        tell("周以宁")
        assert clock.now() - began < timedelta(seconds=5)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    assert len(mails()) == 1
    jobs.deliver_mail()
    assert len(smtp.accepted) == 1


@pytest.mark.skipif(not configured.ENV.redis_url, reason="wiping Redis needs Redis (REDIS_URL)")
def test_wiping_the_broker_loses_nothing(tell: Tell, smtp: Smtp, child_env: dict[str, str], tmp_path: Path) -> None:
    tell("周以宁")
    RedisClient.from_url(configured.ENV.redis_url).flushdb()
    with running(Worker(child_env, tmp_path)):
        assert smtp.accepted == []
        jobs.deliver_mail()  # as the sweep does
    assert len(smtp.accepted) == 1


@pytest.mark.races
def test_eight_deliverers_send_each_mail_once(tell: Tell, smtp: Smtp, project: Project, people: dict[str, User]) -> None:
    for person in people.values():
        Participant.objects.get_or_create(project=project, user=person, kind=Participant.Kind.VIEWER)
    tell(*people)
    gate = threading.Barrier(8)

    def one() -> None:
        try:
            gate.wait()
            jobs.deliver_mail()
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    reached = [mail.recipients for mail in smtp.accepted]
    assert len(reached) == len(set(reached)) == len(mails())
    assert {delivery.state for delivery in mails()} == {Delivery.State.SENT}


def test_the_sweep_runs_every_beat_and_says_so(tell: Tell, smtp: Smtp, child_env: dict[str, str]) -> None:
    tell("周以宁")
    done = subprocess.run([sys.executable, "manage.py", "sweep"], env=child_env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(smtp.to("zhouyining@collab.example")) == 1
    assert len(smtp.to("zhongjianming@collab.example")) == 1  # the auditor: where the log was sealed up to
